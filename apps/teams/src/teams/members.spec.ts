import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contracts } from '@cordee/contracts/catalogue';
import { serviceOf, type Input } from '@cordee/contracts/contract';
import { memberAdded, memberRemoved } from '@cordee/contracts/identity/member';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import {
  addTeamMembers,
  changeTeam,
  changeTeamMember,
  deleteTeam,
  getTeam,
  removeTeamMember,
  removeTeamMembers,
} from '@cordee/contracts/teams/team';
import { changeTeamPolicy, getTeamPolicy } from '@cordee/contracts/teams/team-policy';
import { uuid, type Caller } from '@cordee/testing/test-service';
import { Customer, hostingGrants, id, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

type AccountId = `acc_${string}`;
type TeamId = `team_${string}`;
let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

const addMembers = (
  customer: Customer,
  teamId: TeamId,
  members: Input<typeof addTeamMembers>['members'] | { accountId: AccountId }[],
  caller: Caller = customer.as.chief,
) => fixture.test.call(addTeamMembers, { organizationId: customer.organizationId, teamId, members }, caller);
const removeMembers = (
  customer: Customer,
  teamId: TeamId,
  accountIds: AccountId[],
  caller: Caller = customer.as.chief,
) => fixture.test.call(removeTeamMembers, { organizationId: customer.organizationId, teamId, accountIds }, caller);

describe('members of a team', () => {
  it('are added and removed in idempotent bulk calls with one result per row (C-TEAM-07)', async () => {
    const customer = new Customer(fixture);
    const collaborators = customer.addCollaborators(500);
    const team = await customer.createTeam('Web', { accountIds: [collaborators[7]!] });
    const outsider = id('acc');
    const rows = [...collaborators, outsider, collaborators[0]!];
    const count = (results: { status: string }[], ...statuses: string[]) =>
      statuses.map((status) => results.filter((result) => result.status === status).length);
    const { results } = await addMembers(
      customer,
      team.id,
      rows.map((accountId) => ({ accountId })),
    );
    expect(count(results, 'added', 'already_member', 'refused')).toEqual([499, 2, 1]);
    // The rows are of a person who is already in the team, of the outsider, and of a person who has an earlier row.
    expect([results[7], results[500], results[501]]).toMatchObject([
      { index: 7, status: 'already_member' },
      { index: 500, id: outsider, status: 'refused', error: { code: 'PERSON_UNKNOWN' } },
      { index: 501, status: 'already_member' },
    ]);
    expect((await customer.listTeams())[0]!.memberAccountIds).toHaveLength(500);
    const eventCount = (await customer.listEvents()).length;
    expect(
      count(
        (
          await addMembers(
            customer,
            team.id,
            rows.map((accountId) => ({ accountId })),
          )
        ).results,
        'added',
      ),
    ).toEqual([0]);
    expect((await customer.listEvents()).length).toBe(eventCount);

    const removedRows = (await removeMembers(customer, team.id, rows)).results;
    expect(count(removedRows, 'removed', 'not_member', 'refused')).toEqual([500, 2, 0]);
    expect([removedRows[0], removedRows[500], removedRows[501]]).toMatchObject([
      { status: 'removed' },
      { id: outsider, status: 'not_member' },
      { index: 501, status: 'not_member' },
    ]);
    expect(count((await removeMembers(customer, team.id, rows)).results, 'removed')).toEqual([0]);
    expect(await fixture.eventTypesOf(team.id)).toEqual([
      'created',
      'members_changed',
      'members_changed',
      'members_changed',
    ]);
  });

  it('have access from the call that adds them until the call that removes them (TEAM-4, C-TEAM-01)', async () => {
    const customer = new Customer(fixture);
    const { ben } = customer.people;
    const [first, second] = [
      await customer.createTeam('First', { grants: hostingGrants('technical') }),
      await customer.createTeam('Second', { grants: hostingGrants('technical', 'statistics') }),
    ];
    const rights = () => customer.allowedRights('ben', ['technical', 'statistics']);
    const removeMember = (teamId: TeamId) =>
      fixture.test.call(
        removeTeamMember,
        { organizationId: customer.organizationId, teamId, accountId: ben },
        customer.as.admin,
      );
    expect(await rights()).toEqual([]);
    await addMembers(customer, first.id, [{ accountId: ben }]);
    expect(await rights()).toEqual(['technical']);
    await addMembers(customer, second.id, [{ accountId: ben }]);
    await removeMember(first.id);
    expect(await rights()).toEqual(['technical', 'statistics']);
    for (let call = 1; call <= 2; call += 1) await removeMember(second.id);
    expect(await rights()).toEqual([]);
    await addMembers(customer, first.id, [{ accountId: ben }]);
    expect(await rights()).toEqual(['technical']);
    // The person has joined a team three times.
    expect(
      await fixture.test.rows(`select count(*)::int as row_count from team_membership where account_id = $1`, [
        uuid(ben),
      ]),
    ).toEqual([{ row_count: 3 }]);
  });

  it('with a planned end lose access at this end, and the end is recorded', async () => {
    const customer = new Customer(fixture);
    const { ben } = customer.people;
    const team = await customer.createTeam('Web', { grants: hostingGrants('technical') });
    const rowsUntil = (endsAt: string) => [{ accountId: ben, endsAt }];
    expect((await addMembers(customer, team.id, rowsUntil(fixture.inHours(-1)))).results).toMatchObject([
      { status: 'refused', error: { code: 'MEMBERSHIP_ENDS_IN_PAST' } },
    ]);
    await addMembers(customer, team.id, rowsUntil(fixture.inHours(2)));
    await fixture.test.call(
      changeTeam,
      { organizationId: customer.organizationId, teamId: team.id, leadAccountId: ben },
      customer.as.chief,
    );
    expect(await customer.may('ben', 'technical')).toBe(true);
    fixture.advanceHours(3);
    expect(await customer.may('ben', 'technical')).toBe(false);
    const departureEvent = await fixture.test.until(
      async () =>
        (await fixture.eventsOf(team.id)).find(({ data }) => (data['removed'] as string[] | undefined)?.includes(ben)),
      'the end of the membership',
    );
    expect(departureEvent.event.actorid).toBe('service:teams');
    expect(await customer.listTeams()).toMatchObject([{ leadAccountId: null, memberAccountIds: [] }]);
    expect((await addMembers(customer, team.id, rowsUntil(fixture.inHours(2)))).results).toMatchObject([
      { status: 'added' },
    ]);
  });

  it('can get a new planned end or no end; an expired membership cannot be continued', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const team = await customer.createTeam('Web', { accountIds: [ben], grants: hostingGrants('technical') });
    /** With undefined, the input has no field `endsAt`. */
    const change = (endsAt: string | null | undefined, accountId = ben) =>
      fixture.test.call(
        changeTeamMember,
        {
          organizationId: customer.organizationId,
          teamId: team.id,
          accountId,
          ...(endsAt === undefined ? {} : { endsAt }),
        },
        customer.as.chief,
      );
    const [soon, later] = [fixture.inHours(2), fixture.inHours(4)];
    for (let call = 1; call <= 2; call += 1) expect(await change(soon)).toMatchObject({ accountId: ben, endsAt: soon });
    expect(await change(undefined)).toMatchObject({ endsAt: soon });
    await change(later);
    fixture.advanceHours(3);
    expect(await customer.may('ben', 'technical')).toBe(true);
    expect(await change(null)).toMatchObject({ endsAt: null });
    await expect(change(fixture.inHours(-1))).rejects.toMatchObject({
      code: 'MEMBERSHIP_ENDS_IN_PAST',
      errors: [{ pointer: '/endsAt' }],
    });
    await expect(change(later, cleo)).rejects.toMatchObject({ code: 'TEAM_MEMBER_NOT_FOUND' });
    expect(
      (await fixture.eventsOf(team.id))
        .filter(({ type }) => type === 'teams.team.member_changed')
        .map(({ data }) => [data['before'], data['after']]),
    ).toEqual([
      [{ endsAt: null }, { endsAt: soon }],
      [{ endsAt: soon }, { endsAt: later }],
      [{ endsAt: later }, { endsAt: null }],
    ]);
    await change(fixture.inHours(1));
    fixture.advanceHours(2);
    await expect(change(null)).rejects.toMatchObject({ code: 'TEAM_MEMBER_NOT_FOUND' });
  });

  it('of a members-only team cannot be externals; the other rows of the call are added', async () => {
    const customer = new Customer(fixture);
    const team = await customer.createTeam('Web', { isMembersOnly: true });
    const { results } = await addMembers(customer, team.id, [
      { accountId: customer.people.eva },
      { accountId: customer.people.ben },
    ]);
    expect(results).toMatchObject([
      { status: 'refused', error: { code: 'EXTERNAL_NOT_ALLOWED' } },
      { status: 'added' },
    ]);
  });
});

