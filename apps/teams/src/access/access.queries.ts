import { AccessCache } from '@cordee/access/access-cache';
import type { Question } from '@cordee/access/decide-access';
import { objectOf } from '@cordee/access/grant-index';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import {
  checkAccess,
  checkManyAccess,
  describeTeamAccess,
  explainAccess,
  listAccessHolders,
  listPersonAccess,
} from '@cordee/contracts/teams/access';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { listRecipients } from '@cordee/contracts/identity/member';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { HandlesFromCache, Handles, type ReadContext, type QueryContext } from '@cordee/service/handler-decorators';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import * as z from 'zod';
import { jsonBytes, takeWithinBytes } from '../fit-page-to-message.ts';
import { compareText, sourceOfChain, plannedEndOf, sortChains } from './describe-sources.ts';
import { describeAccessEntry, isOwnFilesOnly, sortKeyOf } from './describe-access-entry.ts';
import { describeChains, explainDecision } from './explain-decision.ts';
import { assertInstant, loadPastAccess, type PastQuestion } from './past-access.ts';
import { selectGrantAttributions } from './select-grant-attributions.ts';
import { assertMayAskAbout, canSeeEveryTeam, redactForViewer, createCanSeeTeam } from './viewer-visibility.ts';

type OrganizationId = `org_${string}`;
type HolderRow = Output<typeof listAccessHolders>['data'][number];

/** The maximum number of products listed per grant. Further products are only counted. */
const MAX_PRODUCTS_PER_GRANT = 100;

@Controller()
export class AccessQueries {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  @HandlesFromCache(checkAccess)
  async checkAccess(
    { organizationId, ...questionInput }: Input<typeof checkAccess>,
    context: ReadContext,
  ): Promise<Output<typeof checkAccess>> {
    const access = await this.access.forOrganization(organizationId);
    assertMayAskAbout(access, questionInput.accountId, context);
    const question = toQuestion(questionInput, context, context.now);
    const isAllowed = access.check(question);
    return { isAllowed, isOwnFilesOnly: isAllowed && isOwnFilesOnly(access, question) };
  }

  @HandlesFromCache(checkManyAccess)
  async checkManyAccess(
    { organizationId, questions }: Input<typeof checkManyAccess>,
    context: ReadContext,
  ): Promise<Output<typeof checkManyAccess>> {
    const access = await this.access.forOrganization(organizationId);
    // All questions about other people require the same permission, so only the first of these questions is checked.
    const otherPersonIndex = questions.findIndex(({ accountId }) => accountId && accountId !== context.accountId);
    if (otherPersonIndex >= 0)
      assertMayAskAbout(access, questions[otherPersonIndex]!.accountId, context, `/questions/${otherPersonIndex}`);
    const resolvedQuestions = questions.map((questionInput) => toQuestion(questionInput, context, context.now));
    const results = resolvedQuestions.map((question) => access.check(question));
    return {
      results,
      // The indexes of the questions for which the person may delete only their own files.
      ownFilesOnly: resolvedQuestions.flatMap((question, index) =>
        results[index] && isOwnFilesOnly(access, question) ? [index] : [],
      ),
    };
  }

