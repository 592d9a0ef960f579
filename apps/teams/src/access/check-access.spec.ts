import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  checkAccess,
  checkManyAccess,
  describeTeamAccess,
  explainAccess,
  listAccessHolders,
  listPersonAccess,
} from '@cordee/contracts/teams/access';
import { endGrant, listGrants } from '@cordee/contracts/teams/grant';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import { changeTeam, listTeams } from '@cordee/contracts/teams/team';
import type { Caller } from '@cordee/testing/test-service';
import { Customer, hostings, id, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

describe('access questions', () => {
  it('about others need the permission to manage people; about oneself they need none', async () => {
    const one = new Customer(fixture);
    const input = (about?: PersonName) => ({
      organizationId: one.organizationId,
      right: 'technical',
      productId: one.hosting,
      ...(about ? { accountId: one.people[about] } : {}),
    });
    const ask = (as: PersonName, about?: PersonName) => fixture.test.codeOf(explainAccess, input(about), one.as[as]);
    expect([await ask('ben'), await ask('ben', 'ben'), await ask('eva'), await ask('admin', 'cleo')]).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
    expect([await ask('ben', 'cleo'), await ask('eva', 'ben')]).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
    expect(await fixture.test.codeOf(checkAccess, input('cleo'), one.as.ben)).toBe('PERMISSION_DENIED');
    for (const organizationId of [new Customer(fixture).organizationId, id('org')])
      expect(await fixture.test.codeOf(checkAccess, { ...input(), organizationId }, one.as.ben)).toBe(
        'ORGANIZATION_NOT_FOUND',
      );
  });

  it('are answered in sentences, with the giver and the date', async () => {
    const one = new Customer(fixture);
    await one.team('Web', { accountIds: [one.people.ben], grants: hostings('technical') });
    const { text, chains } = await one.explain('ben', 'technical');
    expect(text).toMatch(
      /^This is allowed\. The right was given to the team “Web” on \d+ \w+ \d{4} by Name of legal_representative\.$/,
    );
    expect(chains).toMatchObject([{ via: 'grant', right: 'technical', givenBy: one.people.chief }]);
    expect((await one.explain('admin', 'technical')).text).toBe(
      'This is allowed. The role of administrator gives this right on every product.',
    );
    expect(await one.explain('admin', 'read', one.as.chief, one.drive)).toMatchObject({
      isAllowed: false,
      refusal: 'no_grant',
      chains: [],
    });
    const french = {
      for: { language: 'fr' as const, requestId: 'r', traceparent: undefined, token: undefined, reason: undefined },
    };
    const inFrench = await fixture.test.call(
      explainAccess,
      { organizationId: one.organizationId, right: 'technical', productId: one.hosting },
      one.as.ben,
      french,
    );
    expect(inFrench.text).toMatch(/^C’est autorisé\. Le droit a été donné à l’équipe « Web » le /);
  });

  it('about a right that the product type does not have are denied for everybody', async () => {
    const one = new Customer(fixture);
    const about = (right: string, productId = one.hosting) => ({
      organizationId: one.organizationId,
      accountId: one.people.admin,
      right,
      productId,
    });
    const check = async (right: string, productId?: `prd_${string}`) =>
      (await fixture.test.call(checkAccess, about(right, productId), one.as.chief)).isAllowed;
    expect([
      await check('technical'),
      await check('banana'),
      await check('ticket_control'),
      await check('user', one.drive),
      await check('manage', one.drive),
    ]).toEqual([true, false, false, true, true]);
    const questions = ['banana', 'statistics'].map((right) => ({ right, productId: one.hosting }));
    expect(
      (await fixture.test.call(checkManyAccess, { organizationId: one.organizationId, questions }, one.as.admin))
        .results,
    ).toEqual([false, true]);
    // The access cache of every service decides the same.
    expect(await one.mayAll('admin', ['technical', 'banana', 'ticket_control'])).toEqual(['technical']);
    expect(await one.explain('admin', 'banana')).toMatchObject({
      isAllowed: false,
      refusal: 'right_unknown',
      chains: [],
      text: 'Products of this type have no such right.',
    });
    const { accountId: _, ...question } = about('banana');
    expect((await fixture.test.call(listAccessHolders, question, one.as.chief)).data).toEqual([]);
  });

  it('about an owner agree with the list of rights, whatever the catalogue contains', async () => {
    const one = new Customer(fixture);
    one.sell({
      productId: one.drive,
      type: 'drive',
      name: 'd',
      resources: [{ resourceId: one.folder, kind: 'folder', ownerAccountId: one.people.ben }],
    });
    const asked = { organizationId: one.organizationId, productId: one.drive, resourceId: one.folder };
    const [, row] = (await fixture.test.call(listPersonAccess, { organizationId: one.organizationId }, one.as.ben))
      .data;
    for (const right of row!.rights)
      expect([right, (await fixture.test.call(checkAccess, { ...asked, right }, one.as.ben)).isAllowed]).toEqual([
        right,
        true,
      ]);
    expect(row!.rights).toContain('read');
  });

  it('return only paths that give the right: of two child teams, only the unrestricted one', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const up = await one.team('Up', {
      grants: [{ object: { kind: 'product', productId: one.drive }, rights: ['change'] }],
    });
    const low = await one.team('Out', { parentId: up.id, accountIds: [people.ben] });
    await one.team('In', { parentId: up.id, accountIds: [people.ben] });
    const restrict = (teamId: `team_${string}`, resourceId: `res_${string}`, right: string | null) =>
      fixture.test.call(
        restrictResource,
        { organizationId, productId: one.drive, resourceId, holder: { kind: 'team', teamId }, right },
        one.as.chief,
      );
    await restrict(low.id, one.folder, null);
    await restrict(up.id, one.inner, 'view');
    const { chains } = await fixture.test.call(
      explainAccess,
      { organizationId, accountId: people.ben, right: 'view', productId: one.drive, resourceId: one.inner },
      one.as.chief,
    );
    expect(
      chains.map((chain) => (chain.via === 'grant' ? chain.teams.map(({ name }) => name).join(' in ') : chain.via)),
    ).toEqual(['In in Up']);
  });

  it('list a restricted resource only for callers who manage people', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    await one.give('ben', 'manage', { kind: 'product', productId: one.drive });
    await fixture.test.call(
      restrictResource,
      { organizationId, productId: one.drive, resourceId: one.inner, holder: one.person('ben') },
      one.as.chief,
    );
    const rows = async (as: Caller) =>
      (await fixture.test.call(listPersonAccess, { organizationId, accountId: people.ben }, as)).data.map(
        ({ resource, rights }) => [resource?.resourceId ?? null, rights],
      );
    const whole = [null, ['change', 'manage', 'view']];
    expect([await rows(one.as.chief), await rows(one.as.ben)]).toEqual([[whole, [one.inner, []]], [whole]]);
    // The role of administrator still gives this right.
    await one.give('admin', 'manage', { kind: 'product', productId: one.drive });
    await fixture.test.call(
      restrictResource,
      { organizationId, productId: one.drive, resourceId: one.inner, holder: one.person('admin') },
      one.as.chief,
    );
    const ofAdmin = (
      await fixture.test.call(listPersonAccess, { organizationId, accountId: people.admin }, one.as.chief)
    ).data.find(({ resource }) => resource?.resourceId === one.inner);
    expect(ofAdmin).toMatchObject({ isByRole: true, rights: [], through: [{ via: 'role', role: 'administrator' }] });
  });

  it('do not reveal names of teams and products that the caller cannot see (C-TEAM-17)', async () => {
    const one = new Customer(fixture);
    const { ben, cleo } = one.people;
    const own = await one.team('Own', { accountIds: [ben] });
    await one.team('Hidden sister', { accountIds: [cleo], grants: hostings('statistics') });
    await one.team('Hidden child', { parentId: own.id, accountIds: [cleo], grants: hostings('statistics') });
    const asBen: Caller = one.as.ben;
    const denied = await one.explain('ben', 'statistics', asBen);
    expect(denied).toMatchObject({
      isAllowed: false,
      chains: [],
      refusal: 'no_grant',
      text: 'This is not allowed: nobody has given this right.',
    });
    expect(JSON.stringify(denied)).not.toMatch(/Hidden|secret/);
    // An existing product and an unknown one get the same answer when the caller sees neither.
    const [hidden, none] = [
      await one.explain('ben', 'user', asBen, one.drive),
      await one.explain('ben', 'user', asBen, id('prd')),
    ];
    expect(none).toEqual({ ...hidden, at: none.at });
    expect(await one.explain('ben', 'user', one.as.chief, id('prd'))).toMatchObject({ refusal: 'product_unknown' });
  });

  it('include the grants of parent teams, as every list does', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const parent = await one.team('Direction');
    const web = await one.team('Web', { parentId: parent.id, accountIds: [people.ben] });
    await one.give({ kind: 'team', teamId: parent.id }, 'technical', undefined, { reason: 'for the move' });
    const own = await one.explain('ben', 'technical', one.as.ben);
    expect(own).toMatchObject({
      chains: [{ teams: [{ name: 'Web' }, { name: 'Direction' }], givenBy: people.chief, reason: 'for the move' }],
    });
    expect(own).toMatchObject({ ...(await one.explain('ben', 'technical')), at: own.at });
    expect((await fixture.test.call(listPersonAccess, { organizationId }, one.as.ben)).data).toMatchObject([
      { through: [{ teams: [{ name: 'Web' }, { name: 'Direction' }] }] },
    ]);
    expect(
      (await fixture.test.call(describeTeamAccess, { organizationId, teamId: web.id }, one.as.ben)).data,
    ).toMatchObject([{ from: { name: 'Direction' } }]);
    expect((await fixture.test.call(listGrants, { organizationId }, one.as.ben)).data).toMatchObject([
      { holder: { teamId: parent.id }, givenBy: people.chief, reason: 'for the move' },
    ]);
    expect((await fixture.test.call(listTeams, { organizationId }, one.as.ben)).data.map(({ name }) => name)).toEqual([
      'Direction',
      'Web',
    ]);
  });

  it('hide the giver and reason of a grant to a team that the caller has left', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const parent = await one.team('Direction');
    const web = await one.team('Web', { parentId: parent.id, accountIds: [people.ben] });
    await one.give({ kind: 'team', teamId: parent.id }, 'technical', undefined, { reason: 'for the move' });
    const at = fixture.inHours(0);
    fixture.advanceHours(1);
    await one.move(web.id, null);
    const own = await fixture.test.call(
      explainAccess,
      { organizationId, right: 'technical', productId: one.hosting, at },
      one.as.ben,
    );
    expect(own).toMatchObject({ isAllowed: true, chains: [{ teams: [{ name: 'Web' }], givenBy: null, reason: null }] });
    expect(own.text).toContain('a parent team');
    expect(JSON.stringify(own)).not.toContain('Direction');
  });

  it('tell an external that they delete only their own files (C-TEAM-11)', async () => {
    const one = new Customer(fixture);
    await one.give('eva', 'change', { kind: 'resource', productId: one.drive, resourceId: one.folder });
    const { text } = await fixture.test.call(
      explainAccess,
      { organizationId: one.organizationId, right: 'change', productId: one.drive, resourceId: one.folder },
      one.as.eva,
    );
    expect(text).toContain('deletes only their own files');
  });

  it('return isOwnFilesOnly in every answer, for externals only (C-TEAM-11)', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const folder = { productId: one.drive, resourceId: one.folder };
    const own = id('res');
    one.sell({
      ...one.products[1]!,
      resources: [
        ...one.products[1]!.resources!,
        { resourceId: own, kind: 'folder', parentId: one.folder, ownerAccountId: people.eva },
      ],
    });
    for (const name of ['ben', 'eva'] as const) await one.give(name, 'change', { kind: 'resource', ...folder });
    const ask = (name: PersonName, right = 'change', resourceId = one.folder) => ({
      accountId: people[name],
      right,
      productId: one.drive,
      resourceId,
    });
    const questions = [
      ask('ben'),
      ask('eva'),
      ask('eva', 'view'),
      ask('eva', 'change', one.list),
      ask('eva', 'change', own),
      ask('eva', 'change', one.inner),
    ];
    const singly = await Promise.all(
      questions.map(
        async (question) =>
          (await fixture.test.call(checkAccess, { organizationId, ...question }, one.as.chief)).isOwnFilesOnly,
      ),
    );
    expect(singly).toEqual([false, true, false, false, false, true]);
    expect(await fixture.test.call(checkManyAccess, { organizationId, questions }, one.as.chief)).toEqual({
      results: [true, true, true, false, true, true],
      ownFilesOnly: [1, 5],
    });
    const holders = (
      await fixture.test.call(listAccessHolders, { organizationId, right: 'change', ...folder }, one.as.chief)
    ).data;
    expect(new Map(holders.map((row) => [row.accountId, row.isOwnFilesOnly]))).toEqual(
      new Map([
        [people.ben, false],
        [people.eva, true],
      ]),
    );
    const rows = async (name: PersonName) =>
      (await fixture.test.call(listPersonAccess, { organizationId }, one.as[name])).data.flatMap(
        ({ resource, isOwnFilesOnly }) => (resource ? [`${resource.resourceId} ${isOwnFilesOnly}`] : []),
      );
    expect(new Set(await rows('eva'))).toEqual(new Set([`${one.folder} true`, `${own} false`]));
    expect(await rows('ben')).toEqual([`${one.folder} false`]);
  });
});

