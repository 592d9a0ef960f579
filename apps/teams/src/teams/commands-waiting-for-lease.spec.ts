import { randomUUID } from 'node:crypto';
import { changeTeam, createTeam } from '@cordee/contracts/teams/team';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Customer, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

it('committed commands that wait for the lease of a killed process delay no other organization', async () => {
  const { test } = fixture;
  const customers = [new Customer(fixture), new Customer(fixture)];
  const other = new Customer(fixture);
  const team = await other.createTeam('Quiet');
  // This process confirms no change, so commands wait until its lease ends.
  await test.rows(
    `insert into access_lease (process_id, service, epoch, expires_at)
     values ($1, 'replica', 1, clock_timestamp() + interval '3 seconds')`,
    [randomUUID()],
  );
  let finishedCount = 0;
  const creations = customers.flatMap(({ organizationId, as }) =>
    Array.from({ length: 5 }, (_, index) =>
      test.codeOf(createTeam, { organizationId, name: `Team ${index}` }, as.chief).finally(() => (finishedCount += 1)),
    ),
  );
  await test.until(
    async () => (await test.rows(`select from team where name like 'Team %'`)).length === 10,
    'the commits of ten commands',
  );
  const code = await test.codeOf(
    changeTeam,
    { organizationId: other.organizationId, teamId: team.id, name: 'Quiet' },
    other.as.chief,
  );
  expect({ code, finishedCount }).toEqual({ code: 'ok', finishedCount: 0 });
  expect(new Set(await Promise.all(creations))).toEqual(new Set(['ok']));
});
