import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { changeTeam, createTeam } from '@cordee/contracts/teams/team';
import { uuid } from '@cordee/testing/test-service';
import { Client } from 'pg';
import { Customer, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
let blockingClient: Client;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
  const { host, port, user, password, database } = fixture.test.database;
  blockingClient = new Client({ host, port, user: user!, password: password!, database: database! });
  await blockingClient.connect();
});
afterAll(async () => {
  await blockingClient.end();
  await fixture.test.stop();
});
const untilTransactionsWait = (count: number): Promise<unknown> =>
  fixture.test.until(async () => {
    const rows = await fixture.test.rows(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length >= count;
  }, `${count} transactions that wait for a lock`);

it('teams are not nested deeper than ten levels by a creation and a move at the same time', async () => {
  const customer = new Customer(fixture);
  const createNestedTeams = async (prefix: string): Promise<`team_${string}`[]> => {
    const ids: `team_${string}`[] = [];
    for (let level = 1; level <= 5; level += 1)
      ids.push((await customer.createTeam(`${prefix} ${level}`, { parentId: ids.at(-1) ?? null })).id);
    return ids;
  };
  const [upperTeamIds, lowerTeamIds] = [await createNestedTeams('Upper'), await createNestedTeams('Lower')];
  const { organizationId } = customer;
  // Stops the creation after the creation has read the parents: its insert waits for this uncommitted name.
  await blockingClient.query('begin');
  await blockingClient.query(
    `insert into team select (jsonb_populate_record(team, jsonb_build_object(
       'id', gen_random_uuid()::text, 'name', 'sixth', 'name_fold', 'sixth', 'parent_id', null))).*
     from team where organization_id = $1 and id = $2`,
    [uuid(organizationId), uuid(lowerTeamIds[0]!)],
  );
  const creation = fixture.test.codeOf(
    createTeam,
    { organizationId, name: 'sixth', parentId: lowerTeamIds[4]! },
    customer.as.chief,
  );
  await untilTransactionsWait(1);
  const move = fixture.test.codeOf(
    changeTeam,
    { organizationId, teamId: lowerTeamIds[0]!, parentId: upperTeamIds[4]! },
    customer.as.chief,
  );
  await untilTransactionsWait(2);
  await blockingClient.query('rollback');
  const codes = await Promise.all([creation, move]);
  expect(codes.toSorted()).toEqual(['TEAM_NESTING_TOO_DEEP', 'ok']);
  const [depthRow] = await fixture.test.rows(
    `with recursive tree as (
       select id, 1 as level from team where organization_id = $1 and parent_id is null and deleted_at is null
       union all select team.id, level + 1 from team join tree on team.parent_id = tree.id where deleted_at is null
     ) select max(level) as depth from tree`,
    [uuid(organizationId)],
  );
  expect(depthRow!['depth']).toBeLessThanOrEqual(10);
});
