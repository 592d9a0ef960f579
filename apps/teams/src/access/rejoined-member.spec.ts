import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memberAdded, memberRemoved } from '@cordee/contracts/identity/member';
import { endGrant } from '@cordee/contracts/teams/grant';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import { addTeamMembers, getTeam, removeTeamMembers } from '@cordee/contracts/teams/team';
import { changeTeamPolicy } from '@cordee/contracts/teams/team-policy';
import { Customer, hostingGrants, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

describe('a person who left and was invited again (ROL-7)', () => {
  it('has none of the earlier rights, even before the service teams has received the departure', async () => {
    const customer = new Customer(fixture);
    const team = await customer.createTeam('Web', {
      accountIds: [customer.people.ben],
      leadAccountId: customer.people.ben,
      grants: hostingGrants('statistics'),
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
        holder: customer.holderFor('ben'),
      },
      customer.as.chief,
    );
    await customer.give({ kind: 'organization' }, 'view', { kind: 'product', productId: customer.drive });
    expect(await customer.allowedRights('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
    const removeCleoInput = {
      organizationId: customer.organizationId,
      teamId: team.id,
      accountIds: [customer.people.cleo],
    };
    expect(await fixture.test.codeOf(removeTeamMembers, removeCleoInput, customer.as.ben)).toBe('ok');
    const formerMemberId = customer.leaveAndReturn('ben');
    expect(await customer.allowedRights('ben', ['technical', 'statistics'])).toEqual([]);
    // The restriction of the former membership period does not apply any more.
    expect(await customer.may('ben', 'view', customer.drive, customer.folder)).toBe(true);
    expect(await customer.explain('ben', 'technical')).toMatchObject({
      isAllowed: false,
      chains: [],
      refusal: 'no_grant',
    });
    expect(await fixture.test.codeOf(removeTeamMembers, removeCleoInput, customer.as.ben)).toBe('TEAM_NOT_FOUND');
    await fixture.test.publishEvent(memberRemoved, {
      organizationId: customer.organizationId,
      accountId: customer.people.ben,
      memberId: formerMemberId,
      role: 'collaborator',
    });
    expect(await customer.allowedRights('ben', ['technical', 'statistics'])).toEqual([]);
    expect((await customer.listGrants()).map(({ holder }) => holder.kind).sort()).toEqual(['organization', 'team']);
    expect(
      await fixture.test.call(getTeam, { organizationId: customer.organizationId, teamId: team.id }, customer.as.chief),
    ).toMatchObject({ memberAccountIds: [], leadAccountId: null });
  });

  it('keeps the new rights, despite late and reordered events', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const team = await customer.createTeam('Web', { accountIds: [people.ben], grants: hostingGrants('statistics') });
    const formerGrant = await customer.give('ben', 'technical');
    const formerMemberId = customer.leaveAndReturn('ben');
    // Giving the same right creates a new grant, and joining the same team creates a new team membership.
    const newGrant = await customer.give('ben', 'technical');
    expect(newGrant.id).not.toBe(formerGrant.id);
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
    const currentMemberId = customer.memberIdOf(people.ben);
    await fixture.test.publishEvent(memberAdded, {
      organizationId,
      accountId: people.ben,
      memberId: currentMemberId,
      role: 'collaborator',
      invitationId: null,
      invitedBy: null,
      teamIds: [],
    });
    await fixture.test.publishEvent(memberAdded, {
      organizationId,
      accountId: people.ben,
      memberId: formerMemberId,
      role: 'collaborator',
      invitationId: null,
      invitedBy: null,
      teamIds: [],
    });
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: formerMemberId,
      role: 'collaborator',
    });
    expect(await customer.allowedRights('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
    expect((await customer.listGrants({ holder: people.ben })).map(({ id }) => id)).toEqual([newGrant.id]);
    await fixture.test.call(endGrant, { organizationId, grantId: newGrant.id }, customer.as.chief);
    expect(await customer.allowedRights('ben', ['technical', 'statistics'])).toEqual(['statistics']);
  });

  it('does not get a right from a grant whose insert was waiting when the person left', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    await fixture.test.database.query('begin');
    await fixture.test.database.query('lock table access_grant in exclusive mode');
    const pendingGrant = customer.give('ben', 'technical');
    await fixture.test.until(
      async () =>
        (await fixture.test.database.query(`select 1 from pg_locks where not granted and locktype = 'relation'`)).rows
          .length > 0,
      'the waiting insert',
    );
    const formerMemberId = customer.leaveAndReturn('ben');
    await fixture.test.database.query('commit');
    await pendingGrant;
    expect(await customer.may('ben', 'technical')).toBe(false);
    await fixture.test.publishEvent(memberRemoved, {
      organizationId,
      accountId: people.ben,
      memberId: formerMemberId,
      role: 'collaborator',
    });
    expect([await customer.may('ben', 'technical'), await customer.listGrants()]).toEqual([false, []]);
  });
});
