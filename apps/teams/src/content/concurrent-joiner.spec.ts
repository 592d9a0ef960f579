import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Input } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { giveGrant } from '@cordee/contracts/teams/grant';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import { addTeamMembers } from '@cordee/contracts/teams/team';
import { Client } from 'pg';
import { Customer, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

/** Locks the row of a team from another connection. Returns a function that ends the lock. */
async function lockTeam(teamId: `team_${string}`): Promise<() => Promise<void>> {
  const { connectionParameters } = fixture.test.database as unknown as { connectionParameters: object };
  const blocker = new Client(connectionParameters);
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('select from team where id = $1 for update', [toUuid(teamId)]);
  return async () => {
    await blocker.query('commit');
    await blocker.end();
  };
}

const countWaitingStatements = async (): Promise<number> =>
  (
    await fixture.test.rows(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).length;

it('an owner is notified once of a member who joins a child team while its parent gets a grant (ACC-4)', async () => {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  const folder = customer.putOwnedFolder('cleo');
  const parent = await customer.createTeam('Parent');
  const child = await customer.createTeam('Child', { parentId: parent.id });
  const unlock = await lockTeam(parent.id);

  const object = { kind: 'resource' as const, productId: customer.drive, resourceId: folder };
  const pendingGrant = fixture.test.call(
    giveGrant,
    { organizationId, holder: { kind: 'team', teamId: parent.id }, object, right: 'view', endsAt: null },
    customer.as.chief,
  );
  await fixture.test.until(async () => (await countWaitingStatements()) === 1, 'the grant waits for the team');
  const pendingJoining = fixture.test.call(
    addTeamMembers,
    { organizationId, teamId: child.id, members: [{ accountId: customer.people.ben, endsAt: null }] },
    customer.as.chief,
  );
  await fixture.test.until(async () => (await countWaitingStatements()) === 2, 'the joining waits for the parent team');
  await unlock();
  const grant = await pendingGrant;
  await pendingJoining;

  const joinedEvent = (await customer.listEvents()).findLast(({ type }) => type.endsWith('team.members_changed'))!;
  const listShared = async (about: Input<typeof listSharedContent>['about']) =>
    (await fixture.test.call(listSharedContent, { organizationId, about }, { service: 'reminders' })).data;
  const rowsOfGrant = await listShared({ kind: 'grant', grantId: grant.id });
  const rowsOfJoining = await listShared({
    kind: 'joining',
    teamId: child.id,
    accountId: customer.people.ben,
    joinedAt: joinedEvent.event.time,
  });
  expect(await customer.may('ben', 'view', customer.drive, folder)).toBe(true);
  // If the member joined before the grant, the row of the grant counts the member. Otherwise the joining has its own
  // row.
  const announcedCounts = rowsOfGrant.map(({ peopleCount }) => peopleCount!).concat(rowsOfJoining.map(() => 1));
  expect(announcedCounts.reduce((sum, count) => sum + count, 0)).toBe(1);
});
