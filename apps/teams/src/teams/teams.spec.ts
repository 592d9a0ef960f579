import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { explainAccess } from '@cordee/contracts/teams/access';
import { endGrant, giveGrant, listGrants } from '@cordee/contracts/teams/grant';
import { restoreInheritance, restrictResource } from '@cordee/contracts/teams/restriction';
import {
  addTeamMembers,
  changeTeam,
  createTeam,
  deleteTeam,
  getTeam,
  listTeams,
  removeTeamMember,
} from '@cordee/contracts/teams/team';
import { changeTeamPolicy } from '@cordee/contracts/teams/team-policy';
import { uuid, type Caller } from '@cordee/testing/test-service';
import { Customer, hostingGrants, id, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

describe('a team', () => {
  it('is created in one call with members, lead and rights (TEAM-1)', async () => {
    const customer = new Customer(fixture);
    const { ben, eva } = customer.people;
    const team = await customer.createTeam('Web', {
      colour: 'blue',
      accountIds: [ben, eva, ben],
      leadAccountId: ben,
      grants: hostingGrants('technical', 'statistics'),
    });
    expect(team).toMatchObject({
      name: 'Web',
      colour: 'blue',
      parentId: null,
      parentEndsAt: null,
      isMembersOnly: false,
      leadAccountId: ben,
      memberAccountIds: [ben, eva],
      excludedAccountIds: [],
      version: 1,
    });
    expect(await customer.listTeams()).toEqual([team]);
    const grants = await customer.listGrants();
    for (const grant of grants)
      expect(grant).toMatchObject({
        holder: { kind: 'team', teamId: team.id },
        object: { kind: 'product_type', type: 'web_hosting' },
      });
    expect(grants.map(({ right }) => right).sort()).toEqual(['statistics', 'technical']);
    expect(await fixture.eventTypesOf(team.id)).toEqual(['created', 'members_changed']);
    for (const who of ['ben', 'eva'] as const)
      expect(await customer.allowedRights(who, ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
  });

  it('gets members with a planned end; the end applies to a person who is in both input lists', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const endsAt = fixture.inHours(4);
    const team = await customer.createTeam('Web', {
      accountIds: [ben, cleo],
      members: [{ accountId: cleo, endsAt }],
      grants: hostingGrants('technical'),
    });
    const { members } = await fixture.test.call(
      getTeam,
      { organizationId: customer.organizationId, teamId: team.id },
      customer.as.admin,
    );
    expect(members).toEqual([
      { accountId: ben, startedAt: team.createdAt, endsAt: null },
      { accountId: cleo, startedAt: team.createdAt, endsAt },
    ]);
    fixture.advanceHours(5);
    expect([await customer.may('ben', 'technical'), await customer.may('cleo', 'technical')]).toEqual([true, false]);
  });

  it('gets one grant of a right that is requested several times, with the latest requested end', async () => {
    const customer = new Customer(fixture);
    const grantInput = (endsAt: string | null, ...rights: string[]) => ({ ...hostingGrants(...rights)[0]!, endsAt });
    const [soon, late] = [fixture.inHours(1), fixture.inHours(2)];
    await customer.createTeam('Web', {
      accountIds: [customer.people.ben],
      grants: [
        grantInput(soon, 'technical', 'statistics'),
        grantInput(null, 'technical', 'technical'),
        grantInput(late, 'technical', 'statistics'),
      ],
    });
    expect(new Map((await customer.listGrants()).map(({ right, endsAt }) => [right, endsAt]))).toEqual(
      new Map([
        ['technical', null],
        ['statistics', late],
      ]),
    );
    expect(
      await fixture.test.codeOf(
        createTeam,
        {
          organizationId: customer.organizationId,
          name: 'Net',
          grants: [grantInput(null, 'technical'), grantInput('2020-01-01T00:00:00Z', 'technical')],
        },
        customer.as.chief,
      ),
    ).toBe('GRANT_ENDS_IN_PAST');
  });

  it('is created completely or not at all, and an error points to the invalid field', async () => {
    const customer = new Customer(fixture);
    const { ben, eva } = customer.people;
    const create = (input: object) =>
      fixture.test.call(
        createTeam,
        { organizationId: customer.organizationId, name: 'Web', ...input },
        customer.as.chief,
      );
    const withSecondGrant = (object: object, right: string, options: object = {}) => ({
      accountIds: [ben],
      grants: [...hostingGrants('technical'), { object, rights: [right], ...options }],
    });
    const parent = await customer.createTeam('Parent');
    const past = fixture.inHours(-1);
    for (const [input, code, pointer] of [
      [{ accountIds: [ben, id('acc')] }, 'PERSON_UNKNOWN', '/accountIds/1'],
      [{ members: [{ accountId: ben }, { accountId: id('acc') }] }, 'PERSON_UNKNOWN', '/members/1'],
      [{ members: [{ accountId: ben, endsAt: past }] }, 'MEMBERSHIP_ENDS_IN_PAST', '/members/0/endsAt'],
      [{ isMembersOnly: true, accountIds: [ben, eva] }, 'EXTERNAL_NOT_ALLOWED', '/accountIds/1'],
      [{ accountIds: [ben], leadAccountId: customer.people.cleo }, 'LEAD_NOT_IN_TEAM', '/leadAccountId'],
      [{ parentId: id('team') }, 'TEAM_NOT_FOUND', '/parentId'],
      [{ parentId: parent.id, parentEndsAt: past }, 'PARENT_ENDS_IN_PAST', '/parentEndsAt'],
      [{ parentEndsAt: fixture.inHours(1) }, 'PARENT_MISSING', '/parentEndsAt'],
      [
        withSecondGrant({ kind: 'product', productId: id('prd') }, 'technical'),
        'PRODUCT_NOT_FOUND',
        '/grants/1/object/productId',
      ],
      [
        withSecondGrant({ kind: 'product_type', type: 'gas' }, 'technical'),
        'PRODUCT_TYPE_UNKNOWN',
        '/grants/1/object/type',
      ],
      [
        withSecondGrant({ kind: 'product', productId: customer.hosting }, 'user'),
        'RIGHT_UNKNOWN',
        '/grants/1/rights/0',
      ],
      [
        withSecondGrant({ kind: 'resource', productId: customer.hosting, resourceId: customer.folder }, 'view'),
        'RESOURCE_NOT_FOUND',
        '/grants/1/object/resourceId',
      ],
      [
        withSecondGrant({ kind: 'resource', productId: customer.drive, resourceId: customer.folder }, 'admin'),
        'RIGHT_UNKNOWN',
        '/grants/1/rights/0',
      ],
      [
        { grants: [{ object: { kind: 'product', productId: customer.hosting }, rights: ['technical', 'flying'] }] },
        'RIGHT_UNKNOWN',
        '/grants/0/rights/1',
      ],
      [
        withSecondGrant({ kind: 'product', productId: customer.hosting }, 'technical', { endsAt: past }),
        'GRANT_ENDS_IN_PAST',
        '/grants/1/endsAt',
      ],
    ] as const) {
      await expect(create(input)).rejects.toMatchObject({ code, errors: [{ pointer }] });
    }
    expect(await customer.listTeams()).toEqual([parent]);
    expect(await customer.listGrants()).toEqual([]);
  });

  it('has a name that is unique without case and accents, even after concurrent calls', async () => {
    const customer = new Customer(fixture);
    const input = (name: string) => ({ organizationId: customer.organizationId, name });
    const codes = await Promise.all(
      ['Équipe', 'equipe', 'EQUIPE', 'e\u0301quipe'].map((name) =>
        fixture.test.codeOf(createTeam, input(name), customer.as.chief),
      ),
    );
    expect(codes.sort()).toEqual(['TEAM_NAME_TAKEN', 'TEAM_NAME_TAKEN', 'TEAM_NAME_TAKEN', 'ok']);
    const [team] = await customer.listTeams();
    await customer.createTeam('Other');
    expect(await fixture.test.codeOf(changeTeam, { ...input('ÓTHER'), teamId: team!.id }, customer.as.chief)).toBe(
      'TEAM_NAME_TAKEN',
    );
    await fixture.test.call(
      deleteTeam,
      { organizationId: customer.organizationId, teamId: team!.id },
      customer.as.chief,
    );
    expect(await fixture.test.codeOf(createTeam, input('EQUIPE'), customer.as.chief)).toBe('ok');
  });

  it('is created once per idempotency key', async () => {
    const customer = new Customer(fixture);
    const callOptions = { idempotencyKey: 'team-1' };
    const input = { organizationId: customer.organizationId, name: 'Keyed' };
    const team = await fixture.test.call(createTeam, input, customer.as.chief, callOptions);
    expect(await fixture.test.call(createTeam, input, customer.as.chief, callOptions)).toEqual(team);
    expect(await fixture.test.codeOf(createTeam, { ...input, name: 'Other' }, customer.as.chief, callOptions)).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await customer.listTeams()).toHaveLength(1);
  });

  it('is changed and deleted only in its current version, and publishes no event without a change', async () => {
    const customer = new Customer(fixture);
    const team = await customer.createTeam('Web', { accountIds: [customer.people.ben] });
    const change = (changes: object) =>
      fixture.test.call(
        changeTeam,
        { organizationId: customer.organizationId, teamId: team.id, ...changes },
        customer.as.chief,
      );
    expect(await change({ colour: 'green', ifMatch: [1] })).toMatchObject({
      colour: 'green',
      version: 2,
      memberAccountIds: [customer.people.ben],
    });
    await expect(change({ colour: 'red', ifMatch: [1] })).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    expect(await change({ colour: 'green' })).toMatchObject({ version: 2 });
    expect(await change({ leadAccountId: customer.people.ben })).toMatchObject({ leadAccountId: customer.people.ben });
    expect(await change({ leadAccountId: null })).toMatchObject({ leadAccountId: null, version: 4 });
    const remove = (ifMatch: number[]) =>
      fixture.test.codeOf(
        deleteTeam,
        { organizationId: customer.organizationId, teamId: team.id, ifMatch },
        customer.as.chief,
      );
    expect([await remove([3]), await remove([4]), await remove([4])]).toEqual(['VERSION_MISMATCH', 'ok', 'ok']);
    const changedEvents = (await fixture.eventsOf(team.id)).filter(({ type }) => type === 'teams.team.changed');
    expect(changedEvents).toHaveLength(3);
    expect(changedEvents[0]).toMatchObject({
      data: { before: { colour: 'grey' }, after: { colour: 'green' } },
      event: { actorid: customer.people.chief },
    });
  });

  it('is read with its members, its version, and the grants that apply to the caller', async () => {
    const customer = new Customer(fixture);
    const { ben } = customer.people;
    const top = await customer.createTeam('Top', { grants: hostingGrants('statistics') });
    const team = await customer.createTeam('Web', {
      parentId: top.id,
      accountIds: [ben],
      grants: hostingGrants('technical'),
    });
    const readTeam = (teamId: typeof team.id, caller = customer.as.chief) =>
      fixture.test.call(getTeam, { organizationId: customer.organizationId, teamId }, caller);
    expect(await readTeam(team.id)).toMatchObject({
      ...team,
      version: 1,
      members: [{ accountId: ben, endsAt: null }],
      grants: [{ right: 'technical' }],
      nextGrantsCursor: null,
    });
    expect([await readTeam(team.id, customer.as.ben), await readTeam(top.id, customer.as.ben)]).toMatchObject([
      { grants: [{ right: 'technical' }] },
      { grants: [{ right: 'statistics' }] },
    ]);
    expect(
      await fixture.test.codeOf(
        getTeam,
        { organizationId: customer.organizationId, teamId: id('team') },
        customer.as.ben,
      ),
    ).toBe('TEAM_NOT_FOUND');
    expect(
      await fixture.test.codeOf(getTeam, { organizationId: customer.organizationId, teamId: team.id }, customer.as.eva),
    ).toBe('TEAM_NOT_FOUND');
  });

  it('shows an external only the name, the lead and the membership of the external', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const created = await customer.createTeam('Web', {
      accountIds: [people.ben, people.cleo, people.eva],
      leadAccountId: people.cleo,
      grants: hostingGrants('technical'),
    });
    await customer.createTeam('Other', { accountIds: [people.ben] });
    const seenByEva = { name: 'Web', leadAccountId: people.cleo, memberAccountIds: [people.cleo, people.eva] };
    expect((await fixture.test.call(listTeams, { organizationId }, customer.as.eva)).data).toMatchObject([seenByEva]);
    expect(await fixture.test.call(getTeam, { organizationId, teamId: created.id }, customer.as.eva)).toMatchObject({
      ...seenByEva,
      members: [{ accountId: people.cleo }, { accountId: people.eva }],
      grants: [{ right: 'technical' }],
    });
    expect(await fixture.test.call(getTeam, { organizationId, teamId: created.id }, customer.as.ben)).toMatchObject({
      memberAccountIds: [people.ben, people.cleo, people.eva],
    });
  });

  it('lists its externals whom a members-only team excludes, and `explain` gives the reason', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const top = await customer.createTeam('Top', { isMembersOnly: true, grants: hostingGrants('technical') });
    const child = await customer.createTeam('Child', { accountIds: [people.ben, people.eva] });
    const change = (teamId: `team_${string}`, changes: object) =>
      fixture.test.call(changeTeam, { organizationId, teamId, ...changes }, customer.as.chief);
    const explainEva = async () =>
      (
        await fixture.test.call(
          explainAccess,
          { organizationId, right: 'technical', productId: customer.hosting, accountId: people.eva },
          customer.as.chief,
        )
      ).refusal;
    expect(await explainEva()).toBe('no_grant');
    expect(await change(child.id, { parentId: top.id })).toMatchObject({ excludedAccountIds: [people.eva] });
    expect(await explainEva()).toBe('team_members_only');
    expect((await customer.listTeams()).map(({ name, excludedAccountIds }) => [name, excludedAccountIds])).toEqual([
      ['Child', [people.eva]],
      ['Top', [people.eva]],
    ]);
    expect(await change(top.id, { isMembersOnly: false })).toMatchObject({ excludedAccountIds: [] });
    expect(await explainEva()).toBe(null);
    expect(await change(top.id, { isMembersOnly: true })).toMatchObject({ excludedAccountIds: [people.eva] });
    const grandchild = await customer.createTeam('Grandchild', { parentId: child.id, accountIds: [people.eva] });
    expect(grandchild).toMatchObject({ excludedAccountIds: [people.eva] });
    // Ben sees Top, but not who is in its child teams.
    const seenByBen = await fixture.test.call(getTeam, { organizationId, teamId: top.id }, customer.as.ben);
    expect(seenByBen.excludedAccountIds).toEqual([]);
  });

  it('cannot be changed by an external, even by an external lead', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    await fixture.test.call(changeTeamPolicy, { organizationId, mayLeadManageMembers: true }, customer.as.chief);
    const { id: teamId } = await customer.createTeam('Web', {
      accountIds: [people.eva, people.ben],
      leadAccountId: people.eva,
    });
    const remove = (caller: Caller) =>
      fixture.test.codeOf(removeTeamMember, { organizationId, teamId, accountId: people.ben }, caller);
    expect(await remove(customer.as.eva)).toBe('PERMISSION_DENIED');
  });

  it('is visible to people who manage teams, its members and members of teams inside it (C-TEAM-17)', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const top = await customer.createTeam('Top', { accountIds: [people.cleo], grants: hostingGrants('technical') });
    const middle = await customer.createTeam('Middle', { parentId: top.id, parentEndsAt: fixture.inHours(2) });
    const low = await customer.createTeam('Low', {
      parentId: middle.id,
      members: [{ accountId: people.ben, endsAt: fixture.inHours(4) }],
      leadAccountId: people.ben,
    });
    const other = await customer.createTeam('Other', { accountIds: [people.cleo] });
    const visibleNames = async (who: PersonName) => {
      const listedNames = (await fixture.test.call(listTeams, { organizationId }, customer.as[who])).data.map(
        ({ name }) => name,
      );
      const readableNames = await Promise.all(
        [top, middle, low, other].map(async ({ id: teamId, name }) =>
          (await fixture.test.codeOf(getTeam, { organizationId, teamId }, customer.as[who])) === 'ok' ? [name] : [],
        ),
      );
      expect(readableNames.flat().sort()).toEqual(listedNames);
      return listedNames.join(' ');
    };
    expect([await visibleNames('admin'), await visibleNames('ben'), await visibleNames('cleo')]).toEqual([
      'Low Middle Other Top',
      'Low Middle Top',
      'Other Top',
    ]);
    const codeOfAdding = (teamId: typeof low.id) =>
      fixture.test.codeOf(
        addTeamMembers,
        { organizationId, teamId, members: [{ accountId: people.ben }] },
        customer.as.ben,
      );
    expect([await codeOfAdding(top.id), await codeOfAdding(other.id), await codeOfAdding(id('team'))]).toEqual([
      'PERMISSION_DENIED',
      'TEAM_NOT_FOUND',
      'TEAM_NOT_FOUND',
    ]);
    const countGrants = async (holder: `team_${string}`) =>
      (await fixture.test.call(listGrants, { organizationId, holder }, customer.as.ben)).data.length;
    expect([await countGrants(top.id), await countGrants(other.id)]).toEqual([1, 0]);
    fixture.advanceHours(3);
    expect([await visibleNames('ben'), await countGrants(top.id)]).toEqual(['Low Middle', 0]);
    fixture.advanceHours(2);
    expect(await visibleNames('ben')).toBe('');
  });

  it('shows no lead and no parent after the planned end, even before a job runs (C-TEAM-06, C-TEAM-21)', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const parent = await customer.createTeam('Direction');
    const endsAt = fixture.inHours(1);
    const team = await customer.createTeam('Web', {
      parentId: parent.id,
      parentEndsAt: endsAt,
      members: [{ accountId: people.ben, endsAt }],
      leadAccountId: people.ben,
    });
    fixture.advanceHours(1);
    // The team is read in two ways at the same time, because a job may record the ends at any moment.
    const [readTeam, listedTeams] = await Promise.all([
      fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.chief),
      customer.listTeams(),
    ]);
    const endedFields = { leadAccountId: null, memberAccountIds: [], parentId: null, parentEndsAt: null };
    expect([readTeam, listedTeams.find(({ name }) => name === 'Web')]).toMatchObject([endedFields, endedFields]);
  });

  it('is listed by name, page by page', async () => {
    const customer = new Customer(fixture);
    for (const name of ['Éclair', 'delta', 'Alpha', 'beta', 'Gamma']) await customer.createTeam(name);
    const page = (cursor?: string) =>
      fixture.test.call(
        listTeams,
        { organizationId: customer.organizationId, limit: 2, ...(cursor ? { cursor } : {}) },
        customer.as.admin,
      );
    const names: string[][] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { data, nextCursor } = await page(cursor);
      names.push(data.map(({ name }) => name));
      cursor = nextCursor;
    }
    expect(names).toEqual([['Alpha', 'beta'], ['delta', 'Éclair'], ['Gamma']]);
    // `bnVsbA` is the encoded value null.
    for (const cursor of ['x', 'bnVsbA'])
      expect(
        await fixture.test.codeOf(listTeams, { organizationId: customer.organizationId, cursor }, customer.as.ben),
      ).toBe('CURSOR_INVALID');
  });

  it('for members only keeps its externals, gives them no rights and lists them as excluded (TEAM-5)', async () => {
    const customer = new Customer(fixture);
    const { ben, eva } = customer.people;
    const team = await customer.createTeam('Web', { accountIds: [ben, eva], grants: hostingGrants('technical') });
    const change = (isMembersOnly: boolean) =>
      fixture.test.call(
        changeTeam,
        { organizationId: customer.organizationId, teamId: team.id, isMembersOnly },
        customer.as.chief,
      );
    expect(await change(true)).toMatchObject({
      isMembersOnly: true,
      memberAccountIds: [ben, eva],
      excludedAccountIds: [eva],
    });
    expect([await customer.may('ben', 'technical'), await customer.may('eva', 'technical')]).toEqual([true, false]);
    // A member who becomes an external stays in the team, and has no rights through the team while they are external.
    customer.changeMember(ben, { role: 'external' });
    expect([await customer.may('ben', 'technical'), (await customer.listTeams())[0]!.excludedAccountIds]).toEqual([
      false,
      [ben, eva],
    ]);
    customer.changeMember(ben, { role: 'collaborator' });
    expect(await customer.may('ben', 'technical')).toBe(true);
    expect(await change(false)).toMatchObject({ excludedAccountIds: [] });
    expect(await customer.may('eva', 'technical')).toBe(true);
  });
});