describe('the lead of a team (C-TEAM-06)', () => {
  const setPolicy = (customer: Customer, input: { mayLeadManageMembers: boolean; ifMatch?: number[] }) =>
    fixture.test.call(changeTeamPolicy, { organizationId: customer.organizationId, ...input }, customer.as.chief);

  it('must be a member of the team, and has no rights or permissions by default', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const team = await customer.createTeam('Web', { accountIds: [ben], leadAccountId: ben });
    await expect(
      fixture.test.call(
        changeTeam,
        { organizationId: customer.organizationId, teamId: team.id, leadAccountId: cleo },
        customer.as.chief,
      ),
    ).rejects.toMatchObject({ code: 'LEAD_NOT_IN_TEAM', errors: [{ pointer: '/leadAccountId' }] });
    expect(await customer.may('ben', 'technical')).toBe(false);
    await expect(addMembers(customer, team.id, [{ accountId: cleo }], customer.as.ben)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    await removeMembers(customer, team.id, [ben]);
    expect(await customer.listTeams()).toMatchObject([{ leadAccountId: null, memberAccountIds: [] }]);
  });

  it('adds and removes members of their own team, but not externals, when the policy allows it', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo, eva } = customer.people;
    const team = await customer.createTeam('Web', { accountIds: [ben, eva], leadAccountId: ben });
    const [otherTeam, childTeam] = [
      await customer.createTeam('Other', { accountIds: [ben] }),
      await customer.createTeam('Child', { parentId: team.id, accountIds: [ben] }),
    ];
    await setPolicy(customer, { mayLeadManageMembers: true });
    const denied = { status: 'refused', error: { code: 'PERMISSION_DENIED' } };
    expect(
      (
        await addMembers(
          customer,
          team.id,
          [{ accountId: cleo }, { accountId: eva }, { accountId: id('acc') }],
          customer.as.ben,
        )
      ).results,
    ).toMatchObject([{ status: 'added' }, denied, { error: { code: 'PERSON_UNKNOWN' } }]);
    const endsAt = fixture.inHours(2);
    const changeEnd = (accountId: AccountId, caller = customer.as.ben) =>
      fixture.test.codeOf(
        changeTeamMember,
        { organizationId: customer.organizationId, teamId: team.id, accountId, endsAt },
        caller,
      );
    const removeMember = (accountId: AccountId, caller = customer.as.ben) =>
      fixture.test.codeOf(
        removeTeamMember,
        { organizationId: customer.organizationId, teamId: team.id, accountId },
        caller,
      );
    // A lead may not change a planned end, and may not remove an external.
    expect([await changeEnd(cleo), await changeEnd(eva), await removeMember(eva)]).toEqual([
      'PERMISSION_DENIED',
      'PERMISSION_DENIED',
      'PERMISSION_DENIED',
    ]);
    expect((await removeMembers(customer, team.id, [cleo, eva], customer.as.ben)).results).toMatchObject([
      { status: 'removed' },
      denied,
    ]);
    for (const teamId of [otherTeam.id, childTeam.id])
      await expect(addMembers(customer, teamId, [{ accountId: cleo }], customer.as.ben)).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      });
    expect([
      await removeMember(ben, customer.as.cleo),
      await removeMember(ben, customer.as.eva),
      await removeMember(eva, customer.as.admin),
    ]).toEqual(['TEAM_NOT_FOUND', 'PERMISSION_DENIED', 'ok']);
    // The policy lets leads change memberships, but not the team itself.
    expect(
      await fixture.test.codeOf(
        changeTeam,
        { organizationId: customer.organizationId, teamId: team.id, colour: 'red' },
        customer.as.ben,
      ),
    ).toBe('PERMISSION_DENIED');
    await setPolicy(customer, { mayLeadManageMembers: false });
    await expect(addMembers(customer, team.id, [{ accountId: cleo }], customer.as.ben)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });

  it('cannot remove the planned end of a membership, neither directly nor by adding the person again', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    await setPolicy(customer, { mayLeadManageMembers: true });
    const [soon, later] = [fixture.inHours(2), fixture.inHours(5)];
    const team = await customer.createTeam('Web', {
      members: [
        { accountId: ben, endsAt: later },
        { accountId: cleo, endsAt: later },
      ],
      leadAccountId: ben,
    });
    for (const accountId of [ben, cleo]) {
      for (const endsAt of [null, soon])
        expect(
          await fixture.test.codeOf(
            changeTeamMember,
            { organizationId: customer.organizationId, teamId: team.id, accountId, endsAt },
            customer.as.ben,
          ),
        ).toBe('PERMISSION_DENIED');
    }
    /** Removes and adds the person again. Returns the planned end of the new membership. */
    const endAfterRejoining = async (caller: Caller, endsAt: string | null = null) => {
      await removeMembers(customer, team.id, [cleo], caller);
      await addMembers(customer, team.id, [{ accountId: cleo, endsAt }], caller);
      return (
        await fixture.test.call(
          getTeam,
          { organizationId: customer.organizationId, teamId: team.id },
          customer.as.chief,
        )
      ).members.find(({ accountId }) => accountId === cleo)?.endsAt;
    };
    expect([
      await endAfterRejoining(customer.as.ben),
      await endAfterRejoining(customer.as.ben, fixture.inHours(9)),
      await endAfterRejoining(customer.as.ben, soon),
      await endAfterRejoining(customer.as.ben),
    ]).toEqual([later, later, soon, soon]);
    // A person who manages teams can remove the end. After that, the lead adds the person without an end.
    expect([await endAfterRejoining(customer.as.chief), await endAfterRejoining(customer.as.ben)]).toEqual([
      null,
      null,
    ]);
  });

  it('has no permissions as a former member, as an external or while blocked', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    await setPolicy(customer, { mayLeadManageMembers: true });
    const team = await customer.createTeam('Web', {
      members: [{ accountId: ben, endsAt: fixture.inHours(2) }],
      leadAccountId: ben,
    });
    const tryToAdd = () =>
      fixture.test.codeOf(
        addTeamMembers,
        { organizationId: customer.organizationId, teamId: team.id, members: [{ accountId: cleo }] },
        customer.as.ben,
      );
    for (const changes of [{ role: 'external' }, { isBlocked: true }] as const) {
      customer.changeMember(ben, changes);
      expect(await tryToAdd()).toBe('PERMISSION_DENIED');
      customer.changeMember(ben, { role: 'collaborator', isBlocked: false });
    }
    expect(await tryToAdd()).toBe('ok');
    fixture.advanceHours(3);
    expect(await tryToAdd()).toBe('TEAM_NOT_FOUND');
  });

  it('has a policy that only people who manage teams can read and change, with a version check', async () => {
    const customer = new Customer(fixture);
    const readPolicy = (caller: Caller) =>
      fixture.test.call(getTeamPolicy, { organizationId: customer.organizationId }, caller);
    expect(await readPolicy(customer.as.chief)).toEqual({ mayLeadManageMembers: false, version: 0 });
    await expect(readPolicy(customer.as.ben)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await setPolicy(customer, { mayLeadManageMembers: false })).toEqual({
      mayLeadManageMembers: false,
      version: 0,
    });
    for (let call = 1; call <= 2; call += 1)
      expect(await setPolicy(customer, { mayLeadManageMembers: true })).toEqual({
        mayLeadManageMembers: true,
        version: 1,
      });
    await expect(setPolicy(customer, { mayLeadManageMembers: false, ifMatch: [0] })).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
    });
    expect(await setPolicy(customer, { mayLeadManageMembers: false, ifMatch: [1] })).toEqual({
      mayLeadManageMembers: false,
      version: 2,
    });
    expect((await fixture.eventsOf(customer.organizationId)).map(({ type, data }) => [type, data['after']])).toEqual([
      ['teams.team_policy.changed', { mayLeadManageMembers: true }],
      ['teams.team_policy.changed', { mayLeadManageMembers: false }],
    ]);
    expect(
      await fixture.test.codeOf(
        changeTeamPolicy,
        { organizationId: customer.organizationId, mayLeadManageMembers: true },
        customer.as.ben,
      ),
    ).toBe('PERMISSION_DENIED');
  });
});

