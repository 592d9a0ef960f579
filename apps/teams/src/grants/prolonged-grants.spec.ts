import { checkAccess } from '@cordee/contracts/teams/access';
import { giveGrants } from '@cordee/contracts/teams/grant';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Customer, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

/** Creates a customer in which Ben and a team have a right that ends in two hours. */
async function createEndingGrants() {
  const customer = new Customer(fixture);
  const { organizationId, people } = customer;
  const team = await customer.createTeam('Web', { accountIds: [people.cleo] });
  const object: GrantObject = { kind: 'product', productId: customer.hosting };
  const holders: Record<'ben' | 'team', GrantHolder> = {
    ben: customer.holderFor('ben'),
    team: { kind: 'team', teamId: team.id },
  };
  const give = async (endsAt: string | null, ...names: ('ben' | 'team')[]) =>
    (
      await fixture.test.call(
        giveGrants,
        {
          organizationId,
          grants: names.map((name) => ({ holder: holders[name], object, right: 'technical', endsAt })),
        },
        customer.as.chief,
      )
    ).results.map(({ status }) => status);
  const ends = async () => (await customer.listGrants()).map(({ endsAt }) => endsAt);
  const prolongedEvents = async () =>
    (await fixture.test.eventsOf(organizationId)).filter(({ type }) => type === 'teams.grant.prolonged');
  expect(await give(fixture.inHours(2), 'ben', 'team')).toEqual(['given', 'given']);
  return { customer, give, ends, prolongedEvents };
}

describe('giving an existing grant again', () => {
  it('with a later end prolongs the grants of people and teams, without a gap', async () => {
    const { customer, give, ends, prolongedEvents } = await createEndingGrants();
    const idsBefore = (await customer.listGrants()).map((grant) => grant.id);
    const later = fixture.inHours(24);
    expect(await give(later, 'ben', 'team')).toEqual(['prolonged', 'prolonged']);
    expect(await ends()).toEqual([later, later]);
    expect((await customer.listGrants()).map((grant) => grant.id)).toEqual(idsBefore);
    expect(new Map((await prolongedEvents()).map(({ data }) => [data['grantId'], data['endsAt']]))).toEqual(
      new Map(idsBefore.map((grantId) => [grantId, later])),
    );
    // After the first end, the right remains; after the new end, it does not.
    const mayUse = async () =>
      (
        await fixture.test.call(
          checkAccess,
          { organizationId: customer.organizationId, right: 'technical', productId: customer.hosting },
          customer.as.cleo,
        )
      ).isAllowed;
    fixture.advanceHours(3);
    expect(await mayUse()).toBe(true);
    fixture.advanceHours(22);
    expect(await mayUse()).toBe(false);
  });

  it('without an end removes the end', async () => {
    const { give, ends } = await createEndingGrants();
    expect(await give(null, 'ben')).toEqual(['prolonged']);
    expect(new Set(await ends())).toContain(null);
  });

  it('with the same or an earlier end changes nothing', async () => {
    const { give, ends, prolongedEvents } = await createEndingGrants();
    const endsBefore = await ends();
    expect(await give(endsBefore[0]!, 'ben')).toEqual(['already_given']);
    expect(await give(fixture.inHours(1), 'ben', 'team')).toEqual(['already_given', 'already_given']);
    expect(await ends()).toEqual(endsBefore);
    expect(await prolongedEvents()).toEqual([]);
  });

  it('at the same time with several ends keeps the latest end', async () => {
    const { give, ends } = await createEndingGrants();
    const requested = [5, 9, 7, 3, 8].map((hours) => fixture.inHours(hours));
    await Promise.all(requested.map((endsAt) => give(endsAt, 'ben', 'team')));
    expect(await ends()).toEqual([requested[1], requested[1]]);
  });
});
