import { describe, expect, it } from '@jest/globals';
import type { Role } from '@cordee/contracts/permissions';
import type { Decision, Question } from '@cordee/access/decide-access';
import { OrganizationAccess } from '@cordee/access/organization-access';
import { TypeRights } from '@cordee/access/type-rights';
import { decideByModel } from './decide-by-model.ts';
import { INSTANTS, TESTED_RIGHTS, TOKEN_SCOPES, type History } from './history.ts';
import { randomHistory } from './random-history.ts';
import { snapshotsAt } from './snapshots-at.ts';

const ORGANIZATIONS = 10_000;

/** Returns a comparable text of a decision, with sorted chains. */
const describeDecision = ({ isAllowed, chains, refusal }: Pick<Decision, 'isAllowed' | 'chains' | 'refusal'>): string =>
  [
    isAllowed,
    refusal,
    ...chains
      .map((chain) =>
        chain.via === 'grant'
          ? `${chain.grant.id} ${chain.teams.join('>')} gives ${chain.givenRights.join(' ')}`
          : chain.via === 'role'
            ? `role ${chain.role satisfies Role}`
            : chain.via,
      )
      .sort(),
  ].join(' | ');

/** Returns all accounts of the history, and an account of staff. */
const accountsOf = (history: History) =>
  new Set([...history.people.map((person) => person.accountId), 'acc_staff' as const]);
const productsOf = (history: History) => new Set(history.products.map((product) => product.productId));

/** Yields all questions about an organization. One resource is also tested in a wrong product. */
function* questions(history: History, at: Date): Generator<Question> {
  const products = [...productsOf(history), 'prd_unknown' as const];
  for (const accountId of [...accountsOf(history), 'acc_stranger' as const]) {
    for (const right of TESTED_RIGHTS) {
      for (const productId of products) yield { accountId, right, productId, at };
      for (const { productId, resourceId } of history.resources) yield { accountId, right, productId, resourceId, at };
      for (const { productId, resourceId } of history.resources.slice(0, 1))
        yield { accountId, right, productId: products.find((other) => other !== productId)!, resourceId, at };
    }
  }
}

/**
 * The number of organizations that are tested with all questions and lists. The other organizations are tested with
 * every fourth question.
 */
const THOROUGH_ORGANIZATIONS = 400;

describe(`${ORGANIZATIONS} random organizations`, () => {
  it('get the decisions and chains of the model, now and in the past, and lists that agree with the decisions', () => {
    let [questionCount, allowedCount] = [0, 0];
    for (let seed = 1; seed <= ORGANIZATIONS; seed += 1) {
      const history = randomHistory(seed);
      // The present (the last instant), and one past instant per organization.
      for (const instant of [INSTANTS.at(-1)!, INSTANTS[seed % (INSTANTS.length - 1)]!]) {
        const at = new Date(instant);
        const access = OrganizationAccess.from(snapshotsAt(history, instant), TypeRights.from(history.catalogue));
        const accountsByTarget = new Map<string, string[]>();
        const productsByAccount = new Map<string, Set<string>>();
        let counter = seed;
        for (const question of questions(history, at)) {
          counter += 1;
          if (seed > THOROUGH_ORGANIZATIONS && counter % 4 !== 0) continue;
          questionCount += 1;
          const decision = decideAndCompare(access, history, question, instant, seed);
          // Repeats every third allowed question and every ninth denied question with a token.
          if (counter % (decision.isAllowed ? 3 : 9) === 0)
            decideAndCompare(
              access,
              history,
              { ...question, scopes: TOKEN_SCOPES[(counter + seed) % TOKEN_SCOPES.length] },
              instant,
              seed,
            );
          if (!decision.isAllowed) continue;
          allowedCount += 1;
          const target = `${question.right} ${question.productId} ${question.resourceId ?? ''}`;
          accountsByTarget.set(target, [...(accountsByTarget.get(target) ?? []), question.accountId]);
          if (decision.chains.some(({ via }) => via === 'owner' || via === 'grant'))
            productsByAccount.set(
              question.accountId,
              (productsByAccount.get(question.accountId) ?? new Set()).add(question.productId),
            );
        }
        if (seed <= THOROUGH_ORGANIZATIONS)
          assertLists(history, access, { at, accountsByTarget, productsByAccount, seed });
      }
    }
    // Allowed and denied questions are both frequent, so the random organizations are useful.
    expect(allowedCount / questionCount).toBeGreaterThan(0.05);
    expect(allowedCount / questionCount).toBeLessThan(0.5);
  });
});

