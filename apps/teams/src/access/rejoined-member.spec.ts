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
    const one = new Customer(fixture);
    const team = await one.team('Web', {
      accountIds: [one.people.ben],
      leadAccountId: one.people.ben,
      grants: hostings('statistics'),
    });
    await fixture.test.call(
      changeTeamPolicy,
      { organizationId: one.organizationId, mayLeadManageMembers: true },
      one.as.chief,
    );
    await one.give('ben', 'technical');
    await fixture.test.call(
      restrictResource,
      { organizationId: one.organizationId, productId: one.drive, resourceId: one.folder, holder: one.person('ben') },
      one.as.chief,
    );
    await one.give({ kind: 'organization' }, 'view', { kind: 'product', productId: one.drive });
    expect(await one.mayAll('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
    const asLead = { organizationId: one.organizationId, teamId: team.id, accountIds: [one.people.cleo] };
    expect(await fixture.test.codeOf(removeTeamMembers, asLead, one.as.ben)).toBe('ok');
    const before = one.leaveAndReturn('ben');
    expect(await one.mayAll('ben', ['technical', 'statistics'])).toEqual([]);
    // The former exclusion from an organization-wide grant does not apply any more.
    expect(await one.may('ben', 'view', one.drive, one.folder)).toBe(true);
    expect(await one.explain('ben', 'technical')).toMatchObject({ isAllowed: false, chains: [], refusal: 'no_grant' });
    expect(await fixture.test.codeOf(removeTeamMembers, asLead, one.as.ben)).toBe('TEAM_NOT_FOUND');
    await fixture.test.publishEvent(memberRemoved, {
      organizationId: one.organizationId,
      accountId: one.people.ben,
      memberId: before,
      role: 'collaborator',
    });
    expect(await one.mayAll('ben', ['technical', 'statistics'])).toEqual([]);
    expect((await one.grants()).map(({ holder }) => holder.kind).sort()).toEqual(['organization', 'team']);
    expect(
      await fixture.test.call(getTeam, { organizationId: one.organizationId, teamId: team.id }, one.as.chief),
    ).toMatchObject({ memberAccountIds: [], leadAccountId: null });
  });

  it('keeps their new rights, despite late and reordered events', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const team = await one.team('Web', { accountIds: [people.ben], grants: hostings('statistics') });
    const old = await one.give('ben', 'technical');
    const before = one.leaveAndReturn('ben');
    // The same right in the same team is a new grant.
    const again = await one.give('ben', 'technical');
    expect(again.id).not.toBe(old.id);
    expect(
      await fixture.test.call(
        addTeamMembers,
        { organizationId, teamId: team.id, members: [{ accountId: people.ben }] },
        one.as.chief,
      ),
    ).toMatchObject({ results: [{ status: 'added' }] });
    expect((await fixture.test.call(getTeam, { organizationId, teamId: team.id }, one.as.chief)).members).toHaveLength(
      1,
    );
    const now = one.memberOf(people.ben);
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
    expect(await one.mayAll('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
    expect((await one.grants({ holder: people.ben })).map(({ id }) => id)).toEqual([again.id]);
    await fixture.test.call(endGrant, { organizationId, grantId: again.id }, one.as.chief);
    expect(await one.mayAll('ben', ['technical', 'statistics'])).toEqual(['statistics']);
  });

  it('does not get a grant that was waiting when they left', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    await fixture.test.database.query('begin');
    await fixture.test.database.query('lock table access_grant in exclusive mode');
    const giving = one.give('ben', 'technical');
    await fixture.test.until(
      async () =>
        (await fixture.test.database.query(`select 1 from pg_locks where not granted and locktype = 'relation'`)).rows
          .length > 0,
      'the grant waits',
    );
    const before = one.leaveAndReturn('ben');
    await fixture.test.database.query('commit');
    await giving;
    expect(await one.may('ben', 'technical')).toBe(false);
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: before,
      role: 'collaborator',
    });
    expect([await one.may('ben', 'technical'), await one.grants()]).toEqual([false, []]);
  });
});
