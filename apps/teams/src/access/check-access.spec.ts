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
    const customer = new Customer(fixture);
    const input = (about?: PersonName) => ({
      organizationId: customer.organizationId,
      right: 'technical',
      productId: customer.hosting,
      ...(about ? { accountId: customer.people[about] } : {}),
    });
    const ask = (as: PersonName, about?: PersonName) =>
      fixture.test.codeOf(explainAccess, input(about), customer.as[as]);
    expect([await ask('ben'), await ask('ben', 'ben'), await ask('eva'), await ask('admin', 'cleo')]).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
    expect([await ask('ben', 'cleo'), await ask('eva', 'ben')]).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
    expect(await fixture.test.codeOf(checkAccess, input('cleo'), customer.as.ben)).toBe('PERMISSION_DENIED');
    for (const organizationId of [new Customer(fixture).organizationId, id('org')])
      expect(await fixture.test.codeOf(checkAccess, { ...input(), organizationId }, customer.as.ben)).toBe(
        'ORGANIZATION_NOT_FOUND',
      );
  });

  it('are answered in sentences, with the giver and the date', async () => {
    const customer = new Customer(fixture);
    await customer.team('Web', { accountIds: [customer.people.ben], grants: hostings('technical') });
    const { text, chains } = await customer.explain('ben', 'technical');
    expect(text).toMatch(
      /^This is allowed\. The right was given to the team “Web” on \d+ \w+ \d{4} by Name of legal_representative\.$/,
    );
    expect(chains).toMatchObject([{ via: 'grant', right: 'technical', givenBy: customer.people.chief }]);
    expect((await customer.explain('admin', 'technical')).text).toBe(
      'This is allowed. The role of administrator gives this right on every product.',
    );
    expect(await customer.explain('admin', 'read', customer.as.chief, customer.drive)).toMatchObject({
      isAllowed: false,
      refusal: 'no_grant',
      chains: [],
    });
    const french = {
      for: { language: 'fr' as const, requestId: 'r', traceparent: undefined, token: undefined, reason: undefined },
    };
    const inFrench = await fixture.test.call(
      explainAccess,
      { organizationId: customer.organizationId, right: 'technical', productId: customer.hosting },
      customer.as.ben,
      french,
    );
    expect(inFrench.text).toMatch(/^C’est autorisé\. Le droit a été donné à l’équipe « Web » le /);
  });

  it('about a right that the product type does not have are denied for everybody', async () => {
    const customer = new Customer(fixture);
    const about = (right: string, productId = customer.hosting) => ({
      organizationId: customer.organizationId,
      accountId: customer.people.admin,
      right,
      productId,
    });
    const check = async (right: string, productId?: `prd_${string}`) =>
      (await fixture.test.call(checkAccess, about(right, productId), customer.as.chief)).isAllowed;
    expect([
      await check('technical'),
      await check('banana'),
      await check('ticket_control'),
      await check('user', customer.drive),
      await check('manage', customer.drive),
    ]).toEqual([true, false, false, true, true]);
    const questions = ['banana', 'statistics'].map((right) => ({ right, productId: customer.hosting }));
    expect(
      (
        await fixture.test.call(
          checkManyAccess,
          { organizationId: customer.organizationId, questions },
          customer.as.admin,
        )
      ).results,
    ).toEqual([false, true]);
    // The access cache of every service decides the same.
    expect(await customer.mayAll('admin', ['technical', 'banana', 'ticket_control'])).toEqual(['technical']);
    expect(await customer.explain('admin', 'banana')).toMatchObject({
      isAllowed: false,
      refusal: 'right_unknown',
      chains: [],
      text: 'Products of this type have no such right.',
    });
    const { accountId: _, ...question } = about('banana');
    expect((await fixture.test.call(listAccessHolders, question, customer.as.chief)).data).toEqual([]);
  });

  it('about an owner agree with the list of rights, whatever the catalogue contains', async () => {
    const customer = new Customer(fixture);
    customer.sell({
      productId: customer.drive,
      type: 'drive',
      name: 'd',
      resources: [{ resourceId: customer.folder, kind: 'folder', ownerAccountId: customer.people.ben }],
    });
    const asked = { organizationId: customer.organizationId, productId: customer.drive, resourceId: customer.folder };
    const [, row] = (
      await fixture.test.call(listPersonAccess, { organizationId: customer.organizationId }, customer.as.ben)
    ).data;
    for (const right of row!.rights)
      expect([right, (await fixture.test.call(checkAccess, { ...asked, right }, customer.as.ben)).isAllowed]).toEqual([
        right,
        true,
      ]);
    expect(row!.rights).toContain('read');
  });

  it('return only paths that give the right: of two child teams, only the unrestricted one', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const up = await customer.team('Up', {
      grants: [{ object: { kind: 'product', productId: customer.drive }, rights: ['change'] }],
    });
    const low = await customer.team('Out', { parentId: up.id, accountIds: [people.ben] });
    await customer.team('In', { parentId: up.id, accountIds: [people.ben] });
    const restrict = (teamId: `team_${string}`, resourceId: `res_${string}`, right: string | null) =>
      fixture.test.call(
        restrictResource,
        { organizationId, productId: customer.drive, resourceId, holder: { kind: 'team', teamId }, right },
        customer.as.chief,
      );
    await restrict(low.id, customer.folder, null);
    await restrict(up.id, customer.inner, 'view');
    const { chains } = await fixture.test.call(
      explainAccess,
      { organizationId, accountId: people.ben, right: 'view', productId: customer.drive, resourceId: customer.inner },
      customer.as.chief,
    );
    expect(
      chains.map((chain) => (chain.via === 'grant' ? chain.teams.map(({ name }) => name).join(' in ') : chain.via)),
    ).toEqual(['In in Up']);
  });

  it('list a restricted resource only for callers who manage people', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    await customer.give('ben', 'manage', { kind: 'product', productId: customer.drive });
    await fixture.test.call(
      restrictResource,
      { organizationId, productId: customer.drive, resourceId: customer.inner, holder: customer.person('ben') },
      customer.as.chief,
    );
    const rows = async (as: Caller) =>
      (await fixture.test.call(listPersonAccess, { organizationId, accountId: people.ben }, as)).data.map(
        ({ resource, rights }) => [resource?.resourceId ?? null, rights],
      );
    const whole = [null, ['change', 'manage', 'view']];
    expect([await rows(customer.as.chief), await rows(customer.as.ben)]).toEqual([
      [whole, [customer.inner, []]],
      [whole],
    ]);
    // The role of administrator still gives this right.
    await customer.give('admin', 'manage', { kind: 'product', productId: customer.drive });
    await fixture.test.call(
      restrictResource,
      { organizationId, productId: customer.drive, resourceId: customer.inner, holder: customer.person('admin') },
      customer.as.chief,
    );
    const ofAdmin = (
      await fixture.test.call(listPersonAccess, { organizationId, accountId: people.admin }, customer.as.chief)
    ).data.find(({ resource }) => resource?.resourceId === customer.inner);
    expect(ofAdmin).toMatchObject({ isByRole: true, rights: [], through: [{ via: 'role', role: 'administrator' }] });
  });

  it('do not reveal names of teams and products that the caller cannot see (C-TEAM-17)', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const own = await customer.team('Own', { accountIds: [ben] });
    await customer.team('Hidden sister', { accountIds: [cleo], grants: hostings('statistics') });
    await customer.team('Hidden child', { parentId: own.id, accountIds: [cleo], grants: hostings('statistics') });
    const asBen: Caller = customer.as.ben;
    const denied = await customer.explain('ben', 'statistics', asBen);
    expect(denied).toMatchObject({
      isAllowed: false,
      chains: [],
      refusal: 'no_grant',
      text: 'This is not allowed: nobody has given this right.',
    });
    expect(JSON.stringify(denied)).not.toMatch(/Hidden|secret/);
    // An existing product and an unknown one get the same answer when the caller sees neither.
    const [hidden, none] = [
      await customer.explain('ben', 'user', asBen, customer.drive),
      await customer.explain('ben', 'user', asBen, id('prd')),
    ];
    expect(none).toEqual({ ...hidden, at: none.at });
    expect(await customer.explain('ben', 'user', customer.as.chief, id('prd'))).toMatchObject({
      refusal: 'product_unknown',
    });
  });

  it('include the grants of parent teams, as every list does', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const parent = await customer.team('Direction');
    const web = await customer.team('Web', { parentId: parent.id, accountIds: [people.ben] });
    await customer.give({ kind: 'team', teamId: parent.id }, 'technical', undefined, { reason: 'for the move' });
    const own = await customer.explain('ben', 'technical', customer.as.ben);
    expect(own).toMatchObject({
      chains: [{ teams: [{ name: 'Web' }, { name: 'Direction' }], givenBy: people.chief, reason: 'for the move' }],
    });
    expect(own).toMatchObject({ ...(await customer.explain('ben', 'technical')), at: own.at });
    expect((await fixture.test.call(listPersonAccess, { organizationId }, customer.as.ben)).data).toMatchObject([
      { through: [{ teams: [{ name: 'Web' }, { name: 'Direction' }] }] },
    ]);
    expect(
      (await fixture.test.call(describeTeamAccess, { organizationId, teamId: web.id }, customer.as.ben)).data,
    ).toMatchObject([{ from: { name: 'Direction' } }]);
    expect((await fixture.test.call(listGrants, { organizationId }, customer.as.ben)).data).toMatchObject([
      { holder: { teamId: parent.id }, givenBy: people.chief, reason: 'for the move' },
    ]);
    expect(
      (await fixture.test.call(listTeams, { organizationId }, customer.as.ben)).data.map(({ name }) => name),
    ).toEqual(['Direction', 'Web']);
  });

  it('hide the giver and reason of a grant to a team that the caller has left', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const parent = await customer.team('Direction');
    const web = await customer.team('Web', { parentId: parent.id, accountIds: [people.ben] });
    await customer.give({ kind: 'team', teamId: parent.id }, 'technical', undefined, { reason: 'for the move' });
    const at = fixture.inHours(0);
    fixture.advanceHours(1);
    await customer.move(web.id, null);
    const own = await fixture.test.call(
      explainAccess,
      { organizationId, right: 'technical', productId: customer.hosting, at },
      customer.as.ben,
    );
    expect(own).toMatchObject({ isAllowed: true, chains: [{ teams: [{ name: 'Web' }], givenBy: null, reason: null }] });
    expect(own.text).toContain('a parent team');
    expect(JSON.stringify(own)).not.toContain('Direction');
  });

  it('tell an external that they delete only their own files (C-TEAM-11)', async () => {
    const customer = new Customer(fixture);
    await customer.give('eva', 'change', { kind: 'resource', productId: customer.drive, resourceId: customer.folder });
    const { text } = await fixture.test.call(
      explainAccess,
      {
        organizationId: customer.organizationId,
        right: 'change',
        productId: customer.drive,
        resourceId: customer.folder,
      },
      customer.as.eva,
    );
    expect(text).toContain('deletes only their own files');
  });

  it('return isOwnFilesOnly in every answer, for externals only (C-TEAM-11)', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const folder = { productId: customer.drive, resourceId: customer.folder };
    const own = id('res');
    customer.sell({
      ...customer.products[1]!,
      resources: [
        ...customer.products[1]!.resources!,
        { resourceId: own, kind: 'folder', parentId: customer.folder, ownerAccountId: people.eva },
      ],
    });
    for (const name of ['ben', 'eva'] as const) await customer.give(name, 'change', { kind: 'resource', ...folder });
    const ask = (name: PersonName, right = 'change', resourceId = customer.folder) => ({
      accountId: people[name],
      right,
      productId: customer.drive,
      resourceId,
    });
    const questions = [
      ask('ben'),
      ask('eva'),
      ask('eva', 'view'),
      ask('eva', 'change', customer.list),
      ask('eva', 'change', own),
      ask('eva', 'change', customer.inner),
    ];
    const singly = await Promise.all(
      questions.map(
        async (question) =>
          (await fixture.test.call(checkAccess, { organizationId, ...question }, customer.as.chief)).isOwnFilesOnly,
      ),
    );
    expect(singly).toEqual([false, true, false, false, false, true]);
    expect(await fixture.test.call(checkManyAccess, { organizationId, questions }, customer.as.chief)).toEqual({
      results: [true, true, true, false, true, true],
      ownFilesOnly: [1, 5],
    });
    const holders = (
      await fixture.test.call(listAccessHolders, { organizationId, right: 'change', ...folder }, customer.as.chief)
    ).data;
    expect(new Map(holders.map((row) => [row.accountId, row.isOwnFilesOnly]))).toEqual(
      new Map([
        [people.ben, false],
        [people.eva, true],
      ]),
    );
    const rows = async (name: PersonName) =>
      (await fixture.test.call(listPersonAccess, { organizationId }, customer.as[name])).data.flatMap(
        ({ resource, isOwnFilesOnly }) => (resource ? [`${resource.resourceId} ${isOwnFilesOnly}`] : []),
      );
    expect(new Set(await rows('eva'))).toEqual(new Set([`${customer.folder} true`, `${own} false`]));
    expect(await rows('ben')).toEqual([`${customer.folder} false`]);
  });
});