/** Returns the decision. Compares it with the decision of the model and with the fast path of `check`. */
function decideAndCompare(
  access: OrganizationAccess,
  history: History,
  question: Question,
  instant: number,
  seed: number,
): Decision {
  const expected = decideByModel(history, question, instant);
  const decision = access.decide(question);
  const { accountId, right, productId, resourceId = '', scopes } = question;
  const token = scopes ? ` with ${[...scopes].join(' ')}` : '';
  const where = `seed ${seed}, ${accountId} ${right} ${productId} ${resourceId} at ${instant}${token}`;
  if (describeDecision(decision) !== describeDecision(expected as never))
    throw new Error(`${where}: ${describeDecision(decision)} instead of ${describeDecision(expected as never)}`);
  if (access.check(question) !== decision.isAllowed) throw new Error(`${where}: check says ${!decision.isAllowed}`);
  return decision;
}

/** Compares two lists without `expect`, which is too slow for hundreds of thousands of comparisons. */
function assertSameList(where: string, found: readonly string[], expected: readonly string[]): void {
  const [foundText, expectedText] = [found, expected].map((list) => list.join(', '));
  if (foundText !== expectedText) throw new Error(`${where}: ${foundText} instead of ${expectedText}`);
}

/** Asserts that the lists of accounts and of access entries agree with the single decisions. */
function assertLists(
  history: History,
  access: OrganizationAccess,
  expected: {
    at: Date;
    accountsByTarget: ReadonlyMap<string, string[]>;
    productsByAccount: ReadonlyMap<string, Set<string>>;
    seed: number;
  },
): void {
  const { at, accountsByTarget, productsByAccount, seed } = expected;
  for (const right of TESTED_RIGHTS) {
    for (const productId of productsOf(history)) {
      for (const resourceId of [undefined, ...history.resources.map((resource) => resource.resourceId)]) {
        const holders = access.findAccountsWithRight({ right, productId, resourceId, at });
        const found = holders.map(({ accountId }) => accountId).sort();
        const target = `${right} ${productId} ${resourceId ?? ''}`;
        assertSameList(`seed ${seed}, holders of ${target}`, found, (accountsByTarget.get(target) ?? []).toSorted());
        for (const { accountId, decision } of holders)
          assertSameList(
            `seed ${seed}, ${accountId}, chains of ${target}`,
            [describeDecision(decision), String(decision.isOwnFilesOnly)],
            [access.decide({ accountId, right, productId, resourceId, at })].flatMap((single) => [
              describeDecision(single),
              String(single.isOwnFilesOnly),
            ]),
          );
      }
    }
  }
  for (const accountId of accountsOf(history)) {
    const entries = access.listAccessEntries(accountId, at);
    const products = new Set(entries.filter(({ rights }) => rights.size > 0).map(({ product }) => product.productId));
    const where = `seed ${seed}, ${accountId}`;
    assertSameList(`${where}, products`, [...products].sort(), [...(productsByAccount.get(accountId) ?? [])].sort());
    for (const { product, resource, rights } of entries) {
      for (const right of rights.list())
        if (!access.check({ accountId, right, productId: product.productId, resourceId: resource?.resourceId, at }))
          throw new Error(`${where}: ${right} ${product.productId} ${resource?.resourceId ?? ''} is listed, not held`);
    }
    assertInheritance(history, access, accountId, at);
    for (const scopes of TOKEN_SCOPES) {
      assertInheritance(history, access, accountId, at, scopes);
      const listedRights = access
        .listAccessEntries(accountId, at, scopes)
        .flatMap(({ product, resource, rights }) =>
          rights.list().map((right) => `${right} ${product.productId} ${resource?.resourceId ?? ''}`),
        );
      const expectedRights = entries.flatMap(({ product, resource, rights }) =>
        rights
          .list()
          .filter((right) => scopes.has('right:*') || scopes.has(`right:${right}`))
          .map((right) => `${right} ${product.productId} ${resource?.resourceId ?? ''}`),
      );
      assertSameList(`${where} with ${[...scopes].join(' ')}`, listedRights, expectedRights);
    }
    assertVisibleResources(history, access, accountId, at);
  }
}