describe('many access questions in one call', () => {
  it('are answered in order, for at most a thousand questions', async () => {
    const one = new Customer(fixture);
    await one.give('ben', 'technical');
    const [yes, no] = [
      { right: 'technical', productId: one.hosting },
      { right: 'statistics', productId: one.hosting },
    ];
    const ask = (questions: object[], as: PersonName = 'ben') =>
      fixture.test.call(
        checkManyAccess,
        { organizationId: one.organizationId, questions: questions as never },
        one.as[as],
      );
    expect((await ask([yes, no, yes, { ...yes, productId: id('prd') }])).results).toEqual([true, false, true, false]);
    expect(
      (await ask(Array.from({ length: 1_000 }, (_, index) => (index % 2 ? yes : no)))).results.filter(Boolean),
    ).toHaveLength(500);
    await expect(ask(Array.from({ length: 1_001 }, () => yes))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      errors: [{ pointer: '/questions' }],
    });
    await expect(ask([yes, { ...no, accountId: one.people.cleo }])).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    expect(
      (
        await ask(
          [
            { ...yes, accountId: one.people.ben },
            { ...yes, accountId: one.people.cleo },
          ],
          'admin',
        )
      ).results,
    ).toEqual([true, false]);
  });

  it('from many callers with an outdated cache do not exhaust the connections', async () => {
    const one = new Customer(fixture);
    for (let round = 0; round < 3; round += 1) {
      const { id: grantId } = await one.give('ben', 'technical');
      const answers = await Promise.all(Array.from({ length: 80 }, () => one.explain('ben', 'technical')));
      expect(answers.filter(({ isAllowed }) => isAllowed)).toHaveLength(80);
      await fixture.test.call(endGrant, { organizationId: one.organizationId, grantId }, one.as.chief);
    }
  }, 30_000);
});