describe('the role of a member (C-TEAM-19)', () => {
  it('is changed only in identity: no operation of the service teams accepts a role', () => {
    const fields = [...contracts.values()]
      .filter((contract) => serviceOf(contract) === 'teams')
      .flatMap(({ input, subject }) =>
        Object.keys((input as unknown as { shape: object }).shape).map((field) => `${subject} ${field}`),
      );
    expect(fields.filter((field) => /role|flags/i.test(field))).toEqual([]);
  });

  it('changes the rights through the team at once', async () => {
    const customer = new Customer(fixture);
    const { eva } = customer.people;
    await customer.createTeam('Web', {
      accountIds: [eva],
      grants: [
        { object: { kind: 'resource', productId: customer.drive, resourceId: customer.folder }, rights: ['manage'] },
      ],
    });
    const allowedRights = () => customer.allowedRights('eva', ['change', 'manage'], customer.drive, customer.folder);
    expect(await allowedRights()).toEqual(['change']);
    customer.changeMember(eva, { role: 'collaborator' });
    expect(await allowedRights()).toEqual(['change', 'manage']);
    customer.changeMember(eva, { role: 'external' });
    expect(await allowedRights()).toEqual(['change']);
  });
});

describe('people who join or leave the organization', () => {
  const addedEvent = (customer: Customer, who: PersonName, teamIds: TeamId[]) => ({
    organizationId: customer.organizationId,
    memberId: customer.memberIdOf(customer.people[who]),
    accountId: customer.people[who],
    role: who === 'eva' ? ('external' as const) : ('collaborator' as const),
    invitationId: id('ivt'),
    invitedBy: customer.people.admin,
    teamIds,
  });
  const removedEvent = (customer: Customer, who: PersonName) => ({
    organizationId: customer.organizationId,
    memberId: customer.memberIdOf(customer.people[who]),
    accountId: customer.people[who],
    role: 'collaborator' as const,
  });

  it('join the teams of their invitation once; the inviter gets a notice of missed teams (C-ROL-21)', async () => {
    const customer = new Customer(fixture);
    const [web, deletedTeam] = [
      await customer.createTeam('Web', { grants: hostingGrants('technical') }),
      await customer.createTeam('Deleted'),
    ];
    await fixture.test.call(
      deleteTeam,
      { organizationId: customer.organizationId, teamId: deletedTeam.id },
      customer.as.chief,
    );
    const unknownTeamId = id('team');
    const data = addedEvent(customer, 'ben', [web.id, deletedTeam.id, unknownTeamId, deletedTeam.id]);
    for (const sequence of [1, 1, 2]) await fixture.test.publishEvent(memberAdded, data, { sequence });
    expect(await customer.listTeams()).toMatchObject([{ id: web.id, memberAccountIds: [customer.people.ben] }]);
    expect(await customer.may('ben', 'technical')).toBe(true);
    expect((await fixture.eventsOf(data.invitationId))[0]).toMatchObject({
      type: 'teams.invitation.teams_missed',
      data: {
        invitedBy: customer.people.admin,
        memberId: data.memberId,
        accountId: customer.people.ben,
        missed: [
          { teamId: deletedTeam.id, name: 'Deleted', reason: 'deleted' },
          { teamId: unknownTeamId, name: null, reason: 'unknown' },
        ],
      },
    });
    expect(
      await fixture.test.rows(
        `select count(*)::int as active_count from team_membership where account_id = $1 and ended_at is null`,
        [uuid(customer.people.ben)],
      ),
    ).toEqual([{ active_count: 1 }]);
  });

  it('join teams although the access cache does not have these people yet', async () => {
    const customer = new Customer(fixture);
    const { organizationId } = customer;
    const web = await customer.createTeam('Web');
    const everybody = fixture.test.stubbedSnapshots.people.get(organizationId)!;
    fixture.test.stubbedSnapshots.people.set(
      organizationId,
      everybody.filter(({ accountId }) => accountId !== customer.people.ben),
    );
    fixture.test.snapshotChanged('people', organizationId);
    await fixture.test.process.access.forOrganization(organizationId);
    fixture.test.stubbedSnapshots.people.set(organizationId, everybody);
    fixture.test.changeSnapshotSilently('people', organizationId);
    await fixture.test.publishEvent(memberAdded, addedEvent(customer, 'ben', [web.id]));
    expect(await customer.listTeams()).toMatchObject([{ id: web.id, memberAccountIds: [customer.people.ben] }]);
  });

  it('do not join members-only teams as externals', async () => {
    const customer = new Customer(fixture);
    const [openTeam, membersOnlyTeam] = [
      await customer.createTeam('Open'),
      await customer.createTeam('Closed', { isMembersOnly: true }),
    ];
    const data = addedEvent(customer, 'eva', [openTeam.id, membersOnlyTeam.id]);
    await fixture.test.publishEvent(memberAdded, data);
    // The list is sorted by name: first Closed, then Open.
    expect((await customer.listTeams()).map(({ memberAccountIds }) => memberAccountIds.length)).toEqual([0, 1]);
    expect(await fixture.eventsOf(data.invitationId)).toMatchObject([
      { data: { missed: [{ teamId: membersOnlyTeam.id, name: 'Closed', reason: 'members_only' }] } },
    ]);
    const collaboratorEvent = addedEvent(customer, 'ben', [openTeam.id, membersOnlyTeam.id]);
    await fixture.test.publishEvent(memberAdded, collaboratorEvent);
    expect(await fixture.eventsOf(collaboratorEvent.invitationId)).toEqual([]);
  });

  it('lose team memberships, the lead of teams, direct grants and restrictions when they leave (ROL-8)', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const team = await customer.createTeam('Web', {
      accountIds: [ben, cleo],
      leadAccountId: ben,
      grants: hostingGrants('technical'),
    });
    const directGrant = await customer.give('ben', 'statistics');
    await fixture.test.call(
      restrictResource,
      {
        organizationId: customer.organizationId,
        productId: customer.drive,
        resourceId: customer.folder,
        holder: customer.holderFor('ben'),
        right: 'view',
      },
      customer.as.chief,
    );
    const data = removedEvent(customer, 'ben');
    await fixture.test.publishEvent(memberRemoved, data, { actorId: customer.people.admin });
    // Further events of the same departure change nothing.
    await fixture.test.publishEvent(memberRemoved, data, { sequence: 1 });
    await fixture.test.publishEvent(memberRemoved, data);
    expect(await customer.listTeams()).toMatchObject([{ memberAccountIds: [cleo], leadAccountId: null }]);
    expect([
      await customer.allowedRights('ben', ['technical', 'statistics']),
      await customer.may('cleo', 'technical'),
    ]).toEqual([[], true]);
    expect(await fixture.test.rows(`select ended_by from access_grant where id = $1`, [uuid(directGrant.id)])).toEqual([
      { ended_by: customer.people.admin },
    ]);
    expect(await customer.loadSnapshot()).toMatchObject({ restrictions: [], grants: [{ holder: { kind: 'team' } }] });
    expect(await fixture.eventTypesOf(team.id)).toEqual(['created', 'members_changed', 'members_changed', 'changed']);
  });
});