describe('nested teams (TEAM-5, C-TEAM-13)', () => {
  it('give members of a child team the rights of its parents; a move changes the rights at once', async () => {
    const customer = new Customer(fixture);
    const parent = await customer.createTeam('Parent', { grants: hostingGrants('statistics') });
    const [web, innermost] = [
      await customer.createTeam('Web'),
      await customer.createTeam('Innermost', { accountIds: [customer.people.ben] }),
    ];
    expect([await customer.moveTeam(innermost.id, web.id), await customer.may('ben', 'statistics')]).toEqual([
      'ok',
      false,
    ]);
    expect([await customer.moveTeam(web.id, parent.id), await customer.may('ben', 'statistics')]).toEqual(['ok', true]);
    expect([await customer.moveTeam(web.id, null), await customer.may('ben', 'statistics')]).toEqual(['ok', false]);
  });

  it('have no cycles and at most ten levels', async () => {
    const customer = new Customer(fixture);
    /** The ids of the teams of level 1 to level 10. */
    const nestedTeamIds: `team_${string}`[] = [];
    for (let level = 1; level <= 10; level += 1)
      nestedTeamIds.push((await customer.createTeam(`Level ${level}`, { parentId: nestedTeamIds.at(-1) ?? null })).id);
    expect(
      await fixture.test.codeOf(
        createTeam,
        { organizationId: customer.organizationId, name: 'Level 11', parentId: nestedTeamIds[9]! },
        customer.as.chief,
      ),
    ).toBe('TEAM_NESTING_TOO_DEEP');
    expect(await customer.moveTeam(nestedTeamIds[0]!, nestedTeamIds[9]!)).toBe('TEAM_CYCLE');
    expect(await customer.moveTeam(nestedTeamIds[3]!, nestedTeamIds[3]!)).toBe('TEAM_CYCLE');
    const other = await customer.createTeam('Other');
    expect(await customer.moveTeam(nestedTeamIds[0]!, other.id)).toBe('TEAM_NESTING_TOO_DEEP');
    expect(await customer.moveTeam(nestedTeamIds[1]!, other.id)).toBe('ok');
  });

  it('have no cycle after concurrent moves', async () => {
    const customer = new Customer(fixture);
    const [first, second] = [await customer.createTeam('First'), await customer.createTeam('Second')];
    expect(
      (await Promise.all([customer.moveTeam(first.id, second.id), customer.moveTeam(second.id, first.id)])).sort(),
    ).toEqual(['TEAM_CYCLE', 'ok']);
  });

  it('move up when their parent team is deleted; the access of the parent team ends (C-TEAM-04)', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const { organizationId } = customer;
    const top = await customer.createTeam('Top', { grants: hostingGrants('statistics') });
    const middle = await customer.createTeam('Middle', {
      parentId: top.id,
      accountIds: [cleo],
      leadAccountId: cleo,
      grants: hostingGrants('technical'),
    });
    const low = await customer.createTeam('Low', { parentId: middle.id, accountIds: [ben] });
    await fixture.test.call(
      restrictResource,
      {
        organizationId,
        productId: customer.drive,
        resourceId: customer.folder,
        holder: { kind: 'team', teamId: middle.id },
        right: 'view',
      },
      customer.as.chief,
    );
    await fixture.test.call(
      restoreInheritance,
      { organizationId, productId: customer.drive, resourceId: customer.folder },
      customer.as.chief,
    );
    expect(await customer.allowedRights('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
    for (let call = 1; call <= 2; call += 1)
      await fixture.test.call(deleteTeam, { organizationId, teamId: middle.id }, customer.as.chief);
    expect([
      await customer.allowedRights('ben', ['technical', 'statistics']),
      await customer.may('cleo', 'technical'),
    ]).toEqual([['statistics'], false]);
    expect((await customer.listTeams()).find((team) => team.id === low.id)).toMatchObject({ parentId: top.id });
    const countRows = (table: string, column: string) =>
      fixture.test.rows(
        `select count(*)::int as stored, count(ended_at)::int as ended from ${table} where ${column} = $1`,
        [uuid(middle.id)],
      );
    expect(await countRows('access_grant', 'holder_team_id')).toEqual([{ stored: 1, ended: 1 }]);
    expect(await countRows('restriction', 'holder_team_id')).toEqual([{ stored: 1, ended: 1 }]);
    expect(await countRows('team_membership', 'team_id')).toEqual([{ stored: 1, ended: 1 }]);
    expect(await fixture.eventTypesOf(middle.id)).toEqual(['created', 'members_changed', 'members_changed', 'deleted']);
    const holder = { kind: 'team' as const, teamId: middle.id };
    expect(
      await fixture.test.codeOf(
        addTeamMembers,
        { organizationId, teamId: middle.id, members: [{ accountId: ben }] },
        customer.as.chief,
      ),
    ).toBe('TEAM_NOT_FOUND');
    expect(
      await fixture.test.codeOf(
        giveGrant,
        { organizationId, holder, object: { kind: 'product', productId: customer.hosting }, right: 'technical' },
        customer.as.chief,
      ),
    ).toBe('TEAM_NOT_FOUND');
    expect(
      await fixture.test.codeOf(
        restrictResource,
        { organizationId, productId: customer.drive, resourceId: customer.folder, holder },
        customer.as.chief,
      ),
    ).toBe('TEAM_NOT_FOUND');
  });

  it.each(['a restriction', 'the members-only setting'])(
    'get no parent when a deleted team limited their rights by %s, so that no person gains rights',
    async (limit) => {
      const customer = new Customer(fixture);
      const { organizationId } = customer;
      const folder = { kind: 'resource' as const, productId: customer.drive, resourceId: customer.folder };
      const top = await customer.createTeam('Top', { grants: [{ object: folder, rights: ['change'] }] });
      const isMembersOnly = limit === 'the members-only setting';
      const middle = await customer.createTeam('Middle', { parentId: top.id, isMembersOnly });
      const low = await customer.createTeam('Low', {
        parentId: middle.id,
        accountIds: [customer.people.ben, customer.people.eva],
        grants: [{ object: folder, rights: ['view'] }],
      });
      if (!isMembersOnly)
        await fixture.test.call(
          restrictResource,
          {
            organizationId,
            productId: customer.drive,
            resourceId: customer.innerFolder,
            holder: { kind: 'team', teamId: middle.id },
          },
          customer.as.chief,
        );
      const allowedRights = async () => [
        await customer.allowedRights('ben', ['view', 'change'], customer.drive, customer.innerFolder),
        await customer.allowedRights('eva', ['view', 'change'], customer.drive, customer.folder),
      ];
      expect(await allowedRights()).toEqual(
        isMembersOnly ? [['view', 'change'], ['view']] : [['view'], ['view', 'change']],
      );
      await fixture.test.call(deleteTeam, { organizationId, teamId: middle.id }, customer.as.chief);
      expect(await allowedRights()).toEqual([['view'], ['view']]);
      expect((await customer.listTeams()).find((team) => team.id === low.id)).toMatchObject({ parentId: null });
      expect((await fixture.eventsOf(low.id)).at(-1)).toMatchObject({
        type: 'teams.team.changed',
        data: { before: { parentId: middle.id }, after: { parentId: null } },
      });
    },
  );

  it('move up when their parent team is deleted and the restriction of this team has expired', async () => {
    const customer = new Customer(fixture);
    const { organizationId } = customer;
    const top = await customer.createTeam('Top');
    const middle = await customer.createTeam('Middle', { parentId: top.id });
    const low = await customer.createTeam('Low', { parentId: middle.id });
    await fixture.test.call(
      restrictResource,
      {
        organizationId,
        productId: customer.drive,
        resourceId: customer.innerFolder,
        holder: { kind: 'team', teamId: middle.id },
        endsAt: fixture.inHours(1),
      },
      customer.as.chief,
    );
    fixture.advanceHours(2);
    await fixture.test.call(deleteTeam, { organizationId, teamId: middle.id }, customer.as.chief);
    expect((await customer.listTeams()).find((team) => team.id === low.id)).toMatchObject({ parentId: top.id });
  });

  it('lose the parent at the planned end, which is recorded; their members keep their rights (C-TEAM-21)', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const endsAt = fixture.inHours(2);
    const top = await customer.createTeam('Top', { grants: hostingGrants('statistics'), accountIds: [cleo] });
    const child = await customer.createTeam('Child', {
      parentId: top.id,
      parentEndsAt: endsAt,
      accountIds: [ben, cleo],
      grants: hostingGrants('technical'),
    });
    const allowedRights = async () => [
      await customer.allowedRights('ben', ['technical', 'statistics']),
      await customer.allowedRights('cleo', ['technical', 'statistics']),
    ];
    expect(await allowedRights()).toEqual([
      ['technical', 'statistics'],
      ['technical', 'statistics'],
    ]);
    fixture.advanceHours(3);
    expect(await allowedRights()).toEqual([['technical'], ['technical', 'statistics']]);
    const snapshot = await customer.loadSnapshot();
    expect(snapshot.teams.find(({ teamId }) => teamId === child.id)).toMatchObject({
      parentId: null,
      parentEndsAt: null,
    });
    const changedEvent = await fixture.test.until(
      async () => (await fixture.eventsOf(child.id)).find(({ type }) => type === 'teams.team.changed'),
      'the end of the parent period',
    );
    expect(changedEvent).toMatchObject({
      data: { before: { parentId: top.id, parentEndsAt: endsAt }, after: { parentId: null, parentEndsAt: null } },
      event: { actorid: 'service:teams' },
    });
    expect(
      await fixture.test.rows(
        `select parent_id is null as is_root, since::text = lag(until::text) over (order by position) as is_gapless
         from team_parent_history where team_id = $1 order by position`,
        [uuid(child.id)],
      ),
    ).toEqual([
      { is_root: false, is_gapless: null },
      { is_root: true, is_gapless: true },
    ]);
  });

  it('lose the planned end when the parent changes; an expired parent period does not block changes', async () => {
    const customer = new Customer(fixture);
    const [top, other] = [await customer.createTeam('Top'), await customer.createTeam('Other')];
    const child = await customer.createTeam('Child', { parentId: top.id, parentEndsAt: fixture.inHours(2) });
    const change = (changes: object) =>
      fixture.test.call(
        changeTeam,
        { organizationId: customer.organizationId, teamId: child.id, ...changes },
        customer.as.chief,
      );
    expect(await change({ parentId: other.id })).toMatchObject({ parentId: other.id, parentEndsAt: null });
    const endsAt = fixture.inHours(3);
    expect(await change({ parentEndsAt: endsAt })).toMatchObject({ parentId: other.id, parentEndsAt: endsAt });
    expect(await change({ parentEndsAt: null })).toMatchObject({ parentEndsAt: null });
    await change({ parentEndsAt: fixture.inHours(1) });
    await expect(change({ parentId: null, parentEndsAt: endsAt })).rejects.toMatchObject({ code: 'PARENT_MISSING' });
    fixture.advanceHours(2);
    expect(await customer.moveTeam(other.id, child.id)).toBe('ok');
    expect((await customer.listTeams()).map(({ name, parentId }) => [name, parentId])).toEqual([
      ['Child', null],
      ['Other', child.id],
      ['Top', null],
    ]);
  });

  it('do not get a later end of the parent period when their parent is deleted', async () => {
    const customer = new Customer(fixture);
    const top = await customer.createTeam('Top', { grants: hostingGrants('statistics') });
    const middle = await customer.createTeam('Middle', { parentId: top.id, parentEndsAt: fixture.inHours(2) });
    const low = await customer.createTeam('Low', { parentId: middle.id, accountIds: [customer.people.ben] });
    await fixture.test.call(
      deleteTeam,
      { organizationId: customer.organizationId, teamId: middle.id },
      customer.as.chief,
    );
    expect((await customer.listTeams()).find(({ id: teamId }) => teamId === low.id)).toMatchObject({
      parentId: top.id,
      parentEndsAt: middle.parentEndsAt,
    });
    expect(await customer.may('ben', 'statistics')).toBe(true);
    fixture.advanceHours(3);
    expect(await customer.may('ben', 'statistics')).toBe(false);
  });
});