  @Handles(explainAccess)
  async explainAccess(
    { organizationId, at: instant, ...questionInput }: Input<typeof explainAccess>,
    context: QueryContext,
  ): Promise<Output<typeof explainAccess>> {
    const current = await this.access.forOrganization(organizationId);
    assertMayAskAbout(current, questionInput.accountId, context);
    const { accountId = context.accountId, productId } = questionInput;
    const { access, at } = await this.loadAccessAt(organizationId, { accountId, productId }, current, instant, context);
    const question = toQuestion(questionInput, context, at);
    const decision = redactForViewer(access, question, access.decide(question), current, context);
    const canSeeTeam = createCanSeeTeam(current, context);
    const chains = describeChains(access, decision, canSeeTeam);
    const mayReadNames = current.people.mayRead(context.accountId, 'member:read', context.now, context.scopes);
    const names =
      mayReadNames && decision.chains.some(({ via }) => via === 'grant')
        ? await this.loadNames(organizationId, context)
        : undefined;
    const visiblePeople = current.visiblePeople(context.accountId, context.now);
    const attributions = await selectGrantAttributions(
      context.em,
      organizationId,
      decision.chains.flatMap((chain) => (chain.via === 'grant' ? [chain.grant.id] : [])),
    );
    return explainDecision(question, decision, chains, attributions, {
      language: context.call.language,
      canSeeTeam,
      // Without a list of visible people, the caller sees all people.
      nameOf: (giver) => (visiblePeople?.has(giver as `acc_${string}`) === false ? undefined : names?.get(giver)),
    });
  }

  @Handles(listAccessHolders)
  async listAccessHolders(
    { organizationId, at: instant, limit, cursor, ...target }: Input<typeof listAccessHolders>,
    context: QueryContext,
  ): Promise<Output<typeof listAccessHolders>> {
    const { access, at } = await this.loadAccessAt(
      organizationId,
      { productId: target.productId },
      await this.access.forOrganization(organizationId),
      instant,
      context,
    );
    if (!access.products.product(target.productId)) throw new DomainError('PRODUCT_NOT_FOUND');
    if (target.resourceId && access.products.resource(target.resourceId)?.productId !== target.productId)
      throw new DomainError('RESOURCE_NOT_FOUND');
    const holders = access
      .findAccountsWithRight({ ...target, at })
      .sort((one, other) => compareText(one.accountId, other.accountId));
    return pageOf(
      holders,
      limit,
      cursor,
      ({ accountId }) => accountId,
      ({ accountId, role, decision }): HolderRow => ({
        accountId,
        role,
        isOwnFilesOnly: decision.isOwnFilesOnly,
        through: sortChains(decision.chains).map((chain) => sourceOfChain(access, chain, canSeeEveryTeam)),
      }),
    );
  }

  @Handles(listPersonAccess)
  async listPersonAccess(
    { organizationId, accountId, at: instant, limit, cursor }: Input<typeof listPersonAccess>,
    context: QueryContext,
  ): Promise<Output<typeof listPersonAccess>> {
    const current = await this.access.forOrganization(organizationId);
    assertMayAskAbout(current, accountId, context);
    const subjectId = accountId ?? context.accountId;
    const { access, at } = await this.loadAccessAt(organizationId, { accountId: subjectId }, current, instant, context);
    if (!access.people.find(subjectId) && access.people.supportEntriesOf(subjectId, at.getTime()).length === 0)
      throw new DomainError('PERSON_NOT_FOUND');
    const canSeeTeam = createCanSeeTeam(current, context);
    const scopes = subjectId === context.accountId ? context.scopes : undefined;
    // Only callers who manage members see resources on which a restriction removes all rights of the person.
    const canManageMembers = current.people.mayRead(context.accountId, 'member:manage', context.now, context.scopes);
    const entries = access
      .listAccessEntries(subjectId, at, scopes)
      .filter(({ resource, rights }) => canManageMembers || resource === undefined || rights.size > 0)
      .sort((one, other) => compareText(sortKeyOf(one), sortKeyOf(other)));
    return pageOf(entries, limit, cursor, sortKeyOf, (entry) =>
      describeAccessEntry(access, subjectId, entry, { at, canSeeTeam, scopes }),
    );
  }