describe('many access questions in one call', () => {
  it('are answered in order, for at most a thousand questions', async () => {
    const customer = new Customer(fixture);
    await customer.give('ben', 'technical');
    const [yes, no] = [
      { right: 'technical', productId: customer.hosting },
      { right: 'statistics', productId: customer.hosting },
    ];
    const ask = (questions: object[], as: PersonName = 'ben') =>
      fixture.test.call(
        checkManyAccess,
        { organizationId: customer.organizationId, questions: questions as never },
        customer.as[as],
      );
    expect((await ask([yes, no, yes, { ...yes, productId: id('prd') }])).results).toEqual([true, false, true, false]);
    expect(
      (await ask(Array.from({ length: 1_000 }, (_, index) => (index % 2 ? yes : no)))).results.filter(Boolean),
    ).toHaveLength(500);
    await expect(ask(Array.from({ length: 1_001 }, () => yes))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      errors: [{ pointer: '/questions' }],
    });
    await expect(ask([yes, { ...no, accountId: customer.people.cleo }])).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    expect(
      (
        await ask(
          [
            { ...yes, accountId: customer.people.ben },
            { ...yes, accountId: customer.people.cleo },
          ],
          'admin',
        )
      ).results,
    ).toEqual([true, false]);
  });

  it('from many callers with an outdated cache do not exhaust the connections', async () => {
    const customer = new Customer(fixture);
    for (let round = 0; round < 3; round += 1) {
      const { id: grantId } = await customer.give('ben', 'technical');
      const answers = await Promise.all(Array.from({ length: 80 }, () => customer.explain('ben', 'technical')));
      expect(answers.filter(({ isAllowed }) => isAllowed)).toHaveLength(80);
      await fixture.test.call(endGrant, { organizationId: customer.organizationId, grantId }, customer.as.chief);
    }
  }, 30_000);
});

