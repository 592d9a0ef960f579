import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import { explainAccess } from '@cordee/contracts/teams/access';
import { listGrants } from '@cordee/contracts/teams/grant';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { getTeam, listTeams } from '@cordee/contracts/teams/team';
import { viewerMemberIdOf } from '../teams/visible-teams.ts';
import { Customer, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

/**
 * Starts a call, removes Ben while the statement of the call waits for `table`, and returns the code of the reply. The
 * access cache of the process changes while the call is waiting.
 */
async function codeAfterRemoval(customer: Customer, table: string, call: () => Promise<unknown>): Promise<string> {
  const { database, process } = fixture.test;
  await process.access.forOrganization(customer.organizationId);
  await database.query('begin');
  await database.query(`lock table ${table} in access exclusive mode`);
  const code = call().then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );
  await fixture.test.until(
    async () =>
      (await database.query(`select 1 from pg_locks where not granted and locktype = 'relation'`)).rows.length > 0,
    'the waiting statement',
  );
  customer.removePerson('ben');
  // Waits until the cache has the removal.
  await process.access.people(customer.organizationId);
  await database.query('commit');
  return code;
}

describe('a person who is removed during a call', () => {
  it('is not found by a command about their rights', async () => {
    const customer = new Customer(fixture);
    const target = {
      organizationId: customer.organizationId,
      accountId: customer.people.ben,
      productId: customer.hosting,
    };
    expect(
      await codeAfterRemoval(customer, 'access_grant', () =>
        fixture.test.call(setPersonRights, { ...target, rights: ['technical'], endsAt: null }, customer.as.chief),
      ),
    ).toBe('PERSON_NOT_FOUND');
  });

  it('does not prevent the explanation of the decision about their access', async () => {
    const customer = new Customer(fixture);
    await customer.give('ben', 'technical');
    expect(
      await codeAfterRemoval(customer, 'access_grant', () =>
        fixture.test.call(
          explainAccess,
          {
            organizationId: customer.organizationId,
            accountId: customer.people.ben,
            productId: customer.hosting,
            right: 'technical',
          },
          customer.as.chief,
        ),
      ),
    ).toBe('ok');
  });

  it('gets the answer of a query that has read their membership, then ORGANIZATION_NOT_FOUND', async () => {
    const customer = new Customer(fixture);
    const { organizationId } = customer;
    const team = await customer.createTeam('Web', { accountIds: [customer.people.ben] });
    const getOwnTeam = () => fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.ben);
    expect(await codeAfterRemoval(customer, 'team', getOwnTeam)).toBe('ok');
    for (const call of [
      getOwnTeam,
      () => fixture.test.call(listTeams, { organizationId }, customer.as.ben),
      () => fixture.test.call(listGrants, { organizationId }, customer.as.ben),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'ORGANIZATION_NOT_FOUND' });
    // The handler can read newer members than the authorization.
    const people = await fixture.test.process.access.people(organizationId);
    expect(() => viewerMemberIdOf(people, customer.people.ben, new Date())).toThrow(
      new DomainError('ORGANIZATION_NOT_FOUND'),
    );
  });
});