  @HandlesFromCache(describeTeamAccess)
  async describeTeamAccess(
    { organizationId, teamId, limit, cursor }: Input<typeof describeTeamAccess>,
    context: ReadContext,
  ): Promise<Output<typeof describeTeamAccess>> {
    const access = await this.access.forOrganization(organizationId);
    const isVisible =
      access.isInTeam(context.accountId, teamId, context.now) ||
      access.people.seesAllTeams(context.accountId, context.now);
    if (!access.grants.teams.find(teamId) || !isVisible) throw new DomainError('TEAM_NOT_FOUND');
    const teamGrants = access.grantsOfTeam(teamId, context.now).flatMap((teamGrant) => {
      const object = objectOf(teamGrant.grant, access.products);
      return object ? [{ ...teamGrant, object }] : [];
    });
    const sortedGrants = teamGrants.sort((one, other) => compareText(one.grant.id, other.grant.id));
    return pageOf(
      sortedGrants,
      limit,
      cursor,
      ({ grant }) => grant.id,
      ({ grant, from, object }) => {
        const coveredProducts =
          object.kind === 'product_type'
            ? [...access.products.ofType(object.type)]
            : [access.products.product(object.productId)].filter((product) => product !== undefined);
        return {
          grantId: grant.id,
          object,
          right: grant.right,
          endsAt: plannedEndOf(grant),
          from: { teamId: from.teamId, name: from.name },
          products: coveredProducts
            .slice(0, MAX_PRODUCTS_PER_GRANT)
            .map(({ productId, name, isBlocked }) => ({ productId, name, isBlocked })),
          productCount: coveredProducts.length,
          // A grant on a product type covers products that the organization gets later.
          isCoveringLater: object.kind === 'product_type',
        };
      },
    );
  }

  /** Returns the current access without an instant, or loads the access at a past instant. */
  private async loadAccessAt(
    organizationId: OrganizationId,
    question: PastQuestion,
    current: OrganizationAccess,
    instant: string | undefined,
    { now }: QueryContext,
  ): Promise<{ access: OrganizationAccess; at: Date }> {
    if (instant === undefined) return { access: current, at: now };
    const at = new Date(instant);
    assertInstant(at, now);
    return { access: await loadPastAccess(this.rpc, organizationId, at, question, current.typeRights), at };
  }

  /** Loads the names of the people of the organization by account id; no names when identity does not respond. */
  private async loadNames(organizationId: OrganizationId, { call }: QueryContext): Promise<Map<string, string>> {
    const people = await this.rpc
      .call(listRecipients, { organizationId }, { causedBy: call })
      .catch(() => ({ data: [] }));
    return new Map(people.data.map(({ accountId, name }) => [accountId, name]));
  }
}

/**
 * Completes a question. Without an account, the question is about the caller. The scopes of a token limit only the
 * answers about the person of the token.
 */
function toQuestion(
  { accountId, right, productId, resourceId }: Omit<Input<typeof checkAccess>, 'organizationId'>,
  context: ReadContext,
  at: Date,
): Question {
  const callerId = context.accountId;
  const subjectId = accountId ?? callerId;
  return {
    accountId: subjectId,
    right,
    productId,
    resourceId,
    at,
    scopes: subjectId === callerId ? context.scopes : undefined,
  };
}

/**
 * Returns one page of sorted rows. The cursor is the sort key of the last row of the page. A page has fewer rows than
 * the limit when its rows are large.
 */
function pageOf<T, R>(
  rows: readonly T[],
  limit: number,
  cursor: string | undefined,
  keyOf: (row: T) => string,
  describe: (row: T) => R,
): { data: R[]; nextCursor: string | null } {
  const lastKey = readCursor(z.string(), cursor);
  const start = lastKey === undefined ? 0 : rows.findIndex((row) => keyOf(row) > lastKey);
  const data = takeWithinBytes(
    mapLazily(start < 0 ? [] : rows.slice(start, start + limit), describe),
    limit,
    jsonBytes,
  );
  const end = start + data.length;
  return { data, nextCursor: start < 0 || end >= rows.length ? null : writeCursor(keyOf(rows[end - 1]!)) };
}

/** Calls `describe` for a row only when the consumer reads the row. */
function* mapLazily<T, R>(rows: Iterable<T>, describe: (row: T) => R): Iterable<R> {
  for (const row of rows) yield describe(row);
}
