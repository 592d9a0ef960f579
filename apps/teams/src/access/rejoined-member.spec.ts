import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memberAdded, memberRemoved } from '@cordee/contracts/identity/member';
import { endGrant } from '@cordee/contracts/teams/grant';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import { addTeamMembers, getTeam, removeTeamMembers } from '@cordee/contracts/teams/team';
import { changeTeamPolicy } from '@cordee/contracts/teams/team-policy';
import { Customer, hostings, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

describe('a person who left and was invited again (ROL-7)', () => {
  it('starts without rights, before teams has received the departure', async () => {
    const customer = new Customer(fixture);
    const team = await customer.team('Web', {
      accountIds: [customer.people.ben],
      leadAccountId: customer.people.ben,
      grants: hostings('statistics'),
    });
    await fixture.test.call(
      changeTeamPolicy,
      { organizationId: customer.organizationId, mayLeadManageMembers: true },
      customer.as.chief,
    );
    await customer.give('ben', 'technical');
    await fixture.test.call(
      restrictResource,
      {
        organizationId: customer.organizationId,
        productId: customer.drive,
        resourceId: customer.folder,
        holder: customer.person('ben'),
      },
      customer.as.chief,
    );
    await customer.give({ kind: 'organization' }, 'view', { kind: 'product', productId: customer.drive });
    expect(await customer.mayAll('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
    const asLead = { organizationId: customer.organizationId, teamId: team.id, accountIds: [customer.people.cleo] };
    expect(await fixture.test.codeOf(removeTeamMembers, asLead, customer.as.ben)).toBe('ok');
    const before = customer.leaveAndReturn('ben');
    expect(await customer.mayAll('ben', ['technical', 'statistics'])).toEqual([]);
    // The former exclusion from an organization-wide grant does not apply any more.
    expect(await customer.may('ben', 'view', customer.drive, customer.folder)).toBe(true);
    expect(await customer.explain('ben', 'technical')).toMatchObject({
      isAllowed: false,
      chains: [],
      refusal: 'no_grant',
    });
    expect(await fixture.test.codeOf(removeTeamMembers, asLead, customer.as.ben)).toBe('TEAM_NOT_FOUND');
    await fixture.test.publishEvent(memberRemoved, {
      organizationId: customer.organizationId,
      accountId: customer.people.ben,
      memberId: before,
      role: 'collaborator',
    });
    expect(await customer.mayAll('ben', ['technical', 'statistics'])).toEqual([]);
    expect((await customer.grants()).map(({ holder }) => holder.kind).sort()).toEqual(['organization', 'team']);
    expect(
      await fixture.test.call(getTeam, { organizationId: customer.organizationId, teamId: team.id }, customer.as.chief),
    ).toMatchObject({ memberAccountIds: [], leadAccountId: null });
  });

  it('keeps their new rights, despite late and reordered events', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.team('Web', { accountIds: [people.ben], grants: hostings('statistics') });
    const old = await customer.give('ben', 'technical');
    const before = customer.leaveAndReturn('ben');
    // The same right in the same team is a new grant.
    const again = await customer.give('ben', 'technical');
    expect(again.id).not.toBe(old.id);
    expect(
      await fixture.test.call(
        addTeamMembers,
        { organizationId, teamId: team.id, members: [{ accountId: people.ben }] },
        customer.as.chief,
      ),
    ).toMatchObject({ results: [{ status: 'added' }] });
    expect(
      (await fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.chief)).members,
    ).toHaveLength(1);
    const now = customer.memberOf(people.ben);
    await fixture.test.publishEvent(memberAdded, {
      organizationId,
      accountId: people.ben,
      memberId: now,
      role: 'collaborator',
      invitationId: null,
      invitedBy: null,
      teamIds: [],
    });
    await fixture.test.publishEvent(memberAdded, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
      invitationId: null,
      invitedBy: null,
      teamIds: [],
    });
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
    });
    expect(await customer.mayAll('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
    expect((await customer.grants({ holder: people.ben })).map(({ id }) => id)).toEqual([again.id]);
    await fixture.test.call(endGrant, { organizationId, grantId: again.id }, customer.as.chief);
    expect(await customer.mayAll('ben', ['technical', 'statistics'])).toEqual(['statistics']);
  });

  it('does not get a grant that was waiting when they left', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    await fixture.test.database.query('begin');
    await fixture.test.database.query('lock table access_grant in exclusive mode');
    const giving = customer.give('ben', 'technical');
    await fixture.test.until(
      async () =>
        (await fixture.test.database.query(`select 1 from pg_locks where not granted and locktype = 'relation'`)).rows
          .length > 0,
      'the grant waits',
    );
    const before = customer.leaveAndReturn('ben');
    await fixture.test.database.query('commit');
    await giving;
    expect(await customer.may('ben', 'technical')).toBe(false);
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
    });
    expect([await customer.may('ben', 'technical'), await customer.grants()]).toEqual([false, []]);
  });
});
