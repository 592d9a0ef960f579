import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import { addTeamMembers } from '@cordee/contracts/teams/team';
import { Customer, id, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

function setUp() {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  const folder = id('res');
  customer.sell({
    productId: customer.drive,
    type: 'drive',
    name: 'drive',
    resources: [{ resourceId: folder, name: 'plans', ownerAccountId: customer.people.cleo }],
  });
  const object = { kind: 'product' as const, productId: customer.drive };
  const join = async (teamId: `team_${string}`, who: PersonName) => {
    fixture.advanceHours(1);
    await fixture.test.call(
      addTeamMembers,
      { organizationId, teamId, members: [{ accountId: customer.people[who], endsAt: null }] },
      customer.as.chief,
    );
    const joined = (await customer.events()).findLast(({ type }) => type.endsWith('team.members_changed'))!;
    const about = { kind: 'joining' as const, teamId, accountId: customer.people[who], joinedAt: joined.event.time };
    return (await fixture.test.call(listSharedContent, { organizationId, about }, { service: 'reminders' })).data;
  };
  const close = (holder: { kind: 'team'; teamId: `team_${string}` } | ReturnType<Customer['person']>) =>
    fixture.test.call(
      restrictResource,
      { organizationId, productId: customer.drive, resourceId: folder, holder },
      customer.as.chief,
    );
  return { customer, folder, object, join, close };
}

it('the owner of a folder gets no notice of a joiner who is excluded on it (ACC-1, ACC-4)', async () => {
  const { customer, folder, object, join, close } = setUp();
  const web = await customer.team('Web', { grants: [{ object, rights: ['view'] }] });
  await close(customer.person('ben'));
  const rows = await join(web.id, 'ben');
  expect(await customer.may('ben', 'view', customer.drive, folder)).toBe(false);
  expect(rows).toEqual([]);
});

it('the owner of a folder gets no notice of a joiner whose team is excluded on it (ACC-1, ACC-4)', async () => {
  const { customer, folder, object, join, close } = setUp();
  const top = await customer.team('Top', { grants: [{ object, rights: ['view'] }] });
  const low = await customer.team('Low', { parentId: top.id });
  await close({ kind: 'team', teamId: low.id });
  const rows = await join(low.id, 'ben');
  expect(await customer.may('ben', 'view', customer.drive, folder)).toBe(false);
  expect(rows).toEqual([]);
});
