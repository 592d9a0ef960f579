import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import { addTeamMembers } from '@cordee/contracts/teams/team';
import { Customer, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

function setUp() {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  const folder = customer.putOwnedFolder('cleo');
  const object = { kind: 'product' as const, productId: customer.drive };
  /** Adds a person to a team. Returns the content that the person can access through the team. */
  const joinAndListShared = async (teamId: `team_${string}`, who: PersonName) => {
    fixture.advanceHours(1);
    await fixture.test.call(
      addTeamMembers,
      { organizationId, teamId, members: [{ accountId: customer.people[who], endsAt: null }] },
      customer.as.chief,
    );
    const joinedEvent = (await customer.listEvents()).findLast(({ type }) => type.endsWith('team.members_changed'))!;
    const about = {
      kind: 'joining' as const,
      teamId,
      accountId: customer.people[who],
      joinedAt: joinedEvent.event.time,
    };
    return (await fixture.test.call(listSharedContent, { organizationId, about }, { service: 'reminders' })).data;
  };
  const restrict = (holder: { kind: 'team'; teamId: `team_${string}` } | ReturnType<Customer['holderFor']>) =>
    fixture.test.call(
      restrictResource,
      { organizationId, productId: customer.drive, resourceId: folder, holder },
      customer.as.chief,
    );
  return { customer, folder, object, joinAndListShared, restrict };
}

it('a folder that is restricted for a new team member is not listed for its owner (ACC-1, ACC-4)', async () => {
  const { customer, folder, object, joinAndListShared, restrict } = setUp();
  const web = await customer.createTeam('Web', { grants: [{ object, rights: ['view'] }] });
  await restrict(customer.holderFor('ben'));
  const rows = await joinAndListShared(web.id, 'ben');
  expect(await customer.may('ben', 'view', customer.drive, folder)).toBe(false);
  expect(rows).toEqual([]);
});

it('a folder that is restricted for the team of a new member is not listed for its owner (ACC-1, ACC-4)', async () => {
  const { customer, folder, object, joinAndListShared, restrict } = setUp();
  const parent = await customer.createTeam('Parent', { grants: [{ object, rights: ['view'] }] });
  const child = await customer.createTeam('Child', { parentId: parent.id });
  await restrict({ kind: 'team', teamId: child.id });
  const rows = await joinAndListShared(child.id, 'ben');
  expect(await customer.may('ben', 'view', customer.drive, folder)).toBe(false);
  expect(rows).toEqual([]);
});
