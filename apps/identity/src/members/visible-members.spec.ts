import { newId } from '@cordee/contracts/id';
import { listMembers } from '@cordee/contracts/identity/member';
import { readPages } from '@cordee/testing/read-pages';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { IdentityFixture, type JoinedPerson, type Person } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
let chief: Person;
let admin: JoinedPerson, ben: JoinedPerson, cleo: JoinedPerson, dora: JoinedPerson, eva: JoinedPerson;

beforeAll(async () => {
  fixture = await IdentityFixture.start();
  chief = await fixture.signUp('Chief');
  admin = await fixture.join(chief, 'administrator');
  [ben, cleo, dora] = [
    await fixture.join(chief, 'collaborator'),
    await fixture.join(chief, 'collaborator'),
    await fixture.join(chief, 'collaborator'),
  ];
  eva = await fixture.join(chief, 'external');
  const teamId = newId('team', new Date());
  fixture.service.stubbedSnapshots.grants.set(chief.organizationId, {
    teams: [{ teamId, name: 'Web', parentId: null, leadMemberId: cleo.memberId }],
    // Dora has left the team.
    memberships: [
      { teamId, accountId: ben.accountId, memberId: ben.memberId, endsAt: null },
      { teamId, accountId: cleo.accountId, memberId: cleo.memberId, endsAt: null },
      { teamId, accountId: dora.accountId, memberId: dora.memberId, endsAt: '2020-01-01T00:00:00.000Z' },
      { teamId, accountId: eva.accountId, memberId: eva.memberId, endsAt: null },
    ],
  });
});
afterAll(() => fixture.service.stop());

const listAs = ({ as }: Pick<Person, 'as'>) =>
  readPages(2, (page) => fixture.service.call(listMembers, { organizationId: chief.organizationId, ...page }, as));
const accountsSeenBy = async (person: Pick<Person, 'as'>) => (await listAs(person)).map(({ accountId }) => accountId);
const accountsOf = (...seen: Pick<Person, 'accountId'>[]) => seen.map(({ accountId }) => accountId);

it('managers see all people of the organization', async () => {
  for (const manager of [chief, admin])
    expect(await accountsSeenBy(manager)).toEqual(accountsOf(chief, admin, ben, cleo, dora, eva));
});

it('a collaborator sees the managers, themselves and the people of their teams', async () => {
  expect(await accountsSeenBy(ben)).toEqual(accountsOf(chief, admin, ben, cleo, eva));
  expect(await accountsSeenBy(dora)).toEqual(accountsOf(chief, admin, dora));
});

it('an external sees the managers, themselves and the leads of their teams', async () => {
  expect(await accountsSeenBy(eva)).toEqual(accountsOf(chief, admin, cleo, eva));
});

it('an API token of a manager shows all people; their flags only with the scope member:manage', async () => {
  const listWithScopes = (...scopes: string[]) =>
    listAs({ as: { account: admin.accountId, limits: { organizationId: chief.organizationId, scopes } } });
  const accountsWithFlags = async (...scopes: string[]) =>
    (await listWithScopes(...scopes)).filter((member) => 'flags' in member).map(({ accountId }) => accountId);
  expect(await listWithScopes('member:read')).toHaveLength(6);
  expect(await accountsWithFlags('member:read')).toEqual(accountsOf(admin));
  expect(await accountsWithFlags('member:read', 'member:manage')).toHaveLength(6);
});

it('only managers and the person see flags, the offered role, the block and the version', async () => {
  const visibleFields = { flags: expect.any(Array), offeredRole: null, isBlocked: false, version: 1 };
  expect(await listAs(admin)).toEqual(Array.from({ length: 6 }, () => expect.objectContaining(visibleFields)));
  for (const member of await listAs(ben))
    expect('flags' in member || 'isBlocked' in member || 'version' in member || 'offeredRole' in member).toBe(
      member.accountId === ben.accountId,
    );
});
