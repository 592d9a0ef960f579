import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderPaid } from '@cordee/contracts/billing/order';
import { cloudEventType } from '@cordee/contracts/cloud-event';
import type { Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { acceptInvitation, getInvitationMail, inviteMember } from '@cordee/contracts/identity/invitation';
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
import { encode } from '@cordee/messaging/reply';
import { seededNumbers, testNumber } from '@cordee/testing/test-environment';
import type * as z from 'zod';
import { TestServices, type SignedIn } from '../test/test-services.ts';

const [SEED, STEPS] = [testNumber('SEED', 1), testNumber('ROUNDS', 80)];
const RIGHTS = ['technical', 'user', 'view', 'change', 'manage'];
const next = seededNumbers(SEED);
const one = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!;

type AccountId = `acc_${string}`;

let services: TestServices;
let chief: SignedIn;
const people: SignedIn[] = [];
const products: { productId: `prd_${string}`; type: string }[] = [];

beforeAll(async () => {
  services = await TestServices.start();
  chief = await signUp('chief');
  for (const [name, role] of [
    ['anna', 'administrator'],
    ['ben', 'collaborator'],
    ['carla', 'collaborator'],
    ['eva', 'external'],
  ] as const)
    people.push(await join(name, role));
  for (const type of ['web_hosting', 'drive', 'drive'] as const) products.push(await buy(type));
}, 120_000);
afterAll(() => services.stop(), 30_000);

const call = <C extends Contract>(
  contract: C,
  input: z.input<C['input']>,
  token?: string,
): Promise<z.output<C['output']>> => services.call(contract, input, token);
const asChief = <C extends Contract>(
  contract: C,
  input: Omit<z.input<C['input']>, 'organizationId'>,
): Promise<z.output<C['output']>> =>
  call(contract, { organizationId: chief.organizationId, ...input } as z.input<C['input']>, chief.token);

const signUp = (name: string): Promise<SignedIn> => services.signUp(`${name}@alpine.example`);

async function join(name: string, role: 'administrator' | 'collaborator' | 'external'): Promise<SignedIn> {
  const person = await signUp(name);
  await invite(person, role);
  return person;
}

async function invite({ email }: SignedIn, role: 'administrator' | 'collaborator' | 'external'): Promise<void> {
  const { id } = await asChief(inviteMember, { email, role });
  const { token } = await call(getInvitationMail, { organizationId: chief.organizationId, invitationId: id });
  await call(acceptInvitation, { token });
}

async function buy(type: string): Promise<{ productId: `prd_${string}`; type: string }> {
  const [productId, orderId, now] = [
    newId('prd', services.parts.clock.now()),
    newId('ord', services.parts.clock.now()),
    services.parts.clock.now(),
  ];
  const line = {
    productId,
    type,
    name: `${type} ${productId.slice(-4)}`,
    interval: 'yearly',
    price: { amount: 100, currency: 'CHF' },
    vatClass: 'standard',
    isAutomaticRenewal: false,
    isWarranted: false,
    periodStart: '2026-01-31',
    periodEnd: '2027-01-31',
  };
  const data = orderPaid.data.parse({
    organizationId: chief.organizationId,
    orderId,
    invoiceId: newId('inv', now),
    lines: [{ ...orderPaid.example.lines[0], ...line }],
  });
  const event = {
    specversion: '1.0',
    id: newId('evt', now),
    source: '/billing',
    type: cloudEventType(orderPaid),
    subject: orderId,
    time: now.toISOString(),
    dataschema: '',
    datacontenttype: 'application/json',
    actorid: 'service:billing',
    requestid: 'test',
    sequence: 1,
    organizationid: chief.organizationId,
    data,
  };
  await (await services.parts.connect('billing')).publishEvent(orderPaid.subject, event.id, encode(event));
  return { productId, type };
}

/** What may happen in an organization. A refusal is an answer like another: nothing has happened then. */
const steps: (() => Promise<unknown>)[] = [
  () => asChief(createTeam, { name: `Team ${next()}`, accountIds: next() < 0.7 ? [one(people).accountId] : [] }),
  async () =>
    asChief(createTeam, {
      name: `Team ${next()}`,
      parentId: await someTeam(),
      isMembersOnly: next() < 0.3,
      accountIds: [one(people).accountId],
    }),
  async () =>
    asChief(changeTeam, {
      teamId: await someTeam(),
      parentId: next() < 0.3 ? null : await someTeam(),
      ...(next() < 0.3 ? { isMembersOnly: next() < 0.5 } : {}),
    }),
  async () => asChief(changeTeam, { teamId: await someTeam(), name: `Team ${next()}` }),
  async () =>
    asChief(changeTeamMember, { teamId: await someTeam(), accountId: one(people).accountId, endsAt: someEnd() }),
  async () =>
    asChief(addTeamMembers, {
      teamId: await someTeam(),
      members: [{ accountId: one(people).accountId, endsAt: someEnd() }],
    }),
  async () =>
    asChief(addTeamMembers, { teamId: await someTeam(), members: people.map(({ accountId }) => ({ accountId })) }),
  async () => asChief(removeTeamMember, { teamId: await someTeam(), accountId: one(people).accountId }),
  async () => (next() < 0.4 ? asChief(deleteTeam, { teamId: await someTeam() }) : undefined),
  ...Array.from({ length: 4 }, () => async () => giveSomething()),
  async () => asChief(endGrant, { grantId: one((await asChief(listGrants, {})).data).id }),
  async () =>
    asChief(addResource, {
      ...(await someFolder()),
      kind: 'folder',
      name: `Folder ${next()}`,
      ownerAccountId: next() < 0.3 ? one(people).accountId : null,
    }),
  async () => {
    const { productId, parentId } = await someFolder();
    return asChief(restrictResource, {
      productId,
      resourceId: parentId,
      holder: await someHolder(),
      right: next() < 0.5 ? 'view' : null,
    });
  },
  async () => {
    const { productId, parentId } = await someFolder();
    return asChief(restoreInheritance, { productId, resourceId: parentId });
  },
  () => asChief(blockProduct, { productId: one(products).productId, reason: 'test' }),
  () => asChief(unblockProduct, { productId: one(products).productId }),
  async () =>
    asChief(changeMember, {
      memberId: await someMember(),
      role: one(['administrator', 'collaborator', 'collaborator'] as const),
    }),
  async () => asChief(changeMember, { memberId: await someMember(), isBlocked: next() < 0.4 }),
  async () => {
    if (next() < 0.6) return;
    await asChief(removeMember, { memberId: await someMember() });
    for (const person of people)
      if (!(await memberOf(person))) await invite(person, one(['collaborator', 'external'] as const));
  },
];

const someTeam = async (): Promise<`team_${string}`> => one((await asChief(listTeams, {})).data).id;
const memberOf = async ({ accountId }: SignedIn): Promise<`mem_${string}` | undefined> =>
  (await asChief(listMembers, {})).data.find((member) => member.accountId === accountId)?.id;
const someMember = async (): Promise<`mem_${string}`> => (await memberOf(one(people)))!;
const someEnd = (): string | null =>
  next() < 0.7 ? null : new Date(services.parts.clock.now().getTime() + next() * 40 * 3_600_000).toISOString();
const someHolder = async (): Promise<GrantHolder> => {
  if (next() < 0.5) return { kind: 'team', teamId: await someTeam() };
  return next() < 0.8 ? { kind: 'account', accountId: one(people).accountId } : { kind: 'organization' };
};
async function someFolder(): Promise<{ productId: `prd_${string}`; parentId: `res_${string}` }> {
  const { productId } = one(products.filter(({ type }) => type === 'drive'));
  return { productId, parentId: one((await asChief(getProduct, { productId })).resources).id };
}
async function giveSomething(): Promise<unknown> {
  const holder = await someHolder();
  if (next() < 0.5) {
    const { productId, parentId } = await someFolder();
    return asChief(giveGrant, {
      holder,
      object: { kind: 'resource', productId, resourceId: parentId },
      right: one(['view', 'change', 'manage']),
      endsAt: someEnd(),
    });
  }
  const { productId, type } = one(products);
  return asChief(giveGrant, {
    holder,
    object: next() < 0.6 ? { kind: 'product', productId } : { kind: 'product_type', type },
    right: type === 'drive' ? 'user' : 'technical',
    endsAt: someEnd(),
  });
}

async function someQuestion(): Promise<{
  accountId: AccountId;
  right: string;
  productId: `prd_${string}`;
  resourceId?: `res_${string}`;
}> {
  const asked = { accountId: one(people).accountId, right: one(RIGHTS) };
  if (next() < 0.4) return { ...asked, productId: one(products).productId };
  const { productId, parentId } = await someFolder();
  return { ...asked, productId, resourceId: parentId };
}

describe(`the history of access (C-TEAM-23; seed ${SEED}, ${STEPS} steps)`, () => {
  it(
    'answers for every past instant what was answered then',
    async () => {
      const answers: {
        asked: Awaited<ReturnType<typeof someQuestion>>;
        said: z.output<typeof explainAccess.output>;
      }[] = [];
      const lists: {
        at: string;
        holders: unknown;
        rights: unknown;
        question: Awaited<ReturnType<typeof someQuestion>>;
      }[] = [];
      const holdersAt = async ({ accountId: _, ...thing }: Awaited<ReturnType<typeof someQuestion>>, at?: string) =>
        (await asChief(listAccessHolders, { ...thing, at })).data;
      const rightsAt = async ({ accountId }: { accountId: AccountId }, at?: string) =>
        (await asChief(listPersonAccess, { accountId, limit: 200, at })).data;
      let happened = 0;
      for (let step = 0; step < STEPS; step += 1) {
        const isDone = await one(steps)().then(
          () => true,
          (error: unknown) => {
            // Nothing there to do it with, or refused.
            if (error instanceof DomainError || error instanceof TypeError) return false;
            throw error;
          },
        );
        if (isDone) happened += 1;
        services.parts.clock.moveTo(services.parts.clock.offset + 600_000 + Math.floor(next() * 3_600_000));
        chief.token = await services.signIn(chief.email);
        for (let count = 0; count < 4; count += 1) {
          const asked = await someQuestion();
          const said = await asChief(explainAccess, asked);
          expect((await asChief(checkAccess, asked)).isAllowed).toBe(said.isAllowed);
          answers.push({ asked, said });
          if (count === 0)
            lists.push({
              question: asked,
              at: said.at,
              holders: await holdersAt(asked),
              rights: await rightsAt(asked),
            });
        }
      }
      expect(happened).toBeGreaterThan(STEPS / 2);
      const kinds = new Set(answers.map(({ said }) => said.refusal ?? 'allowed'));
      expect([...kinds]).toEqual(expect.arrayContaining(['allowed', 'no_grant']));
      for (const { asked, said } of answers) {
        const now = await asChief(explainAccess, { ...asked, at: said.at });
        expect({ asked, ...now }).toEqual({ asked, ...said });
      }
      for (const { question, at, holders, rights } of lists)
        expect([await holdersAt(question, at), await rightsAt(question, at)]).toEqual([holders, rights]);
    },
    60_000 + STEPS * 1_000,
  );
});