describe('people with access and access of a person (ACC-2)', () => {
  it('lists every person with their sources, page by page', async () => {
    const customer = new Customer(fixture);
    const many = customer.addCollaborators(5);
    const team = await customer.team('Web', {
      accountIds: [customer.people.ben, ...many],
      grants: hostings('technical'),
    });
    await customer.give('eva', 'technical');
    const page = (cursor?: string) =>
      fixture.test.call(
        listAccessHolders,
        { organizationId: customer.organizationId, right: 'technical', productId: customer.hosting, limit: 3, cursor },
        customer.as.admin,
      );
    const found = [];
    for (let next = await page(); ; next = await page(next.nextCursor ?? undefined)) {
      found.push(...next.data);
      if (!next.nextCursor) break;
    }
    const throughOf = new Map(found.map(({ accountId, through }) => [accountId, through]));
    expect([...throughOf.keys()].sort()).toEqual(
      [customer.people.chief, customer.people.admin, customer.people.ben, customer.people.eva, ...many].sort(),
    );
    expect(throughOf.get(customer.people.admin)).toEqual([{ via: 'role', role: 'administrator' }]);
    expect(throughOf.get(customer.people.ben)).toMatchObject([
      { via: 'grant', holder: { kind: 'team', teamId: team.id }, teams: [{ teamId: team.id, name: 'Web' }] },
    ]);
    const codeOf = (input: object, as: PersonName = 'admin') =>
      fixture.test.codeOf(
        listAccessHolders,
        { organizationId: customer.organizationId, right: 'technical', productId: customer.hosting, ...input },
        customer.as[as],
      );
    expect([
      await codeOf({}, 'ben'),
      await codeOf({ productId: id('prd') }),
      await codeOf({ resourceId: customer.folder }),
    ]).toEqual(['PERMISSION_DENIED', 'PRODUCT_NOT_FOUND', 'RESOURCE_NOT_FOUND']);
  });

  it('lists the products of a person, with the resources that differ', async () => {
    const customer = new Customer(fixture);
    await customer.give('ben', 'user', { kind: 'product', productId: customer.drive });
    await customer.give('ben', 'change', { kind: 'resource', productId: customer.drive, resourceId: customer.folder });
    await customer.give('ben', 'technical', { kind: 'product_type', type: 'web_hosting' });
    const of = (who: PersonName, as: PersonName = who) =>
      fixture.test.call(
        listPersonAccess,
        { organizationId: customer.organizationId, accountId: customer.people[who] },
        customer.as[as],
      );
    const rows = (await of('ben')).data;
    expect(rows).toHaveLength(3);
    expect(
      rows.map(({ name, resource, rights, isByRole }) => [name, resource?.resourceId ?? null, rights, isByRole]),
    ).toEqual(
      expect.arrayContaining([
        ['secret-drive', null, ['user'], false],
        ['secret-drive', customer.folder, ['change', 'user', 'view'], false],
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
        { organizationId: customer.organizationId, accountId: customer.people.ben },
        customer.as.cleo,
      ),
    ).toBe('PERMISSION_DENIED');
    expect(
      await fixture.test.codeOf(
        listPersonAccess,
        { organizationId: customer.organizationId, accountId: id('acc') },
        customer.as.admin,
      ),
    ).toBe('PERSON_NOT_FOUND');
  });

  it('ends a page before it exceeds the message size, and continues with the next', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const sold = Array.from({ length: 99 }, (_, index) => ({
      productId: id('prd'),
      type: 'web_hosting',
      name: `${index}.example`,
      resources: [],
    }));
    customer.products.push(...sold);
    fixture.test.snapshotChanged('products', organizationId);
    // Ten nested teams: a grant of the topmost team has ten paths with 55 names.
    const teams: Awaited<ReturnType<typeof customer.team>>[] = [];
    for (let depth = 0; depth < 10; depth += 1)
      teams.push(
        await customer.team(`${depth}${'界'.repeat(254)}`, {
          parentId: teams.at(-1)?.id ?? null,
          accountIds: [people.ben],
        }),
      );
    await customer.give({ kind: 'team', teamId: teams[0]!.id }, 'technical', {
      kind: 'product_type',
      type: 'web_hosting',
    });
    await customer.give({ kind: 'team', teamId: teams[0]!.id }, 'statistics', {
      kind: 'product_type',
      type: 'web_hosting',
    });
    const ask = (cursor?: string) =>
      fixture.test.call(listPersonAccess, { organizationId, limit: 200, cursor }, customer.as.ben);
    const pages = [await ask()];
    while (pages.at(-1)!.nextCursor) pages.push(await ask(pages.at(-1)!.nextCursor!));
    expect(Math.max(...pages.map((page) => JSON.stringify(page).length))).toBeLessThan(2_000_000);
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flatMap(({ data }) => data.map(({ productId }) => productId))).toEqual(
      [customer.hosting, ...sold.map(({ productId }) => productId)].sort(),
    );
  });

  it('lists the grants of a team and its parents, for members and for people who manage teams', async () => {
    const customer = new Customer(fixture);
    const all = await customer.team('All', { grants: hostings('statistics') });
    const web = await customer.team('Web', {
      parentId: all.id,
      accountIds: [customer.people.ben],
      grants: [{ object: { kind: 'product', productId: customer.drive }, rights: ['user'], endsAt: null }],
    });
    const of = (as: PersonName, teamId = web.id) =>
      fixture.test.call(describeTeamAccess, { organizationId: customer.organizationId, teamId }, customer.as[as]);
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
        { organizationId: customer.organizationId, teamId: web.id },
        customer.as.cleo,
      ),
    ).toBe('TEAM_NOT_FOUND');
    expect(
      await fixture.test.codeOf(
        describeTeamAccess,
        { organizationId: customer.organizationId, teamId: id('team') },
        customer.as.admin,
      ),
    ).toBe('TEAM_NOT_FOUND');
  });

  it('answers about the past with the team names of that time, after renames, moves and ends', async () => {
    const customer = new Customer(fixture);
    const { organizationId } = customer;
    const all = await customer.team('All', { grants: hostings('technical') });
    const web = await customer.team('Web', {
      parentId: all.id,
      parentEndsAt: fixture.inHours(5),
      accountIds: [customer.people.ben],
    });
    const rename = (teamId: `team_${string}`, name: string) =>
      fixture.test.call(changeTeam, { organizationId, teamId, name }, customer.as.chief);
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
      async () => (await customer.teams()).find(({ id: teamId }) => teamId === web.id)!.parentId === null,
      'the end of the parent period',
    );
    await customer.move(web.id, all.id);
    nextHour();
    await rename(web.id, 'Web');
    const explain = async (at?: string) => {
      const { chains, text } = await fixture.test.call(
        explainAccess,
        {
          organizationId,
          accountId: customer.people.ben,
          right: 'technical',
          productId: customer.hosting,
          ...(at ? { at } : {}),
        },
        customer.as.chief,
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
    const customer = new Customer(fixture);
    const ask = (at: string) =>
      fixture.test.codeOf(
        explainAccess,
        { organizationId: customer.organizationId, right: 'technical', productId: customer.hosting, at },
        customer.as.ben,
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