describe('people with access and access of a person (ACC-2)', () => {
  it('lists every person with their sources, page by page', async () => {
    const one = new Customer(fixture);
    const many = one.addCollaborators(5);
    const team = await one.team('Web', { accountIds: [one.people.ben, ...many], grants: hostings('technical') });
    await one.give('eva', 'technical');
    const page = (cursor?: string) =>
      fixture.test.call(
        listAccessHolders,
        { organizationId: one.organizationId, right: 'technical', productId: one.hosting, limit: 3, cursor },
        one.as.admin,
      );
    const found = [];
    for (let next = await page(); ; next = await page(next.nextCursor ?? undefined)) {
      found.push(...next.data);
      if (!next.nextCursor) break;
    }
    const throughOf = new Map(found.map(({ accountId, through }) => [accountId, through]));
    expect([...throughOf.keys()].sort()).toEqual(
      [one.people.chief, one.people.admin, one.people.ben, one.people.eva, ...many].sort(),
    );
    expect(throughOf.get(one.people.admin)).toEqual([{ via: 'role', role: 'administrator' }]);
    expect(throughOf.get(one.people.ben)).toMatchObject([
      { via: 'grant', holder: { kind: 'team', teamId: team.id }, teams: [{ teamId: team.id, name: 'Web' }] },
    ]);
    const codeOf = (input: object, as: PersonName = 'admin') =>
      fixture.test.codeOf(
        listAccessHolders,
        { organizationId: one.organizationId, right: 'technical', productId: one.hosting, ...input },
        one.as[as],
      );
    expect([
      await codeOf({}, 'ben'),
      await codeOf({ productId: id('prd') }),
      await codeOf({ resourceId: one.folder }),
    ]).toEqual(['PERMISSION_DENIED', 'PRODUCT_NOT_FOUND', 'RESOURCE_NOT_FOUND']);
  });

  it('lists the products of a person, with the resources that differ', async () => {
    const one = new Customer(fixture);
    await one.give('ben', 'user', { kind: 'product', productId: one.drive });
    await one.give('ben', 'change', { kind: 'resource', productId: one.drive, resourceId: one.folder });
    await one.give('ben', 'technical', { kind: 'product_type', type: 'web_hosting' });
    const of = (who: PersonName, as: PersonName = who) =>
      fixture.test.call(
        listPersonAccess,
        { organizationId: one.organizationId, accountId: one.people[who] },
        one.as[as],
      );
    const rows = (await of('ben')).data;
    expect(rows).toHaveLength(3);
    expect(
      rows.map(({ name, resource, rights, isByRole }) => [name, resource?.resourceId ?? null, rights, isByRole]),
    ).toEqual(
      expect.arrayContaining([
        ['secret-drive', null, ['user'], false],
        ['secret-drive', one.folder, ['change', 'user', 'view'], false],
        ['secret-hosting.example', null, ['technical'], false],
      ]),
    );
    expect((await of('ben', 'admin')).data).toEqual(rows);
    expect((await of('admin')).data.map(({ name, isByRole, through }) => [name, isByRole, through])).toEqual(
      expect.arrayContaining([['secret-hosting.example', true, [{ via: 'role', role: 'administrator' }]]]),
    );
    expect((await of('eva')).data).toEqual([]);
    expect(
      await fixture.test.codeOf(
        listPersonAccess,
        { organizationId: one.organizationId, accountId: one.people.ben },
        one.as.cleo,
      ),
    ).toBe('PERMISSION_DENIED');
    expect(
      await fixture.test.codeOf(
        listPersonAccess,
        { organizationId: one.organizationId, accountId: id('acc') },
        one.as.admin,
      ),
    ).toBe('PERSON_NOT_FOUND');
  });

  it('ends a page before it exceeds the message size, and continues with the next', async () => {
    const one = new Customer(fixture);
    const { organizationId, people } = one;
    const sold = Array.from({ length: 99 }, (_, index) => ({
      productId: id('prd'),
      type: 'web_hosting',
      name: `${index}.example`,
      resources: [],
    }));
    one.products.push(...sold);
    fixture.test.snapshotChanged('products', organizationId);
    // Ten nested teams: a grant of the topmost team has ten paths with 55 names.
    const teams: Awaited<ReturnType<typeof one.team>>[] = [];
    for (let depth = 0; depth < 10; depth += 1)
      teams.push(
        await one.team(`${depth}${'界'.repeat(254)}`, { parentId: teams.at(-1)?.id ?? null, accountIds: [people.ben] }),
      );
    await one.give({ kind: 'team', teamId: teams[0]!.id }, 'technical', { kind: 'product_type', type: 'web_hosting' });
    await one.give({ kind: 'team', teamId: teams[0]!.id }, 'statistics', { kind: 'product_type', type: 'web_hosting' });
    const ask = (cursor?: string) =>
      fixture.test.call(listPersonAccess, { organizationId, limit: 200, cursor }, one.as.ben);
    const pages = [await ask()];
    while (pages.at(-1)!.nextCursor) pages.push(await ask(pages.at(-1)!.nextCursor!));
    expect(Math.max(...pages.map((page) => JSON.stringify(page).length))).toBeLessThan(2_000_000);
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flatMap(({ data }) => data.map(({ productId }) => productId))).toEqual(
      [one.hosting, ...sold.map(({ productId }) => productId)].sort(),
    );
  });

  it('lists the grants of a team and its parents, for members and for people who manage teams', async () => {
    const one = new Customer(fixture);
    const all = await one.team('All', { grants: hostings('statistics') });
    const web = await one.team('Web', {
      parentId: all.id,
      accountIds: [one.people.ben],
      grants: [{ object: { kind: 'product', productId: one.drive }, rights: ['user'], endsAt: null }],
    });
    const of = (as: PersonName, teamId = web.id) =>
      fixture.test.call(describeTeamAccess, { organizationId: one.organizationId, teamId }, one.as[as]);
    const rows = (await of('ben')).data.map(({ right, from, products, isCoveringLater }) => [
      right,
      from.name,
      products.map(({ name }) => name),
      isCoveringLater,
    ]);
    expect(new Set(rows)).toEqual(
      new Set([
        ['statistics', 'All', ['secret-hosting.example'], true],
        ['user', 'Web', ['secret-drive'], false],
      ]),
    );
    expect((await of('admin', all.id)).data).toHaveLength(1);
    expect(
      await fixture.test.codeOf(
        describeTeamAccess,
        { organizationId: one.organizationId, teamId: web.id },
        one.as.cleo,
      ),
    ).toBe('TEAM_NOT_FOUND');
    expect(
      await fixture.test.codeOf(
        describeTeamAccess,
        { organizationId: one.organizationId, teamId: id('team') },
        one.as.admin,
      ),
    ).toBe('TEAM_NOT_FOUND');
  });

  it('answers about the past with the team names of that time, after renames, moves and ends', async () => {
    const one = new Customer(fixture);
    const { organizationId } = one;
    const all = await one.team('All', { grants: hostings('technical') });
    const web = await one.team('Web', {
      parentId: all.id,
      parentEndsAt: fixture.inHours(5),
      accountIds: [one.people.ben],
    });
    const rename = (teamId: `team_${string}`, name: string) =>
      fixture.test.call(changeTeam, { organizationId, teamId, name }, one.as.chief);
    const instants: string[] = [];
    const nextHour = () => {
      instants.push(fixture.inHours(0));
      fixture.advanceHours(1);
    };
    nextHour();
    await rename(web.id, 'Net');
    nextHour();
    await rename(all.id, 'Everybody');
    fixture.advanceHours(3);
    await fixture.test.until(
      async () => (await one.teams()).find(({ id: teamId }) => teamId === web.id)!.parentId === null,
      'the end of the parent period',
    );
    await one.move(web.id, all.id);
    nextHour();
    await rename(web.id, 'Web');
    const explain = async (at?: string) => {
      const { chains, text } = await fixture.test.call(
        explainAccess,
        {
          organizationId,
          accountId: one.people.ben,
          right: 'technical',
          productId: one.hosting,
          ...(at ? { at } : {}),
        },
        one.as.chief,
      );
      return chains.flatMap((chain) =>
        chain.via === 'grant' ? chain.teams.map(({ name }) => `${name} ${text.includes(name)}`) : [],
      );
    };
    expect(await Promise.all([...instants, undefined].map(explain))).toEqual([
      ['Web true', 'All true'],
      ['Net true', 'All true'],
      ['Net true', 'Everybody true'],
      ['Web true', 'Everybody true'],
    ]);
  });

  it('answers about the past for three years, and rejects future instants', async () => {
    const one = new Customer(fixture);
    const ask = (at: string) =>
      fixture.test.codeOf(
        explainAccess,
        { organizationId: one.organizationId, right: 'technical', productId: one.hosting, at },
        one.as.ben,
      );
    const now = fixture.test.process.clock.now();
    const years = (count: number, ms = 0) =>
      new Date(
        Date.UTC(
          now.getUTCFullYear() - count,
          now.getUTCMonth(),
          now.getUTCDate(),
          now.getUTCHours(),
          now.getUTCMinutes(),
          now.getUTCSeconds(),
          now.getUTCMilliseconds() + ms,
        ),
      ).toISOString();
    expect([await ask(years(-1)), await ask(years(3, 60_000)), await ask(years(3, -1))]).toEqual([
      'INSTANT_IN_FUTURE',
      'ok',
      'BEYOND_RETENTION',
    ]);
  });
});