/**
 * Asserts that a resource without an access entry has the rights of its nearest parent with an access entry, or of its
 * product.
 */
function assertInheritance(
  history: History,
  access: OrganizationAccess,
  accountId: `acc_${string}`,
  at: Date,
  scopes?: ReadonlySet<string>,
): void {
  const listedRightsById = new Map<string, { has(right: string): boolean }>(
    access
      .listAccessEntries(accountId, at, scopes)
      .map(({ product, resource, rights }) => [resource?.resourceId ?? product.productId, rights]),
  );
  for (const { productId, resourceId } of history.resources) {
    const resource = access.products.resource(resourceId);
    if (!resource) continue;
    const nearestListedId = [
      ...access.products.pathOf(resource).map((ancestor) => ancestor.resourceId),
      productId,
    ].find((id) => listedRightsById.has(id));
    for (const right of TESTED_RIGHTS) {
      const { isAllowed, chains } = access.decide({ accountId, right, productId, resourceId, at, scopes });
      const isHeld = isAllowed && chains.some(({ via }) => via === 'grant' || via === 'owner');
      const isListed = nearestListedId !== undefined && listedRightsById.get(nearestListedId)!.has(right);
      if (isListed !== isHeld)
        throw new Error(`${accountId} ${right} ${resourceId}: listed ${isListed}, held ${isHeld}`);
    }
  }
}

/**
 * Asserts that the person sees the products and resources on which the person or the giver of a support access has a
 * right, even on a blocked product.
 */
function assertVisibleResources(
  history: History,
  access: OrganizationAccess,
  accountId: `acc_${string}`,
  at: Date,
): void {
  const visibleProducts = access.visibleProducts(accountId, at);
  const rows = snapshotsAt(history, at.getTime());
  const withoutSupport = OrganizationAccess.from(
    { ...rows, people: { ...rows.people, support: [] } },
    TypeRights.from(history.catalogue),
  );
  type ObjectIds = [productId: `prd_${string}`, resourceId?: `res_${string}`];
  const hasRightAsMember = (memberAccountId: `acc_${string}`, [productId, resourceId]: ObjectIds): boolean =>
    TESTED_RIGHTS.some((right) => {
      const question = { accountId: memberAccountId, right, productId, resourceId, at };
      const { isAllowed, refusal } = withoutSupport.decide(question);
      // Managers see a product even when its type has no right for them.
      return isAllowed || ['product_blocked', 'external_capped', 'right_unknown'].includes(refusal!);
    });
  /** Staff see what the givers of their support accesses see. */
  const hasAnyRight = (...objectIds: ObjectIds): boolean => {
    if (hasRightAsMember(accountId, objectIds)) return true;
    const product = access.products.product(objectIds[0]);
    return (product ? access.supportEntriesFor(accountId, product, at) : []).some(({ grantedByMemberId }) =>
      hasRightAsMember(access.people.member(grantedByMemberId)!.accountId, objectIds),
    );
  };
  for (const productId of productsOf(history)) {
    const resources = history.resources.filter(
      (resource) => resource.productId === productId && access.products.resource(resource.resourceId),
    );
    const visibleProduct = visibleProducts.get(productId);
    const isExpectedVisible =
      hasAnyRight(productId) || resources.some(({ resourceId }) => hasAnyRight(productId, resourceId));
    if ((visibleProduct !== undefined) !== isExpectedVisible)
      throw new Error(`${accountId} ${productId}: visible ${!isExpectedVisible}`);
    for (const { resourceId } of resources) {
      const isVisible =
        visibleProduct !== undefined && (visibleProduct.isWhole || visibleProduct.resourceIds.has(resourceId));
      if (isVisible !== hasAnyRight(productId, resourceId))
        throw new Error(`${accountId} ${resourceId}: visible ${isVisible}`);
    }
  }
}
