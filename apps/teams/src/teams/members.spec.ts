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
import { Customer, hostings, id, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

type AccountId = `acc_${string}`;
type TeamId = `team_${string}`;
let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

const add = (
  customer: Customer,
  teamId: TeamId,
  members: Input<typeof addTeamMembers>['members'] | { accountId: AccountId }[],
  as: Caller = customer.as.chief,
) => fixture.test.call(addTeamMembers, { organizationId: customer.organizationId, teamId, members }, as);
const remove = (customer: Customer, teamId: TeamId, accountIds: AccountId[], as: Caller = customer.as.chief) =>
  fixture.test.call(removeTeamMembers, { organizationId: customer.organizationId, teamId, accountIds }, as);

describe('members of a team', () => {
  it('are added and removed in bulk, with one result per row, idempotently (C-TEAM-07)', async () => {
    const customer = new Customer(fixture);
    const many = customer.addCollaborators(500);
    const team = await customer.team('Web', { accountIds: [many[7]!] });
    const stranger = id('acc');
    const rows = [...many, stranger, many[0]!];
    const count = (results: { status: string }[], ...statuses: string[]) =>
      statuses.map((status) => results.filter((result) => result.status === status).length);
    const { results } = await add(
      customer,
      team.id,
      rows.map((accountId) => ({ accountId })),
    );
    expect(count(results, 'added', 'already_member', 'refused')).toEqual([499, 2, 1]);
    expect([results[7], results[500], results[501]]).toMatchObject([
      { index: 7, status: 'already_member' },
      { index: 500, id: stranger, status: 'refused', error: { code: 'PERSON_UNKNOWN' } },
      { index: 501, status: 'already_member' },
    ]);
    expect((await customer.teams())[0]!.memberAccountIds).toHaveLength(500);
    const before = (await customer.events()).length;
    expect(
      count(
        (
          await add(
            customer,
            team.id,
            rows.map((accountId) => ({ accountId })),
          )
        ).results,
        'added',
      ),
    ).toEqual([0]);
    expect((await customer.events()).length).toBe(before);

    const removedRows = (await remove(customer, team.id, rows)).results;
    expect(count(removedRows, 'removed', 'not_member', 'refused')).toEqual([500, 2, 0]);
    expect([removedRows[0], removedRows[500], removedRows[501]]).toMatchObject([
      { status: 'removed' },
      { id: stranger, status: 'not_member' },
      { index: 501, status: 'not_member' },
    ]);
    expect(count((await remove(customer, team.id, rows)).results, 'removed')).toEqual([0]);
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
      await customer.team('First', { grants: hostings('technical') }),
      await customer.team('Second', { grants: hostings('technical', 'statistics') }),
    ];
    const rights = () => customer.mayAll('ben', ['technical', 'statistics']);
    const takeOut = (teamId: TeamId) =>
      fixture.test.call(
        removeTeamMember,
        { organizationId: customer.organizationId, teamId, accountId: ben },
        customer.as.admin,
      );
    expect(await rights()).toEqual([]);
    await add(customer, first.id, [{ accountId: ben }]);
    expect(await rights()).toEqual(['technical']);
    await add(customer, second.id, [{ accountId: ben }]);
    await takeOut(first.id);
    expect(await rights()).toEqual(['technical', 'statistics']);
    for (let time = 0; time < 2; time += 1) await takeOut(second.id);
    expect(await rights()).toEqual([]);
    await add(customer, first.id, [{ accountId: ben }]);
    expect(await rights()).toEqual(['technical']);
    expect(
      await fixture.test.rows(`select count(*)::int as kept from team_membership where account_id = $1`, [uuid(ben)]),
    ).toEqual([{ kept: 3 }]);
  });

  it('with an end lose access at the end, and the end is recorded', async () => {
    const customer = new Customer(fixture);
    const { ben } = customer.people;
    const team = await customer.team('Web', { grants: hostings('technical') });
    const rows = (endsAt: string) => [{ accountId: ben, endsAt }];
    expect((await add(customer, team.id, rows(fixture.inHours(-1)))).results).toMatchObject([
      { status: 'refused', error: { code: 'MEMBERSHIP_ENDS_IN_PAST' } },
    ]);
    await add(customer, team.id, rows(fixture.inHours(2)));
    await fixture.test.call(
      changeTeam,
      { organizationId: customer.organizationId, teamId: team.id, leadAccountId: ben },
      customer.as.chief,
    );
    expect(await customer.may('ben', 'technical')).toBe(true);
    fixture.advanceHours(3);
    expect(await customer.may('ben', 'technical')).toBe(false);
    const left = await fixture.test.until(
      async () =>
        (await fixture.eventsOf(team.id)).find(({ data }) => (data['removed'] as string[] | undefined)?.includes(ben)),
      'the end of the membership',
    );
    expect(left.event.actorid).toBe('service:teams');
    expect(await customer.teams()).toMatchObject([{ leadAccountId: null, memberAccountIds: [] }]);
    expect((await add(customer, team.id, rows(fixture.inHours(2)))).results).toMatchObject([{ status: 'added' }]);
  });

  it('get a new end or none; an expired membership cannot be continued', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const team = await customer.team('Web', { accountIds: [ben], grants: hostings('technical') });
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
    for (let time = 0; time < 2; time += 1) expect(await change(soon)).toMatchObject({ accountId: ben, endsAt: soon });
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

  it('exclude externals in a members-only team, row by row', async () => {
    const customer = new Customer(fixture);
    const team = await customer.team('Web', { isMembersOnly: true });
    const { results } = await add(customer, team.id, [
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
  const letLeads = (customer: Customer, mayLeadManageMembers: boolean, rest: object = {}) =>
    fixture.test.call(
      changeTeamPolicy,
      { organizationId: customer.organizationId, mayLeadManageMembers, ...rest },
      customer.as.chief,
    );

  it('is a member, and has no rights or permissions by default', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const team = await customer.team('Web', { accountIds: [ben], leadAccountId: ben });
    await expect(
      fixture.test.call(
        changeTeam,
        { organizationId: customer.organizationId, teamId: team.id, leadAccountId: cleo },
        customer.as.chief,
      ),
    ).rejects.toMatchObject({ code: 'LEAD_NOT_IN_TEAM', errors: [{ pointer: '/leadAccountId' }] });
    expect(await customer.may('ben', 'technical')).toBe(false);
    await expect(add(customer, team.id, [{ accountId: cleo }], customer.as.ben)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    await remove(customer, team.id, [ben]);
    expect(await customer.teams()).toMatchObject([{ leadAccountId: null, memberAccountIds: [] }]);
  });

  it('adds and removes members when the policy allows it, never externals, in their team only', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo, eva } = customer.people;
    const team = await customer.team('Web', { accountIds: [ben, eva], leadAccountId: ben });
    const [other, child] = [
      await customer.team('Other', { accountIds: [ben] }),
      await customer.team('Child', { parentId: team.id, accountIds: [ben] }),
    ];
    await letLeads(customer, true);
    const denied = { status: 'refused', error: { code: 'PERMISSION_DENIED' } };
    expect(
      (
        await add(
          customer,
          team.id,
          [{ accountId: cleo }, { accountId: eva }, { accountId: id('acc') }],
          customer.as.ben,
        )
      ).results,
    ).toMatchObject([{ status: 'added' }, denied, { error: { code: 'PERSON_UNKNOWN' } }]);
    const endsAt = fixture.inHours(2);
    const change = (accountId: AccountId, as = customer.as.ben) =>
      fixture.test.codeOf(
        changeTeamMember,
        { organizationId: customer.organizationId, teamId: team.id, accountId, endsAt },
        as,
      );
    const takeOut = (accountId: AccountId, as = customer.as.ben) =>
      fixture.test.codeOf(
        removeTeamMember,
        { organizationId: customer.organizationId, teamId: team.id, accountId },
        as,
      );
    expect([await change(cleo), await change(eva), await takeOut(eva)]).toEqual([
      'PERMISSION_DENIED',
      'PERMISSION_DENIED',
      'PERMISSION_DENIED',
    ]);
    expect((await remove(customer, team.id, [cleo, eva], customer.as.ben)).results).toMatchObject([
      { status: 'removed' },
      denied,
    ]);
    for (const teamId of [other.id, child.id])
      await expect(add(customer, teamId, [{ accountId: cleo }], customer.as.ben)).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      });
    expect([
      await takeOut(ben, customer.as.cleo),
      await takeOut(ben, customer.as.eva),
      await takeOut(eva, customer.as.admin),
    ]).toEqual(['TEAM_NOT_FOUND', 'PERMISSION_DENIED', 'ok']);
    // The policy allows changes of memberships only.
    expect(
      await fixture.test.codeOf(
        changeTeam,
        { organizationId: customer.organizationId, teamId: team.id, colour: 'red' },
        customer.as.ben,
      ),
    ).toBe('PERMISSION_DENIED');
    await letLeads(customer, false);
    await expect(add(customer, team.id, [{ accountId: cleo }], customer.as.ben)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });

  it('cannot remove a planned end, neither by changing it nor by adding the person again', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    await letLeads(customer, true);
    const [soon, later] = [fixture.inHours(2), fixture.inHours(5)];
    const team = await customer.team('Web', {
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
    const endAfter = async (as: Caller, endsAt: string | null = null) => {
      await remove(customer, team.id, [cleo], as);
      await add(customer, team.id, [{ accountId: cleo, endsAt }], as);
      return (
        await fixture.test.call(
          getTeam,
          { organizationId: customer.organizationId, teamId: team.id },
          customer.as.chief,
        )
      ).members.find(({ accountId }) => accountId === cleo)?.endsAt;
    };
    expect([
      await endAfter(customer.as.ben),
      await endAfter(customer.as.ben, fixture.inHours(9)),
      await endAfter(customer.as.ben, soon),
      await endAfter(customer.as.ben),
    ]).toEqual([later, later, soon, soon]);
    // People who manage teams can, and without an end there is nothing to keep.
    expect([await endAfter(customer.as.chief), await endAfter(customer.as.ben)]).toEqual([null, null]);
  });

  it('has no permissions as a former member, as an external or while blocked', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    await letLeads(customer, true);
    const team = await customer.team('Web', {
      members: [{ accountId: ben, endsAt: fixture.inHours(2) }],
      leadAccountId: ben,
    });
    const tries = () =>
      fixture.test.codeOf(
        addTeamMembers,
        { organizationId: customer.organizationId, teamId: team.id, members: [{ accountId: cleo }] },
        customer.as.ben,
      );
    for (const to of [{ role: 'external' }, { isBlocked: true }] as const) {
      customer.change(ben, to);
      expect(await tries()).toBe('PERMISSION_DENIED');
      customer.change(ben, { role: 'collaborator', isBlocked: false });
    }
    expect(await tries()).toBe('ok');
    fixture.advanceHours(3);
    expect(await tries()).toBe('TEAM_NOT_FOUND');
  });

  it('gets the policy from people who manage teams, with a version check', async () => {
    const customer = new Customer(fixture);
    const read = (as: Caller) => fixture.test.call(getTeamPolicy, { organizationId: customer.organizationId }, as);
    expect(await read(customer.as.ben)).toEqual({ mayLeadManageMembers: false, version: 0 });
    expect(await letLeads(customer, false)).toEqual({ mayLeadManageMembers: false, version: 0 });
    for (let time = 0; time < 2; time += 1)
      expect(await letLeads(customer, true)).toEqual({ mayLeadManageMembers: true, version: 1 });
    await expect(letLeads(customer, false, { ifMatch: 0 })).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    expect(await letLeads(customer, false, { ifMatch: 1 })).toEqual({ mayLeadManageMembers: false, version: 2 });
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
  it('is changed in identity only: no operation of teams accepts a role', () => {
    const fields = [...contracts.values()]
      .filter((contract) => serviceOf(contract) === 'teams')
      .flatMap(({ input, subject }) =>
        Object.keys((input as unknown as { shape: object }).shape).map((field) => `${subject} ${field}`),
      );
    expect(fields.filter((field) => /role|flags/i.test(field))).toEqual([]);
  });

  it('applies in the team from the change on', async () => {
    const customer = new Customer(fixture);
    const { eva } = customer.people;
    await customer.team('Web', {
      accountIds: [eva],
      grants: [
        { object: { kind: 'resource', productId: customer.drive, resourceId: customer.folder }, rights: ['manage'] },
      ],
    });
    const may = () => customer.mayAll('eva', ['change', 'manage'], customer.drive, customer.folder);
    expect(await may()).toEqual(['change']);
    customer.change(eva, { role: 'collaborator' });
    expect(await may()).toEqual(['change', 'manage']);
    customer.change(eva, { role: 'external' });
    expect(await may()).toEqual(['change']);
  });
});

describe('people of the organization', () => {
  const added = (customer: Customer, who: PersonName, teamIds: TeamId[]) => ({
    organizationId: customer.organizationId,
    memberId: customer.memberOf(customer.people[who]),
    accountId: customer.people[who],
    role: who === 'eva' ? ('external' as const) : ('collaborator' as const),
    invitationId: id('ivt'),
    invitedBy: customer.people.admin,
    teamIds,
  });
  const removed = (customer: Customer, who: PersonName) => ({
    organizationId: customer.organizationId,
    memberId: customer.memberOf(customer.people[who]),
    accountId: customer.people[who],
    role: 'collaborator' as const,
  });

  it('join the teams of their invitation once; the inviter gets a notice of deleted teams (C-ROL-21)', async () => {
    const customer = new Customer(fixture);
    const [web, gone] = [await customer.team('Web', { grants: hostings('technical') }), await customer.team('Gone')];
    await fixture.test.call(
      deleteTeam,
      { organizationId: customer.organizationId, teamId: gone.id },
      customer.as.chief,
    );
    const never = id('team');
    const data = added(customer, 'ben', [web.id, gone.id, never, gone.id]);
    for (const sequence of [1, 1, 2]) await fixture.test.publishEvent(memberAdded, data, { sequence });
    expect(await customer.teams()).toMatchObject([{ id: web.id, memberAccountIds: [customer.people.ben] }]);
    expect(await customer.may('ben', 'technical')).toBe(true);
    expect((await fixture.eventsOf(data.invitationId))[0]).toMatchObject({
      type: 'teams.invitation.teams_missed',
      data: {
        invitedBy: customer.people.admin,
        memberId: data.memberId,
        accountId: customer.people.ben,
        missed: [
          { teamId: gone.id, name: 'Gone', reason: 'deleted' },
          { teamId: never, name: null, reason: 'unknown' },
        ],
      },
    });
    expect(
      await fixture.test.rows(
        `select count(*)::int as live from team_membership where account_id = $1 and ended_at is null`,
        [uuid(customer.people.ben)],
      ),
    ).toEqual([{ live: 1 }]);
  });

  it('join teams although the access cache does not have them yet', async () => {
    const customer = new Customer(fixture);
    const { organizationId } = customer;
    const web = await customer.team('Web');
    const everybody = fixture.test.stubbedSnapshots.people.get(organizationId)!;
    fixture.test.stubbedSnapshots.people.set(
      organizationId,
      everybody.filter(({ accountId }) => accountId !== customer.people.ben),
    );
    fixture.test.snapshotChanged('people', organizationId);
    await fixture.test.process.access.forOrganization(organizationId);
    fixture.test.stubbedSnapshots.people.set(organizationId, everybody);
    fixture.test.snapshotChangedUnnotified('people', organizationId);
    await fixture.test.publishEvent(memberAdded, added(customer, 'ben', [web.id]));
    expect(await customer.teams()).toMatchObject([{ id: web.id, memberAccountIds: [customer.people.ben] }]);
  });

  it('do not join members-only teams as externals', async () => {
    const customer = new Customer(fixture);
    const [open, closed] = [await customer.team('Open'), await customer.team('Closed', { isMembersOnly: true })];
    const data = added(customer, 'eva', [open.id, closed.id]);
    await fixture.test.publishEvent(memberAdded, data);
    expect((await customer.teams()).map(({ memberAccountIds }) => memberAccountIds.length)).toEqual([0, 1]);
    expect(await fixture.eventsOf(data.invitationId)).toMatchObject([
      { data: { missed: [{ teamId: closed.id, name: 'Closed', reason: 'members_only' }] } },
    ]);
    const gladly = added(customer, 'ben', [open.id, closed.id]);
    await fixture.test.publishEvent(memberAdded, gladly);
    expect(await fixture.eventsOf(gladly.invitationId)).toEqual([]);
  });

  it('lose memberships, lead, direct grants and restrictions when removed (ROL-8)', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const team = await customer.team('Web', {
      accountIds: [ben, cleo],
      leadAccountId: ben,
      grants: hostings('technical'),
    });
    const direct = await customer.give('ben', 'statistics');
    await fixture.test.call(
      restrictResource,
      {
        organizationId: customer.organizationId,
        productId: customer.drive,
        resourceId: customer.folder,
        holder: customer.person('ben'),
        right: 'view',
      },
      customer.as.chief,
    );
    const data = removed(customer, 'ben');
    await fixture.test.publishEvent(memberRemoved, data, { actorId: customer.people.admin });
    await fixture.test.publishEvent(memberRemoved, data, { sequence: 1 });
    await fixture.test.publishEvent(memberRemoved, data);
    expect(await customer.teams()).toMatchObject([{ memberAccountIds: [cleo], leadAccountId: null }]);
    expect([
      await customer.mayAll('ben', ['technical', 'statistics']),
      await customer.may('cleo', 'technical'),
    ]).toEqual([[], true]);
    expect(await fixture.test.rows(`select ended_by from access_grant where id = $1`, [uuid(direct.id)])).toEqual([
      { ended_by: customer.people.admin },
    ]);
    expect(await customer.snapshot()).toMatchObject({ restrictions: [], grants: [{ holder: { kind: 'team' } }] });
    expect(await fixture.eventTypesOf(team.id)).toEqual(['created', 'members_changed', 'members_changed', 'changed']);
  });
});
