import { createTeam, deleteTeam } from '@cordee/contracts/teams/team';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Customer, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start({ TEAMS_PER_ORGANIZATION: '2' });
});
afterAll(() => fixture.test.stop());

it('an organization has at most the configured number of teams', async () => {
  const [customer, otherCustomer] = [new Customer(fixture), new Customer(fixture)];
  const create = (name: string, { organizationId, as } = customer) =>
    fixture.test.codeOf(createTeam, { organizationId, name }, as.chief);
  const { id: teamId } = await fixture.test.call(
    createTeam,
    { organizationId: customer.organizationId, name: 'A' },
    customer.as.chief,
  );
  expect([await create('B'), await create('C')]).toEqual(['ok', 'TEAM_LIMIT']);
  expect(await create('C', otherCustomer)).toBe('ok');
  await fixture.test.call(deleteTeam, { organizationId: customer.organizationId, teamId }, customer.as.chief);
  expect(await create('C')).toBe('ok');
});
