import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OrganizationAccess, type PartRows } from '@cordee/access/organization-access';
import type { Contract } from '@cordee/contracts/contract';
import { getMemberSnapshot } from '@cordee/contracts/identity/member';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { endGrant, giveGrant } from '@cordee/contracts/teams/grant';
import {
  getGrantSnapshot,
  type GrantSnapshot,
  type GrantHolder,
  type GrantObject,
} from '@cordee/contracts/teams/grant-snapshot';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { restoreInheritance, restrictResource } from '@cordee/contracts/teams/restriction';
import {
  addTeamMembers,
  changeTeam,
  changeTeamMember,
  createTeam,
  deleteTeam,
  removeTeamMembers,
} from '@cordee/contracts/teams/team';
import { seededNumbers, testNumber } from '@cordee/testing/test-environment';
import { Customer, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

const [SEED, STEPS] = [testNumber('SEED', 1), testNumber('ROUNDS', 250)];
const who: PersonName[] = ['chief', 'admin', 'ben', 'cleo', 'eva'];
type AccountId = `acc_${string}`;

/** Sends random commands to an organization; a rejected command changes nothing. */
class Player {
  /** Successful commands by kind. */
  readonly succeeded = new Map<string, number>();
  private names = 0;

  constructor(
    readonly customer: Customer,
    readonly pick: <T>(from: readonly T[]) => T | undefined,
  ) {}

  async play(): Promise<void> {
    const { customer, pick } = this;
    const snapshot = await customer.snapshot();
    const teams = snapshot.teams.map(({ teamId }) => teamId);
    const grants = snapshot.grants.map(({ grantId }) => grantId);
    const accountIds = who.map((name) => customer.people[name]);
    const [teamId, parentId, accountId] = [pick(teams), pick([...teams, null])!, pick(accountIds)!];
    const endsAt = pick([null, null, fixture.inHours(1), fixture.inHours(6)])!;
    const holder = pick<GrantHolder>([
      { kind: 'organization' },
      { kind: 'account', accountId },
      ...(teamId ? [{ kind: 'team' as const, teamId }] : []),
    ])!;
    const resource = { productId: customer.drive, resourceId: pick([customer.folder, customer.inner])! };
    const wanted = pick<{ object: GrantObject; right: string }>([
      { object: { kind: 'product', productId: customer.hosting }, right: pick(['technical', 'statistics'])! },
      { object: { kind: 'product_type', type: 'web_hosting' }, right: 'statistics' },
      { object: { kind: 'product', productId: customer.drive }, right: pick(['user', 'view', 'change'])! },
      { object: { kind: 'resource', ...resource }, right: pick(['view', 'change', 'manage'])! },
    ])!;
    const parentEndsAt = parentId && endsAt;
    const commands: (() => [Contract, object] | undefined)[] = [
      () =>
        teams.length < 8
          ? [
              createTeam,
              {
                name: `Team ${(this.names += 1)}`,
                accountIds: [accountId],
                parentId,
                parentEndsAt,
                isMembersOnly: pick([true, false]),
              },
            ]
          : undefined,
      () => (teamId ? [changeTeam, { teamId, parentId, parentEndsAt }] : undefined),
      () =>
        teamId
          ? [changeTeam, { teamId, isMembersOnly: pick([true, false]), colour: pick(['red', 'blue']) }]
          : undefined,
      () => (teamId ? [changeTeam, { teamId, name: `Team ${(this.names += 1)}` }] : undefined),
      () => (teamId && teams.length > 3 ? [deleteTeam, { teamId }] : undefined),
      () =>
        teamId
          ? [addTeamMembers, { teamId, members: [{ accountId, endsAt }, { accountId: pick(accountIds) }] }]
          : undefined,
      () => (teamId ? [removeTeamMembers, { teamId, accountIds: [accountId] }] : undefined),
      () => (teamId ? [changeTeamMember, { teamId, accountId, endsAt }] : undefined),
      () => [giveGrant, { holder, ...wanted, endsAt }],
      () => (grants.length > 0 ? [endGrant, { grantId: pick(grants) }] : undefined),
      () => [restrictResource, { ...resource, holder, right: pick([null, 'view', 'change']), endsAt }],
      () => [restoreInheritance, { ...resource, ...(pick([true, false]) ? { holder } : {}) }],
      () => [
        setPersonRights,
        {
          accountId,
          productId: customer.hosting,
          rights: pick([[], ['technical'], ['technical', 'statistics']]),
          endsAt,
        },
      ],
    ];
    const command = pick(commands)!();
    if (!command) return;
    const [contract, input] = command;
    const code = await fixture.test.codeOf(
      contract,
      { organizationId: customer.organizationId, ...input },
      customer.as.chief,
    );
    if (code === 'ok') this.succeeded.set(contract.subject, (this.succeeded.get(contract.subject) ?? 0) + 1);
    else
      expect([
        'TEAM_CYCLE',
        'TEAM_MEMBER_NOT_FOUND',
        'EXTERNAL_NOT_ALLOWED',
        'RIGHT_NOT_FOR_EXTERNALS',
        'TEAM_NESTING_TOO_DEEP',
      ]).toContain(code);
  }
}

/** Rows in a canonical order. */
const sorted = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
/** The comparable part of a snapshot. */
const comparable = (snapshot: GrantSnapshot) => ({
  teams: sorted(snapshot.teams),
  memberships: sorted(snapshot.memberships),
  grants: sorted(snapshot.grants),
  restrictions: sorted(snapshot.restrictions),
});

/** Rights with the product or resource to ask about. */
const questions = (customer: Customer): [string[], `prd_${string}`, `res_${string}`?][] => [
  [['technical', 'statistics'], customer.hosting],
  [['user', 'view', 'change'], customer.drive],
  [['view', 'change', 'manage'], customer.drive, customer.folder],
  [['view', 'change', 'manage'], customer.drive, customer.inner],
];

/** All decisions about everybody. */
function answers(access: OrganizationAccess, customer: Customer, at: Date): string[] {
  const ask = (accountId: AccountId, right: string, productId: `prd_${string}`, resourceId?: `res_${string}`) =>
    access.check({ accountId, right, productId, resourceId, at });
  return who.flatMap((name) =>
    questions(customer).flatMap(([rights, productId, resourceId]) =>
      rights.flatMap((right) =>
        ask(customer.people[name], right, productId, resourceId) ? [`${name} ${right} ${resourceId ?? productId}`] : [],
      ),
    ),
  );
}

it(`past snapshots and applied changes equal full loads (C-TEAM-23; seed ${SEED})`, async () => {
  const next = seededNumbers(SEED);
  const customer = new Customer(fixture);
  const player = new Player(customer, (from) => from[Math.floor(next() * from.length)]);
  const rowsOf = async (contract: typeof getMemberSnapshot | typeof getProductSnapshot) =>
    fixture.test.call(contract, { organizationId: customer.organizationId }, { service: 'search' });
  const [people, products] = [
    (await rowsOf(getMemberSnapshot)) as PartRows['people'],
    (await rowsOf(getProductSnapshot)) as PartRows['products'],
  ];
  const { typeRights } = await fixture.test.process.access.forOrganization(customer.organizationId);
  const first = await customer.snapshot();
  const followed = OrganizationAccess.from({ people, products, grants: first }, typeRights);
  let { revision } = first;
  const recorded: { step: number; at: string; snapshot: GrantSnapshot; answers: string[] }[] = [];
  const seen = new Set<string>();

  for (let step = 0; step < STEPS; step += 1) {
    await player.play();
    const at = fixture.test.process.clock.now();
    const snapshot = await customer.snapshot();
    const delta = await fixture.test.call(
      getGrantSnapshot,
      { organizationId: customer.organizationId, since: revision },
      { service: 'search' },
    );
    expect(delta.changed).not.toBeNull();
    followed.apply('grants', delta);
    revision = delta.revision;
    const whole = answers(OrganizationAccess.from({ people, products, grants: snapshot }, typeRights), customer, at);
    expect({ step, may: answers(followed, customer, at) }).toEqual({ step, may: whole });
    for (const answer of whole) seen.add(answer);
    recorded.push({ step, at: at.toISOString(), snapshot, answers: whole });
    fixture.advanceHours((1 + Math.floor(next() * 50)) / 60);
  }

  for (const { step, at, snapshot, answers: then } of recorded) {
    const past = await customer.snapshot({ at });
    expect({ step, ...comparable(past) }).toEqual({ step, ...comparable(snapshot) });
    expect({
      step,
      may: answers(OrganizationAccess.from({ people, products, grants: past }, typeRights), customer, new Date(at)),
    }).toEqual({ step, may: then });
    expect([past.revision, past.changed]).toEqual([0, null]);
    // A snapshot filtered by person, product or both decides like the complete one.
    const [name, productId] = [who[step % who.length]!, step % 2 === 0 ? customer.hosting : customer.drive];
    const [isTheirs, isOnIt] = [
      (answer: string) => answer.startsWith(`${name} `),
      (answer: string) =>
        questions(customer).some(
          ([, product, resource]) => product === productId && answer.endsWith(` ${resource ?? product}`),
        ),
    ];
    for (const [about, concerns] of [
      [{ accountId: customer.people[name] }, isTheirs],
      [{ productId }, isOnIt],
      [{ accountId: customer.people[name], productId }, (answer: string) => isTheirs(answer) && isOnIt(answer)],
    ] as const) {
      const needed = OrganizationAccess.from(
        { people, products, grants: await customer.snapshot({ at, about }) },
        typeRights,
      );
      expect({ step, about, may: answers(needed, customer, new Date(at)).filter(concerns) }).toEqual({
        step,
        about,
        may: then.filter(concerns),
      });
    }
  }
  // Every kind of command succeeded, and rights were gained and lost.
  expect(player.succeeded.size).toBe(11);
  expect(seen.size).toBeGreaterThan(30);
}, 120_000);
