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

const [SEED, STEPS] = [testNumber('SEED', 1), testNumber('ROUNDS', 180)];
const personNames: PersonName[] = ['chief', 'admin', 'ben', 'cleo', 'eva'];
type AccountId = `acc_${string}`;

/** Sends random commands to an organization. A rejected command changes nothing. */
class CommandGenerator {
  /** The number of successful commands by the subject of the contract. */
  readonly successCounts = new Map<string, number>();
  private teamCount = 0;

  constructor(
    readonly customer: Customer,
    readonly pick: <T>(choices: readonly T[]) => T | undefined,
  ) {}

  async sendRandomCommand(): Promise<void> {
    const { customer, pick } = this;
    const snapshot = await customer.loadSnapshot();
    const teams = snapshot.teams.map(({ teamId }) => teamId);
    const grants = snapshot.grants.map(({ grantId }) => grantId);
    const accountIds = personNames.map((name) => customer.people[name]);
    const [teamId, parentId, accountId] = [pick(teams), pick([...teams, null])!, pick(accountIds)!];
    // Half of the choices have no end.
    const endsAt = pick([null, null, fixture.inHours(1), fixture.inHours(6)])!;
    const holder = pick<GrantHolder>([
      { kind: 'organization' },
      { kind: 'account', accountId },
      ...(teamId ? [{ kind: 'team' as const, teamId }] : []),
    ])!;
    const resource = { productId: customer.drive, resourceId: pick([customer.folder, customer.innerFolder])! };
    const grant = pick<{ object: GrantObject; right: string }>([
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
                name: `Team ${(this.teamCount += 1)}`,
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
      () => (teamId ? [changeTeam, { teamId, name: `Team ${(this.teamCount += 1)}` }] : undefined),
      () => (teamId && teams.length > 3 ? [deleteTeam, { teamId }] : undefined),
      () =>
        teamId
          ? [addTeamMembers, { teamId, members: [{ accountId, endsAt }, { accountId: pick(accountIds) }] }]
          : undefined,
      () => (teamId ? [removeTeamMembers, { teamId, accountIds: [accountId] }] : undefined),
      () => (teamId ? [changeTeamMember, { teamId, accountId, endsAt }] : undefined),
      () => [giveGrant, { holder, ...grant, endsAt }],
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
    if (code === 'ok') this.successCounts.set(contract.subject, (this.successCounts.get(contract.subject) ?? 0) + 1);
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
const sortedRows = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
/** The rows of a snapshot in a canonical order, without its revision. */
const comparableRows = (snapshot: GrantSnapshot) => ({
  teams: sortedRows(snapshot.teams),
  memberships: sortedRows(snapshot.memberships),
  grants: sortedRows(snapshot.grants),
  restrictions: sortedRows(snapshot.restrictions),
});

/** Rights with the product or resource to ask about. */
const questions = (customer: Customer): [string[], `prd_${string}`, `res_${string}`?][] => [
  [['technical', 'statistics'], customer.hosting],
  [['user', 'view', 'change'], customer.drive],
  [['view', 'change', 'manage'], customer.drive, customer.folder],
  [['view', 'change', 'manage'], customer.drive, customer.innerFolder],
];

/** The rights of all people, decided from the access data: one text `<person> <right> <object>` per right. */
function allowedRights(access: OrganizationAccess, customer: Customer, at: Date): string[] {
  const ask = (accountId: AccountId, right: string, productId: `prd_${string}`, resourceId?: `res_${string}`) =>
    access.check({ accountId, right, productId, resourceId, at });
  return personNames.flatMap((name) =>
    questions(customer).flatMap(([rights, productId, resourceId]) =>
      rights.flatMap((right) =>
        ask(customer.people[name], right, productId, resourceId) ? [`${name} ${right} ${resourceId ?? productId}`] : [],
      ),
    ),
  );
}

it(`past snapshots equal the recorded snapshots, and changes give equal rights (C-TEAM-23; seed ${SEED})`, async () => {
  const random = seededNumbers(SEED);
  const customer = new Customer(fixture);
  const generator = new CommandGenerator(customer, (choices) => choices[Math.floor(random() * choices.length)]);
  const rowsOf = async (contract: typeof getMemberSnapshot | typeof getProductSnapshot) =>
    fixture.test.call(contract, { organizationId: customer.organizationId }, { service: 'search' });
  const [people, products] = [
    (await rowsOf(getMemberSnapshot)) as PartRows['people'],
    (await rowsOf(getProductSnapshot)) as PartRows['products'],
  ];
  const { typeRights } = await fixture.test.process.access.forOrganization(customer.organizationId);
  const firstSnapshot = await customer.loadSnapshot();
  const updatedAccess = OrganizationAccess.from({ people, products, grants: firstSnapshot }, typeRights);
  let { revision } = firstSnapshot;
  const recordedSteps: { step: number; at: string; snapshot: GrantSnapshot; rights: string[] }[] = [];
  const allRights = new Set<string>();

  for (let step = 0; step < STEPS; step += 1) {
    await generator.sendRandomCommand();
    const at = fixture.test.process.clock.now();
    const snapshot = await customer.loadSnapshot();
    const changes = await fixture.test.call(
      getGrantSnapshot,
      { organizationId: customer.organizationId, since: revision },
      { service: 'search' },
    );
    expect(changes.changed).not.toBeNull();
    updatedAccess.apply('grants', changes);
    revision = changes.revision;
    const rights = allowedRights(
      OrganizationAccess.from({ people, products, grants: snapshot }, typeRights),
      customer,
      at,
    );
    expect({ step, rights: allowedRights(updatedAccess, customer, at) }).toEqual({ step, rights });
    for (const right of rights) allRights.add(right);
    recordedSteps.push({ step, at: at.toISOString(), snapshot, rights });
    const minutes = 1 + Math.floor(random() * 50);
    fixture.advanceHours(minutes / 60);
  }

  for (const { step, at, snapshot, rights } of recordedSteps) {
    const pastSnapshot = await customer.loadSnapshot({ at });
    expect({ step, ...comparableRows(pastSnapshot) }).toEqual({ step, ...comparableRows(snapshot) });
    expect({
      step,
      rights: allowedRights(
        OrganizationAccess.from({ people, products, grants: pastSnapshot }, typeRights),
        customer,
        new Date(at),
      ),
    }).toEqual({ step, rights });
    expect([pastSnapshot.revision, pastSnapshot.changed]).toEqual([0, null]);
    // A snapshot filtered by person, product or both gives the same decisions as the complete snapshot.
    const [name, productId] = [
      personNames[step % personNames.length]!,
      step % 2 === 0 ? customer.hosting : customer.drive,
    ];
    const [isOfPerson, isOnProduct] = [
      (right: string) => right.startsWith(`${name} `),
      (right: string) =>
        questions(customer).some(
          ([, product, resource]) => product === productId && right.endsWith(` ${resource ?? product}`),
        ),
    ];
    for (const [about, isCovered] of [
      [{ accountId: customer.people[name] }, isOfPerson],
      [{ productId }, isOnProduct],
      [{ accountId: customer.people[name], productId }, (right: string) => isOfPerson(right) && isOnProduct(right)],
    ] as const) {
      const filteredAccess = OrganizationAccess.from(
        { people, products, grants: await customer.loadSnapshot({ at, about }) },
        typeRights,
      );
      expect({ step, about, rights: allowedRights(filteredAccess, customer, new Date(at)).filter(isCovered) }).toEqual({
        step,
        about,
        rights: rights.filter(isCovered),
      });
    }
  }
  // Every command contract had a successful call, and many different rights were allowed.
  expect(generator.successCounts.size).toBe(11);
  expect(allRights.size).toBeGreaterThan(30);
}, 120_000);