describe('organizations', () => {
  it('cannot see or use the teams, grants and products of another organization (ORG-2)', async () => {
    const [customer, otherCustomer] = [new Customer(fixture), new Customer(fixture)];
    const foreignTeam = await otherCustomer.createTeam('Theirs');
    const grant = await otherCustomer.give({ kind: 'organization' }, 'technical');
    const { organizationId, as } = customer;
    for (const teamId of [foreignTeam.id, id('team')]) {
      expect(await fixture.test.codeOf(deleteTeam, { organizationId, teamId }, as.chief)).toBe('TEAM_NOT_FOUND');
      expect(await fixture.test.codeOf(changeTeam, { organizationId, teamId, colour: 'red' }, as.chief)).toBe(
        'TEAM_NOT_FOUND',
      );
      expect(await fixture.test.codeOf(getTeam, { organizationId, teamId }, as.chief)).toBe('TEAM_NOT_FOUND');
      expect(
        await fixture.test.codeOf(
          addTeamMembers,
          { organizationId, teamId, members: [{ accountId: customer.people.ben }] },
          as.chief,
        ),
      ).toBe('TEAM_NOT_FOUND');
      expect(await fixture.test.codeOf(createTeam, { organizationId, name: 'x', parentId: teamId }, as.chief)).toBe(
        'TEAM_NOT_FOUND',
      );
    }
    for (const grantId of [grant.id, id('grt')])
      expect(await fixture.test.codeOf(endGrant, { organizationId, grantId }, as.chief)).toBe('GRANT_NOT_FOUND');
    for (const productId of [otherCustomer.hosting, id('prd')])
      expect(
        await fixture.test.codeOf(
          giveGrant,
          {
            organizationId,
            holder: { kind: 'organization' },
            object: { kind: 'product', productId },
            right: 'technical',
          },
          as.chief,
        ),
      ).toBe('PRODUCT_NOT_FOUND');
    for (const foreignId of [otherCustomer.organizationId, id('org')])
      expect(await fixture.test.codeOf(listTeams, { organizationId: foreignId }, as.chief)).toBe(
        'ORGANIZATION_NOT_FOUND',
      );
  });

  it('are separated by row-level security: without a tenant context, the role reads and deletes no row', async () => {
    const customer = new Customer(fixture);
    const team = await customer.createTeam('Web', {
      accountIds: [customer.people.ben],
      grants: hostingGrants('technical'),
    });
    await fixture.test.call(
      restrictResource,
      {
        organizationId: customer.organizationId,
        productId: customer.drive,
        resourceId: customer.folder,
        holder: { kind: 'team', teamId: team.id },
      },
      customer.as.chief,
    );
    for (const table of [
      'team',
      'team_parent_history',
      'team_membership',
      'access_grant',
      'restriction',
      'team_policy',
      'default_right',
    ]) {
      await fixture.test.database.query('begin; set local role cordee_teams;');
      expect([table, (await fixture.test.database.query(`select from ${table}`)).rowCount]).toEqual([table, 0]);
      await expect(fixture.test.database.query(`delete from ${table}`)).rejects.toThrow('permission denied');
      await fixture.test.database.query('rollback');
    }
  });
});
