import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { changeMember, listMembers, removeMember } from '@cordee/contracts/identity/member';
import { addResource, blockProduct, getProduct, unblockProduct } from '@cordee/contracts/products/product';
import { checkAccess, explainAccess, listAccessHolders, listPersonAccess } from '@cordee/contracts/teams/access';
import { endGrant, giveGrant, listGrants } from '@cordee/contracts/teams/grant';
import type { GrantHolder } from '@cordee/contracts/teams/grant-snapshot';
import { restoreInheritance, restrictResource } from '@cordee/contracts/teams/restriction';
import {
  addTeamMembers,
  changeTeam,
  changeTeamMember,
  createTeam,
  deleteTeam,
  listTeams,
  removeTeamMember,
} from '@cordee/contracts/teams/team';
import { seededNumbers, testNumber } from '@cordee/testing/test-environment';
import type * as z from 'zod';
import { TestServices, type SignedIn } from '../test/test-services.ts';

const [SEED, STEPS] = [testNumber('SEED', 1), testNumber('ROUNDS', 50)];
const HOUR_MS = 3_600_000;
const RIGHTS = ['technical', 'user', 'view', 'change', 'manage'];
const random = seededNumbers(SEED);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;

type AccountId = `acc_${string}`;

let services: TestServices;
let owner: SignedIn;
const people: SignedIn[] = [];
const products: { productId: `prd_${string}`; type: string }[] = [];

beforeAll(async () => {
  services = await TestServices.start();
  owner = await signUp('owner');
  for (const [name, role] of [
    ['anna', 'administrator'],
    ['ben', 'collaborator'],
    ['carla', 'collaborator'],
    ['eva', 'external'],
  ] as const)
    people.push(await addMember(name, role));
  for (const type of ['web_hosting', 'drive', 'drive'] as const) products.push(await buy(type));
}, 120_000);
afterAll(() => services.stop(), 30_000);

const call = <C extends Contract>(
  contract: C,
  input: z.input<C['input']>,
  token?: string,
): Promise<z.output<C['output']>> => services.call(contract, input, token);
const callAsOwner = <C extends Contract>(
  contract: C,
  input: Omit<z.input<C['input']>, 'organizationId'>,
): Promise<z.output<C['output']>> =>
  call(contract, { organizationId: owner.organizationId, ...input } as z.input<C['input']>, owner.token);

const signUp = (name: string): Promise<SignedIn> => services.signUp(`${name}@alpine.example`);

async function addMember(name: string, role: 'administrator' | 'collaborator' | 'external'): Promise<SignedIn> {
  const person = await signUp(name);
  await services.invite(owner, person, role);
  return person;
}

async function buy(type: string): Promise<{ productId: `prd_${string}`; type: string }> {
  return { productId: await services.payOrder(owner, { type, name: type }), type };
}

/** Changes of the organization that the test picks at random. A rejected change changes nothing. */
const randomChanges: (() => Promise<unknown>)[] = [
  () =>
    callAsOwner(createTeam, { name: `Team ${random()}`, accountIds: random() < 0.7 ? [pick(people).accountId] : [] }),
  async () =>
    callAsOwner(createTeam, {
      name: `Team ${random()}`,
      parentId: await randomTeamId(),
      isMembersOnly: random() < 0.3,
      accountIds: [pick(people).accountId],
    }),
  async () =>
    callAsOwner(changeTeam, {
      teamId: await randomTeamId(),
      parentId: random() < 0.3 ? null : await randomTeamId(),
      ...(random() < 0.3 ? { isMembersOnly: random() < 0.5 } : {}),
    }),
  async () => callAsOwner(changeTeam, { teamId: await randomTeamId(), name: `Team ${random()}` }),
  async () =>
    callAsOwner(changeTeamMember, {
      teamId: await randomTeamId(),
      accountId: pick(people).accountId,
      endsAt: randomEnd(),
    }),
  async () =>
    callAsOwner(addTeamMembers, {
      teamId: await randomTeamId(),
      members: [{ accountId: pick(people).accountId, endsAt: randomEnd() }],
    }),
  async () =>
    callAsOwner(addTeamMembers, {
      teamId: await randomTeamId(),
      members: people.map(({ accountId }) => ({ accountId })),
    }),
  async () => callAsOwner(removeTeamMember, { teamId: await randomTeamId(), accountId: pick(people).accountId }),
  async () => (random() < 0.4 ? callAsOwner(deleteTeam, { teamId: await randomTeamId() }) : undefined),
  // A grant is four times as likely as any other change.
  ...Array.from({ length: 4 }, () => async () => giveRandomGrant()),
  async () => callAsOwner(endGrant, { grantId: pick((await callAsOwner(listGrants, {})).data).id }),
  async () => {
    const { productId, folderId } = await randomFolder();
    return callAsOwner(addResource, {
      productId,
      parentId: folderId,
      kind: 'folder',
      name: `Folder ${random()}`,
      ownerAccountId: random() < 0.3 ? pick(people).accountId : null,
    });
  },
  async () => {
    const { productId, folderId } = await randomFolder();
    return callAsOwner(restrictResource, {
      productId,
      resourceId: folderId,
      holder: await randomHolder(),
      right: random() < 0.5 ? 'view' : null,
    });
  },
  async () => {
    const { productId, folderId } = await randomFolder();
    return callAsOwner(restoreInheritance, { productId, resourceId: folderId });
  },
  () => callAsOwner(blockProduct, { productId: pick(products).productId, reason: 'test' }),
  () => callAsOwner(unblockProduct, { productId: pick(products).productId }),
  async () =>
    callAsOwner(changeMember, {
      memberId: await randomMemberId(),
      role: pick(['administrator', 'collaborator', 'collaborator'] as const),
    }),
  async () => callAsOwner(changeMember, { memberId: await randomMemberId(), isBlocked: random() < 0.4 }),
  async () => {
    if (random() < 0.6) return;
    await callAsOwner(removeMember, { memberId: await randomMemberId() });
    for (const person of people)
      if (!(await memberIdOf(person)))
        await services.invite(owner, person, pick(['collaborator', 'external'] as const));
  },
];

