import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endGrant, giveGrant, listGrants } from '@cordee/contracts/teams/grant';
import { restoreInheritance, restrictResource } from '@cordee/contracts/teams/restriction';
import { addTeamMembers, changeTeam, createTeam, deleteTeam, getTeam, listTeams } from '@cordee/contracts/teams/team';
import { uuid } from '@cordee/testing/test-service';
import { Customer, hostings, id, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

describe('a team', () => {
  it('is created in one call with members, lead and rights (TEAM-1)', async () => {
    const customer = new Customer(fixture);
    const { ben, eva } = customer.people;
    const team = await customer.team('Web', {
      colour: 'blue',
      accountIds: [ben, eva, ben],
      leadAccountId: ben,
      grants: hostings('technical', 'statistics'),
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
    expect(await customer.teams()).toEqual([team]);
    const grants = await customer.grants();
    for (const grant of grants)
      expect(grant).toMatchObject({
        holder: { kind: 'team', teamId: team.id },
        object: { kind: 'product_type', type: 'web_hosting' },
      });
    expect(grants.map(({ right }) => right).sort()).toEqual(['statistics', 'technical']);
    expect(await fixture.eventTypesOf(team.id)).toEqual(['created', 'members_changed']);
    for (const who of ['ben', 'eva'] as const)
      expect(await customer.mayAll(who, ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
  });

  it('gets members with an end; the end counts for a person who is in both lists', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const endsAt = fixture.inHours(4);
    const team = await customer.team('Web', {
      accountIds: [ben, cleo],
      members: [{ accountId: cleo, endsAt }],
      grants: hostings('technical'),
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

  it('gets a repeated right until the later end, in any order', async () => {
    const customer = new Customer(fixture);
    const row = (endsAt: string | null, ...rights: string[]) => ({ ...hostings(...rights)[0]!, endsAt });
    const [soon, late] = [fixture.inHours(1), fixture.inHours(2)];
    await customer.team('Web', {
      accountIds: [customer.people.ben],
      grants: [
        row(soon, 'technical', 'statistics'),
        row(null, 'technical', 'technical'),
        row(late, 'technical', 'statistics'),
      ],
    });
    expect(new Map((await customer.grants()).map(({ right, endsAt }) => [right, endsAt]))).toEqual(
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
          grants: [row(null, 'technical'), row('2020-01-01T00:00:00Z', 'technical')],
        },
        customer.as.chief,
      ),
    ).toBe('GRANT_ENDS_IN_PAST');
  });

  it('is created completely or not at all, and the error has a pointer', async () => {
    const customer = new Customer(fixture);
    const { ben, eva } = customer.people;
    const make = (rest: object) =>
      fixture.test.call(
        createTeam,
        { organizationId: customer.organizationId, name: 'Web', ...rest },
        customer.as.chief,
      );
    const grants = (object: object, right: string, rest: object = {}) => ({
      accountIds: [ben],
      grants: [...hostings('technical'), { object, rights: [right], ...rest }],
    });
    const parent = await customer.team('Parent');
    const past = fixture.inHours(-1);
    for (const [rest, code, pointer] of [
      [{ accountIds: [ben, id('acc')] }, 'PERSON_UNKNOWN', '/accountIds/1'],
      [{ members: [{ accountId: ben }, { accountId: id('acc') }] }, 'PERSON_UNKNOWN', '/members/1'],
      [{ members: [{ accountId: ben, endsAt: past }] }, 'MEMBERSHIP_ENDS_IN_PAST', '/members/0/endsAt'],
      [{ isMembersOnly: true, accountIds: [ben, eva] }, 'EXTERNAL_NOT_ALLOWED', '/accountIds/1'],
      [{ accountIds: [ben], leadAccountId: customer.people.cleo }, 'LEAD_NOT_IN_TEAM', '/leadAccountId'],
      [{ parentId: id('team') }, 'TEAM_NOT_FOUND', '/parentId'],
      [{ parentId: parent.id, parentEndsAt: past }, 'PARENT_ENDS_IN_PAST', '/parentEndsAt'],
      [{ parentEndsAt: fixture.inHours(1) }, 'PARENT_MISSING', '/parentEndsAt'],
      [
        grants({ kind: 'product', productId: id('prd') }, 'technical'),
        'PRODUCT_NOT_FOUND',
        '/grants/1/object/productId',
      ],
      [grants({ kind: 'product_type', type: 'gas' }, 'technical'), 'PRODUCT_TYPE_UNKNOWN', '/grants/1/object/type'],
      [grants({ kind: 'product', productId: customer.hosting }, 'user'), 'RIGHT_UNKNOWN', '/grants/1/rights/0'],
      [
        grants({ kind: 'resource', productId: customer.hosting, resourceId: customer.folder }, 'view'),
        'RESOURCE_NOT_FOUND',
        '/grants/1/object/resourceId',
      ],
      [
        grants({ kind: 'resource', productId: customer.drive, resourceId: customer.folder }, 'admin'),
        'RIGHT_UNKNOWN',
        '/grants/1/rights/0',
      ],
      [
        { grants: [{ object: { kind: 'product', productId: customer.hosting }, rights: ['technical', 'flying'] }] },
        'RIGHT_UNKNOWN',
        '/grants/0/rights/1',
      ],
      [
        grants({ kind: 'product', productId: customer.hosting }, 'technical', { endsAt: past }),
        'GRANT_ENDS_IN_PAST',
        '/grants/1/endsAt',
      ],
    ] as const) {
      await expect(make(rest)).rejects.toMatchObject({ code, errors: [{ pointer }] });
    }
    expect(await customer.teams()).toEqual([parent]);
    expect(await customer.grants()).toEqual([]);
  });

  it('has a unique name without case and accents, also for concurrent calls', async () => {
    const customer = new Customer(fixture);
    const input = (name: string) => ({ organizationId: customer.organizationId, name });
    const codes = await Promise.all(
      ['Équipe', 'equipe', 'EQUIPE', 'e\u0301quipe'].map((name) =>
        fixture.test.codeOf(createTeam, input(name), customer.as.chief),
      ),
    );
    expect(codes.sort()).toEqual(['TEAM_NAME_TAKEN', 'TEAM_NAME_TAKEN', 'TEAM_NAME_TAKEN', 'ok']);
    const [team] = await customer.teams();
    await customer.team('Other');
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
    const key = { idempotencyKey: 'team-1' };
    const input = { organizationId: customer.organizationId, name: 'Keyed' };
    const team = await fixture.test.call(createTeam, input, customer.as.chief, key);
    expect(await fixture.test.call(createTeam, input, customer.as.chief, key)).toEqual(team);
    expect(await fixture.test.codeOf(createTeam, { ...input, name: 'Other' }, customer.as.chief, key)).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await customer.teams()).toHaveLength(1);
  });

  it('is changed with its version, and publishes no event without a change', async () => {
    const customer = new Customer(fixture);
    const team = await customer.team('Web', { accountIds: [customer.people.ben] });
    const change = (rest: object) =>
      fixture.test.call(
        changeTeam,
        { organizationId: customer.organizationId, teamId: team.id, ...rest },
        customer.as.chief,
      );
    expect(await change({ colour: 'green', ifMatch: 1 })).toMatchObject({
      colour: 'green',
      version: 2,
      memberAccountIds: [customer.people.ben],
    });
    await expect(change({ colour: 'red', ifMatch: 1 })).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    expect(await change({ colour: 'green' })).toMatchObject({ version: 2 });
    expect(await change({ leadAccountId: customer.people.ben })).toMatchObject({ leadAccountId: customer.people.ben });
    expect(await change({ leadAccountId: null })).toMatchObject({ leadAccountId: null, version: 4 });
    const changes = (await fixture.eventsOf(team.id)).filter(({ type }) => type === 'teams.team.changed');
    expect(changes).toHaveLength(3);
    expect(changes[0]).toMatchObject({
      data: { before: { colour: 'grey' }, after: { colour: 'green' } },
      event: { actorid: customer.people.chief },
    });
  });

  it('is read with its members, its grants for people to whom they apply, and its version', async () => {
    const customer = new Customer(fixture);
    const { ben } = customer.people;
    const top = await customer.team('Top', { grants: hostings('statistics') });
    const team = await customer.team('Web', { parentId: top.id, accountIds: [ben], grants: hostings('technical') });
    const read = (teamId: typeof team.id, as = customer.as.chief) =>
      fixture.test.call(getTeam, { organizationId: customer.organizationId, teamId }, as);
    expect(await read(team.id)).toMatchObject({
      ...team,
      version: 1,
      members: [{ accountId: ben, endsAt: null }],
      grants: [{ right: 'technical' }],
      nextGrantsCursor: null,
    });
    expect([await read(team.id, customer.as.ben), await read(top.id, customer.as.ben)]).toMatchObject([
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
    ).toBe('PERMISSION_DENIED');
  });

  it('is visible to people who manage teams, its members and those below it (C-TEAM-17)', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const top = await customer.team('Top', { accountIds: [people.cleo], grants: hostings('technical') });
    const middle = await customer.team('Middle', { parentId: top.id, parentEndsAt: fixture.inHours(2) });
    const low = await customer.team('Low', {
      parentId: middle.id,
      members: [{ accountId: people.ben, endsAt: fixture.inHours(4) }],
      leadAccountId: people.ben,
    });
    const other = await customer.team('Other', { accountIds: [people.cleo] });
    const seen = async (who: PersonName) => {
      const listed = (await fixture.test.call(listTeams, { organizationId }, customer.as[who])).data.map(
        ({ name }) => name,
      );
      const read = await Promise.all(
        [top, middle, low, other].map(async ({ id: teamId, name }) =>
          (await fixture.test.codeOf(getTeam, { organizationId, teamId }, customer.as[who])) === 'ok' ? [name] : [],
        ),
      );
      expect(read.flat().sort()).toEqual(listed);
      return listed.join(' ');
    };
    expect([await seen('admin'), await seen('ben'), await seen('cleo')]).toEqual([
      'Low Middle Other Top',
      'Low Middle Top',
      'Other Top',
    ]);
    const add = (teamId: typeof low.id) =>
      fixture.test.codeOf(
        addTeamMembers,
        { organizationId, teamId, members: [{ accountId: people.ben }] },
        customer.as.ben,
      );
    expect([await add(top.id), await add(other.id), await add(id('team'))]).toEqual([
      'PERMISSION_DENIED',
      'TEAM_NOT_FOUND',
      'TEAM_NOT_FOUND',
    ]);
    const granted = async (holder: `team_${string}`) =>
      (await fixture.test.call(listGrants, { organizationId, holder }, customer.as.ben)).data.length;
    expect([await granted(top.id), await granted(other.id)]).toEqual([1, 0]);
    fixture.advanceHours(3);
    expect([await seen('ben'), await granted(top.id)]).toEqual(['Low Middle', 0]);
    fixture.advanceHours(2);
    expect(await seen('ben')).toBe('');
  });

  it('has no lead and no parent after their planned end, recorded or not (C-TEAM-06, C-TEAM-21)', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const parent = await customer.team('Direction');
    const endsAt = fixture.inHours(1);
    const team = await customer.team('Web', {
      parentId: parent.id,
      parentEndsAt: endsAt,
      members: [{ accountId: people.ben, endsAt }],
      leadAccountId: people.ben,
    });
    fixture.advanceHours(1);
    // A job may record the ends at any moment, so both lists are read at once.
    const [read, listed] = await Promise.all([
      fixture.test.call(getTeam, { organizationId, teamId: team.id }, customer.as.chief),
      customer.teams(),
    ]);
    const over = { leadAccountId: null, memberAccountIds: [], parentId: null, parentEndsAt: null };
    expect([read, listed.find(({ name }) => name === 'Web')]).toMatchObject([over, over]);
  });

  it('is listed by name, page by page', async () => {
    const customer = new Customer(fixture);
    for (const name of ['Éclair', 'delta', 'Alpha', 'beta', 'Gamma']) await customer.team(name);
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
    for (const cursor of ['x', 'bnVsbA'])
      expect(
        await fixture.test.codeOf(listTeams, { organizationId: customer.organizationId, cursor }, customer.as.ben),
      ).toBe('CURSOR_INVALID');
  });

  it('for members only gives externals nothing, keeps them and lists them as excluded (TEAM-5)', async () => {
    const customer = new Customer(fixture);
    const { ben, eva } = customer.people;
    const team = await customer.team('Web', { accountIds: [ben, eva], grants: hostings('technical') });
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
    // A member who becomes an external stays and gets nothing while they are one.
    customer.change(ben, { role: 'external' });
    expect([await customer.may('ben', 'technical'), (await customer.teams())[0]!.excludedAccountIds]).toEqual([
      false,
      [ben, eva],
    ]);
    customer.change(ben, { role: 'collaborator' });
    expect(await customer.may('ben', 'technical')).toBe(true);
    expect(await change(false)).toMatchObject({ excludedAccountIds: [] });
    expect(await customer.may('eva', 'technical')).toBe(true);
  });
});

describe('nesting (TEAM-5, C-TEAM-13)', () => {
  it('gives members of a child team the rights of the parents, at once after a move', async () => {
    const customer = new Customer(fixture);
    const all = await customer.team('All', { grants: hostings('statistics') });
    const [web, deep] = [
      await customer.team('Web'),
      await customer.team('Deep', { accountIds: [customer.people.ben] }),
    ];
    expect([await customer.move(deep.id, web.id), await customer.may('ben', 'statistics')]).toEqual(['ok', false]);
    expect([await customer.move(web.id, all.id), await customer.may('ben', 'statistics')]).toEqual(['ok', true]);
    expect([await customer.move(web.id, null), await customer.may('ben', 'statistics')]).toEqual(['ok', false]);
  });

  it('rejects cycles and the eleventh level', async () => {
    const customer = new Customer(fixture);
    const line: `team_${string}`[] = [];
    for (let level = 1; level <= 10; level += 1)
      line.push((await customer.team(`Level ${level}`, { parentId: line.at(-1) ?? null })).id);
    expect(
      await fixture.test.codeOf(
        createTeam,
        { organizationId: customer.organizationId, name: 'Level 11', parentId: line[9]! },
        customer.as.chief,
      ),
    ).toBe('TEAM_NESTING_TOO_DEEP');
    expect(await customer.move(line[0]!, line[9]!)).toBe('TEAM_CYCLE');
    expect(await customer.move(line[3]!, line[3]!)).toBe('TEAM_CYCLE');
    const other = await customer.team('Other');
    expect(await customer.move(line[0]!, other.id)).toBe('TEAM_NESTING_TOO_DEEP');
    expect(await customer.move(line[1]!, other.id)).toBe('ok');
  });

  it('prevents cycles by concurrent moves', async () => {
    const customer = new Customer(fixture);
    const [first, second] = [await customer.team('First'), await customer.team('Second')];
    expect(
      (await Promise.all([customer.move(first.id, second.id), customer.move(second.id, first.id)])).sort(),
    ).toEqual(['TEAM_CYCLE', 'ok']);
  });

  it('moves children of a deleted team up, and ends its access in one transaction (C-TEAM-04)', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const { organizationId } = customer;
    const top = await customer.team('Top', { grants: hostings('statistics') });
    const middle = await customer.team('Middle', {
      parentId: top.id,
      accountIds: [cleo],
      leadAccountId: cleo,
      grants: hostings('technical'),
    });
    const low = await customer.team('Low', { parentId: middle.id, accountIds: [ben] });
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
    expect(await customer.mayAll('ben', ['technical', 'statistics'])).toEqual(['technical', 'statistics']);
    for (let time = 0; time < 2; time += 1)
      await fixture.test.call(deleteTeam, { organizationId, teamId: middle.id }, customer.as.chief);
    expect([
      await customer.mayAll('ben', ['technical', 'statistics']),
      await customer.may('cleo', 'technical'),
    ]).toEqual([['statistics'], false]);
    expect((await customer.teams()).find((team) => team.id === low.id)).toMatchObject({ parentId: top.id });
    const rows = (table: string, column: string) =>
      fixture.test.rows(
        `select count(*)::int as kept, count(ended_at)::int as ended from ${table} where ${column} = $1`,
        [uuid(middle.id)],
      );
    expect(await rows('access_grant', 'holder_team_id')).toEqual([{ kept: 1, ended: 1 }]);
    expect(await rows('restriction', 'holder_team_id')).toEqual([{ kept: 1, ended: 1 }]);
    expect(await rows('team_membership', 'team_id')).toEqual([{ kept: 1, ended: 1 }]);
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
    'gives nobody more rights when a deleted team limited them by %s: children get no parent',
    async (by) => {
      const customer = new Customer(fixture);
      const { organizationId } = customer;
      const folder = { kind: 'resource' as const, productId: customer.drive, resourceId: customer.folder };
      const top = await customer.team('Top', { grants: [{ object: folder, rights: ['change'] }] });
      const isMembersOnly = by !== 'a restriction of it';
      const middle = await customer.team('Middle', { parentId: top.id, isMembersOnly });
      const low = await customer.team('Low', {
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
            resourceId: customer.inner,
            holder: { kind: 'team', teamId: middle.id },
          },
          customer.as.chief,
        );
      const held = async () => [
        await customer.mayAll('ben', ['view', 'change'], customer.drive, customer.inner),
        await customer.mayAll('eva', ['view', 'change'], customer.drive, customer.folder),
      ];
      expect(await held()).toEqual(isMembersOnly ? [['view', 'change'], ['view']] : [['view'], ['view', 'change']]);
      await fixture.test.call(deleteTeam, { organizationId, teamId: middle.id }, customer.as.chief);
      expect(await held()).toEqual([['view'], ['view']]);
      expect((await customer.teams()).find((team) => team.id === low.id)).toMatchObject({ parentId: null });
      expect((await fixture.eventsOf(low.id)).at(-1)).toMatchObject({
        type: 'teams.team.changed',
        data: { before: { parentId: middle.id }, after: { parentId: null } },
      });
    },
  );

  it('moves children of a deleted team up when its restriction has expired', async () => {
    const customer = new Customer(fixture);
    const { organizationId } = customer;
    const top = await customer.team('Top');
    const middle = await customer.team('Middle', { parentId: top.id });
    const low = await customer.team('Low', { parentId: middle.id });
    await fixture.test.call(
      restrictResource,
      {
        organizationId,
        productId: customer.drive,
        resourceId: customer.inner,
        holder: { kind: 'team', teamId: middle.id },
        endsAt: fixture.inHours(1),
      },
      customer.as.chief,
    );
    fixture.advanceHours(2);
    await fixture.test.call(deleteTeam, { organizationId, teamId: middle.id }, customer.as.chief);
    expect((await customer.teams()).find((team) => team.id === low.id)).toMatchObject({ parentId: top.id });
  });

  it('with an end expires; direct members of the parent stay, and the end is recorded (C-TEAM-21)', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const endsAt = fixture.inHours(2);
    const top = await customer.team('Top', { grants: hostings('statistics'), accountIds: [cleo] });
    const child = await customer.team('Child', {
      parentId: top.id,
      parentEndsAt: endsAt,
      accountIds: [ben, cleo],
      grants: hostings('technical'),
    });
    const rights = async () => [
      await customer.mayAll('ben', ['technical', 'statistics']),
      await customer.mayAll('cleo', ['technical', 'statistics']),
    ];
    expect(await rights()).toEqual([
      ['technical', 'statistics'],
      ['technical', 'statistics'],
    ]);
    fixture.advanceHours(3);
    expect(await rights()).toEqual([['technical'], ['technical', 'statistics']]);
    const snapshot = await customer.snapshot();
    expect(snapshot.teams.find(({ teamId }) => teamId === child.id)).toMatchObject({
      parentId: null,
      parentEndsAt: null,
    });
    const moved = await fixture.test.until(
      async () => (await fixture.eventsOf(child.id)).find(({ type }) => type === 'teams.team.changed'),
      'the end of the parent period',
    );
    expect(moved).toMatchObject({
      data: { before: { parentId: top.id, parentEndsAt: endsAt }, after: { parentId: null, parentEndsAt: null } },
      event: { actorid: 'service:teams' },
    });
    expect(
      await fixture.test.rows(
        `select parent_id is null as free, since::text = lag(until::text) over (order by position) as follows
         from team_parent_history where team_id = $1 order by position`,
        [uuid(child.id)],
      ),
    ).toEqual([
      { free: false, follows: null },
      { free: true, follows: true },
    ]);
  });

  it('loses its end with the parent, and an expired period does not block changes', async () => {
    const customer = new Customer(fixture);
    const [top, other] = [await customer.team('Top'), await customer.team('Other')];
    const child = await customer.team('Child', { parentId: top.id, parentEndsAt: fixture.inHours(2) });
    const change = (rest: object) =>
      fixture.test.call(
        changeTeam,
        { organizationId: customer.organizationId, teamId: child.id, ...rest },
        customer.as.chief,
      );
    expect(await change({ parentId: other.id })).toMatchObject({ parentId: other.id, parentEndsAt: null });
    const endsAt = fixture.inHours(3);
    expect(await change({ parentEndsAt: endsAt })).toMatchObject({ parentId: other.id, parentEndsAt: endsAt });
    expect(await change({ parentEndsAt: null })).toMatchObject({ parentEndsAt: null });
    await change({ parentEndsAt: fixture.inHours(1) });
    await expect(change({ parentId: null, parentEndsAt: endsAt })).rejects.toMatchObject({ code: 'PARENT_MISSING' });
    fixture.advanceHours(2);
    expect(await customer.move(other.id, child.id)).toBe('ok');
    expect((await customer.teams()).map(({ name, parentId }) => [name, parentId])).toEqual([
      ['Child', null],
      ['Other', child.id],
      ['Top', null],
    ]);
  });

  it('does not extend the parent period of a child when its parent is deleted', async () => {
    const customer = new Customer(fixture);
    const top = await customer.team('Top', { grants: hostings('statistics') });
    const middle = await customer.team('Middle', { parentId: top.id, parentEndsAt: fixture.inHours(2) });
    const low = await customer.team('Low', { parentId: middle.id, accountIds: [customer.people.ben] });
    await fixture.test.call(
      deleteTeam,
      { organizationId: customer.organizationId, teamId: middle.id },
      customer.as.chief,
    );
    expect((await customer.teams()).find(({ id: teamId }) => teamId === low.id)).toMatchObject({
      parentId: top.id,
      parentEndsAt: middle.parentEndsAt,
    });
    expect(await customer.may('ben', 'statistics')).toBe(true);
    fixture.advanceHours(3);
    expect(await customer.may('ben', 'statistics')).toBe(false);
  });
});

describe('other organizations', () => {
  it('cannot see teams and grants (ORG-2)', async () => {
    const [customer, two] = [new Customer(fixture), new Customer(fixture)];
    const theirs = await two.team('Theirs');
    const grant = await two.give({ kind: 'organization' }, 'technical');
    const { organizationId, as } = customer;
    for (const teamId of [theirs.id, id('team')]) {
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
    for (const productId of [two.hosting, id('prd')])
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
    for (const foreign of [two.organizationId, id('org')])
      expect(await fixture.test.codeOf(listTeams, { organizationId: foreign }, as.chief)).toBe(
        'ORGANIZATION_NOT_FOUND',
      );
  });

  it('are separated by row-level security: without a tenant context the role reads and deletes nothing', async () => {
    const customer = new Customer(fixture);
    const team = await customer.team('Web', { accountIds: [customer.people.ben], grants: hostings('technical') });
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