const randomTeamId = async (): Promise<`team_${string}`> => pick((await callAsOwner(listTeams, {})).data).id;
const memberIdOf = async ({ accountId }: SignedIn): Promise<`mem_${string}` | undefined> =>
  (await callAsOwner(listMembers, {})).data.find((member) => member.accountId === accountId)?.id;
const randomMemberId = async (): Promise<`mem_${string}`> => (await memberIdOf(pick(people)))!;
const randomEnd = (): string | null =>
  random() < 0.7
    ? null
    : new Date(services.processContext.clock.now().getTime() + random() * 40 * HOUR_MS).toISOString();
const randomHolder = async (): Promise<GrantHolder> => {
  if (random() < 0.5) return { kind: 'team', teamId: await randomTeamId() };
  return random() < 0.8 ? { kind: 'account', accountId: pick(people).accountId } : { kind: 'organization' };
};
async function randomFolder(): Promise<{ productId: `prd_${string}`; folderId: `res_${string}` }> {
  const { productId } = pick(products.filter(({ type }) => type === 'drive'));
  return { productId, folderId: pick((await callAsOwner(getProduct, { productId })).resources).id };
}
async function giveRandomGrant(): Promise<unknown> {
  const holder = await randomHolder();
  if (random() < 0.5) {
    const { productId, folderId } = await randomFolder();
    return callAsOwner(giveGrant, {
      holder,
      object: { kind: 'resource', productId, resourceId: folderId },
      right: pick(['view', 'change', 'manage']),
      endsAt: randomEnd(),
    });
  }
  const { productId, type } = pick(products);
  return callAsOwner(giveGrant, {
    holder,
    object: random() < 0.6 ? { kind: 'product', productId } : { kind: 'product_type', type },
    right: type === 'drive' ? 'user' : 'technical',
    endsAt: randomEnd(),
  });
}

/** The question whether a person has a right on a product or on a resource. */
interface Question {
  accountId: AccountId;
  right: string;
  productId: `prd_${string}`;
  resourceId?: `res_${string}`;
}

async function randomQuestion(): Promise<Question> {
  const question = { accountId: pick(people).accountId, right: pick(RIGHTS) };
  if (random() < 0.4) return { ...question, productId: pick(products).productId };
  const { productId, folderId } = await randomFolder();
  return { ...question, productId, resourceId: folderId };
}

describe(`access at a past instant (C-TEAM-23; seed ${SEED}, ${STEPS} steps)`, () => {
  it(
    'is explained and listed later as it was at that instant',
    async () => {
      const explanations: { question: Question; answer: z.output<typeof explainAccess.output> }[] = [];
      const listings: { at: string; holders: unknown; rights: unknown; question: Question }[] = [];
      const holdersAt = async ({ accountId: _, ...object }: Question, at?: string) =>
        (await callAsOwner(listAccessHolders, { ...object, at })).data;
      const rightsAt = async ({ accountId }: Question, at?: string) =>
        (await callAsOwner(listPersonAccess, { accountId, limit: 200, at })).data;
      let acceptedCount = 0;
      for (let step = 0; step < STEPS; step += 1) {
        // The history cannot order a change and a question in the same millisecond, so the clock moves before each
        // change.
        services.processContext.clock.setOffset(services.processContext.clock.offset + 2);
        const isAccepted = await pick(randomChanges)().then(
          () => true,
          (error: unknown) => {
            // The change was rejected (DomainError), or there is no object to pick (TypeError).
            if (error instanceof DomainError || error instanceof TypeError) return false;
            throw error;
          },
        );
        if (isAccepted) acceptedCount += 1;
        services.processContext.clock.setOffset(
          services.processContext.clock.offset + HOUR_MS / 6 + Math.floor(random() * HOUR_MS),
        );
        // An access token is valid for ten minutes, and the clock was moved by at least ten minutes.
        owner.token = await services.signIn(owner.email);
        for (let count = 0; count < 4; count += 1) {
          const question = await randomQuestion();
          const answer = await callAsOwner(explainAccess, question);
          expect((await callAsOwner(checkAccess, question)).isAllowed).toBe(answer.isAllowed);
          explanations.push({ question, answer });
          // The first of the four questions of each step is also answered with lists.
          if (count === 0)
            listings.push({
              question,
              at: answer.at,
              holders: await holdersAt(question),
              rights: await rightsAt(question),
            });
        }
      }
      expect(acceptedCount).toBeGreaterThan(STEPS / 2);
      const outcomes = new Set(explanations.map(({ answer }) => answer.refusal ?? 'allowed'));
      expect([...outcomes]).toEqual(expect.arrayContaining(['allowed', 'no_grant']));
      for (const { question, answer } of explanations) {
        const laterAnswer = await callAsOwner(explainAccess, { ...question, at: answer.at });
        expect({ question, ...laterAnswer }).toEqual({ question, ...answer });
      }
      for (const { question, at, holders, rights } of listings)
        expect([await holdersAt(question, at), await rightsAt(question, at)]).toEqual([holders, rights]);
    },
    60_000 + STEPS * 1_000,
  );
});
