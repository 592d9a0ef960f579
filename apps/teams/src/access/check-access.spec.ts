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
import { Customer, hostingGrants, id, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

describe('answers to access questions', () => {
  it('require the permission to manage people, except for questions about the caller', async () => {
    const customer = new Customer(fixture);
    const input = (subject?: PersonName) => ({
      organizationId: customer.organizationId,
      right: 'technical',
      productId: customer.hosting,
      ...(subject ? { accountId: customer.people[subject] } : {}),
    });
    const codeFor = (caller: PersonName, subject?: PersonName) =>
      fixture.test.codeOf(explainAccess, input(subject), customer.as[caller]);
    expect([
      await codeFor('ben'),
      await codeFor('ben', 'ben'),
      await codeFor('eva'),
      await codeFor('admin', 'cleo'),
    ]).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect([await codeFor('ben', 'cleo'), await codeFor('eva', 'ben')]).toEqual([
      'PERMISSION_DENIED',
      'PERMISSION_DENIED',
    ]);
    expect(await fixture.test.codeOf(checkAccess, input('cleo'), customer.as.ben)).toBe('PERMISSION_DENIED');
    // An organization to which the caller does not belong and an unknown organization get the same answer.
    for (const organizationId of [new Customer(fixture).organizationId, id('org')])
      expect(await fixture.test.codeOf(checkAccess, { ...input(), organizationId }, customer.as.ben)).toBe(
        'ORGANIZATION_NOT_FOUND',
      );
  });

  it('explain a right in sentences, with the giver and the date of the grant', async () => {
    const customer = new Customer(fixture);
    await customer.createTeam('Web', { accountIds: [customer.people.ben], grants: hostingGrants('technical') });
    const { text, chains } = await customer.explain('ben', 'technical');
    expect(text).toMatch(
      /^Access is allowed\. The right was given to the team “Web” on \d+ \w+ \d{4} by Name of legal_representative\.$/,
    );
    expect(chains).toMatchObject([{ via: 'grant', right: 'technical', givenBy: customer.people.chief }]);
    expect((await customer.explain('admin', 'technical')).text).toBe(
      'Access is allowed. The role of administrator gives this right on every product.',
    );
    // No role gives a right that opens content, such as `read`.
    expect(await customer.explain('admin', 'read', customer.as.chief, customer.drive)).toMatchObject({
      isAllowed: false,
      refusal: 'no_grant',
      chains: [],
    });
    const frenchCall = {
      causedBy: {
        language: 'fr' as const,
        requestId: 'r',
        traceparent: undefined,
        token: undefined,
        reason: undefined,
      },
    };
    const frenchExplanation = await fixture.test.call(
      explainAccess,
      { organizationId: customer.organizationId, right: 'technical', productId: customer.hosting },
      customer.as.ben,
      frenchCall,
    );
    expect(frenchExplanation.text).toMatch(/^L’accès est autorisé\. Le droit a été donné à l’équipe « Web » le /);
  });

  it('deny a right that the product type does not have, even to an administrator', async () => {
    const customer = new Customer(fixture);
    const questionAbout = (right: string, productId = customer.hosting) => ({
      organizationId: customer.organizationId,
      accountId: customer.people.admin,
      right,
      productId,
    });
    const check = async (right: string, productId?: `prd_${string}`) =>
      (await fixture.test.call(checkAccess, questionAbout(right, productId), customer.as.chief)).isAllowed;
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
    // The access cache of a service gives the same answers.
    expect(await customer.allowedRights('admin', ['technical', 'banana', 'ticket_control'])).toEqual(['technical']);
    expect(await customer.explain('admin', 'banana')).toMatchObject({
      isAllowed: false,
      refusal: 'right_unknown',
      chains: [],
      text: 'Products of this type do not have this right.',
    });
    const { accountId: _, ...question } = questionAbout('banana');
    expect((await fixture.test.call(listAccessHolders, question, customer.as.chief)).data).toEqual([]);
  });

  it('allow the owner of a folder every right in the list of their rights', async () => {
    const customer = new Customer(fixture);
    customer.putProduct({
      productId: customer.drive,
      type: 'drive',
      name: 'd',
      resources: [{ resourceId: customer.folder, kind: 'folder', ownerAccountId: customer.people.ben }],
    });
    const target = { organizationId: customer.organizationId, productId: customer.drive, resourceId: customer.folder };
    // The first row is the drive.
    const [, folderRow] = (
      await fixture.test.call(listPersonAccess, { organizationId: customer.organizationId }, customer.as.ben)
    ).data;
    for (const right of folderRow!.rights)
      expect([right, (await fixture.test.call(checkAccess, { ...target, right }, customer.as.ben)).isAllowed]).toEqual([
        right,
        true,
      ]);
    expect(folderRow!.rights).toContain('read');
  });

  it('contain only the paths that give the right: the path through the child team without a restriction', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const parent = await customer.createTeam('Parent', {
      grants: [{ object: { kind: 'product', productId: customer.drive }, rights: ['change'] }],
    });
    const restricted = await customer.createTeam('Restricted', { parentId: parent.id, accountIds: [people.ben] });
    await customer.createTeam('Unrestricted', { parentId: parent.id, accountIds: [people.ben] });
    /** With the right null, the team inherits no right. */
    const restrict = (teamId: `team_${string}`, resourceId: `res_${string}`, right: string | null) =>
      fixture.test.call(
        restrictResource,
        { organizationId, productId: customer.drive, resourceId, holder: { kind: 'team', teamId }, right },
        customer.as.chief,
      );
    await restrict(restricted.id, customer.folder, null);
    await restrict(parent.id, customer.innerFolder, 'view');
    const { chains } = await fixture.test.call(
      explainAccess,
      {
        organizationId,
        accountId: people.ben,
        right: 'view',
        productId: customer.drive,
        resourceId: customer.innerFolder,
      },
      customer.as.chief,
    );
    expect(
      chains.map((chain) => (chain.via === 'grant' ? chain.teams.map(({ name }) => name).join(' in ') : chain.via)),
    ).toEqual(['Unrestricted in Parent']);
  });

  it('list a resource without remaining rights only for callers who manage people', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    await customer.give('ben', 'manage', { kind: 'product', productId: customer.drive });
    await fixture.test.call(
      restrictResource,
      {
        organizationId,
        productId: customer.drive,
        resourceId: customer.innerFolder,
        holder: customer.holderFor('ben'),
      },
      customer.as.chief,
    );
    const rows = async (as: Caller) =>
      (await fixture.test.call(listPersonAccess, { organizationId, accountId: people.ben }, as)).data.map(
        ({ resource, rights }) => [resource?.resourceId ?? null, rights],
      );
    const driveRow = [null, ['change', 'manage', 'view']];
    expect([await rows(customer.as.chief), await rows(customer.as.ben)]).toEqual([
      [driveRow, [customer.innerFolder, []]],
      [driveRow],
    ]);
    // A restriction on an administrator removes the granted rights, but not the access by role.
    await customer.give('admin', 'manage', { kind: 'product', productId: customer.drive });
    await fixture.test.call(
      restrictResource,
      {
        organizationId,
        productId: customer.drive,
        resourceId: customer.innerFolder,
        holder: customer.holderFor('admin'),
      },
      customer.as.chief,
    );
    const adminRow = (
      await fixture.test.call(listPersonAccess, { organizationId, accountId: people.admin }, customer.as.chief)
    ).data.find(({ resource }) => resource?.resourceId === customer.innerFolder);
    expect(adminRow).toMatchObject({ isByRole: true, rights: [], through: [{ via: 'role', role: 'administrator' }] });
  });

  it('do not reveal names of teams and products that the caller cannot see (C-TEAM-17)', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const ownTeam = await customer.createTeam('Own', { accountIds: [ben] });
    await customer.createTeam('Hidden sister', { accountIds: [cleo], grants: hostingGrants('statistics') });
    await customer.createTeam('Hidden child', {
      parentId: ownTeam.id,
      accountIds: [cleo],
      grants: hostingGrants('statistics'),
    });
    const asBen: Caller = customer.as.ben;
    const denied = await customer.explain('ben', 'statistics', asBen);
    expect(denied).toMatchObject({
      isAllowed: false,
      chains: [],
      refusal: 'no_grant',
      text: 'Access is not allowed: the person was not given this right.',
    });
    // The name of every product of the customer contains `secret`.
    expect(JSON.stringify(denied)).not.toMatch(/Hidden|secret/);
    // An existing product and an unknown product get the same answer when the caller may see neither product.
    const [hiddenProduct, unknownProduct] = [
      await customer.explain('ben', 'user', asBen, customer.drive),
      await customer.explain('ben', 'user', asBen, id('prd')),
    ];
    expect(unknownProduct).toEqual({ ...hiddenProduct, at: unknownProduct.at });
    expect(await customer.explain('ben', 'user', customer.as.chief, id('prd'))).toMatchObject({
      refusal: 'product_unknown',
    });
  });

  it('include the grants of parent teams in the explanation and in every list', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const parent = await customer.createTeam('Direction');
    const web = await customer.createTeam('Web', { parentId: parent.id, accountIds: [people.ben] });
    await customer.give(
      { kind: 'team', teamId: parent.id },
      'technical',
      { kind: 'product', productId: customer.hosting },
      { reason: 'for the move' },
    );
    const explanation = await customer.explain('ben', 'technical', customer.as.ben);
    expect(explanation).toMatchObject({
      chains: [{ teams: [{ name: 'Web' }, { name: 'Direction' }], givenBy: people.chief, reason: 'for the move' }],
    });
    expect(explanation).toMatchObject({ ...(await customer.explain('ben', 'technical')), at: explanation.at });
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

  it('hide the name, giver and reason of a grant to a parent team that the caller no longer sees', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const parent = await customer.createTeam('Direction');
    const web = await customer.createTeam('Web', { parentId: parent.id, accountIds: [people.ben] });
    await customer.give(
      { kind: 'team', teamId: parent.id },
      'technical',
      { kind: 'product', productId: customer.hosting },
      { reason: 'for the move' },
    );
    const beforeMove = fixture.inHours(0);
    fixture.advanceHours(1);
    // After the move, Ben does not see the parent team any more.
    await customer.moveTeam(web.id, null);
    const explanation = await fixture.test.call(
      explainAccess,
      { organizationId, right: 'technical', productId: customer.hosting, at: beforeMove },
      customer.as.ben,
    );
    expect(explanation).toMatchObject({
      isAllowed: true,
      chains: [{ teams: [{ name: 'Web' }], givenBy: null, reason: null }],
    });
    expect(explanation.text).toContain('a parent team');
    expect(JSON.stringify(explanation)).not.toContain('Direction');
  });

  it('tell externals that they may delete only their own files (C-TEAM-11)', async () => {
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
    expect(text).toContain('may delete only their own files');
  });

  it('contain isOwnFilesOnly, which is true only for externals (C-TEAM-11)', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const folder = { productId: customer.drive, resourceId: customer.folder };
    const ownFolder = id('res');
    customer.putProduct({
      ...customer.findProduct(customer.drive),
      resources: [
        ...customer.findProduct(customer.drive).resources!,
        { resourceId: ownFolder, kind: 'folder', parentId: customer.folder, ownerAccountId: people.eva },
      ],
    });
    for (const name of ['ben', 'eva'] as const) await customer.give(name, 'change', { kind: 'resource', ...folder });
    const questionAbout = (name: PersonName, right = 'change', resourceId = customer.folder) => ({
      accountId: people[name],
      right,
      productId: customer.drive,
      resourceId,
    });
    const questions = [
      questionAbout('ben'),
      questionAbout('eva'),
      questionAbout('eva', 'view'),
      questionAbout('eva', 'change', customer.retiredKindResource),
      questionAbout('eva', 'change', ownFolder),
      questionAbout('eva', 'change', customer.innerFolder),
    ];
    const singleAnswers = await Promise.all(
      questions.map(
        async (question) =>
          (await fixture.test.call(checkAccess, { organizationId, ...question }, customer.as.chief)).isOwnFilesOnly,
      ),
    );
    expect(singleAnswers).toEqual([false, true, false, false, false, true]);
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
    expect(new Set(await rows('eva'))).toEqual(new Set([`${customer.folder} true`, `${ownFolder} false`]));
    expect(await rows('ben')).toEqual([`${customer.folder} false`]);
  });
});

describe('many access questions', () => {
  it('in one call are answered in order; a call has at most a thousand questions', async () => {
    const customer = new Customer(fixture);
    await customer.give('ben', 'technical');
    const [allowedQuestion, deniedQuestion] = [
      { right: 'technical', productId: customer.hosting },
      { right: 'statistics', productId: customer.hosting },
    ];
    const ask = (questions: object[], as: PersonName = 'ben') =>
      fixture.test.call(
        checkManyAccess,
        { organizationId: customer.organizationId, questions: questions as never },
        customer.as[as],
      );
    expect(
      (await ask([allowedQuestion, deniedQuestion, allowedQuestion, { ...allowedQuestion, productId: id('prd') }]))
        .results,
    ).toEqual([true, false, true, false]);
    expect(
      (
        await ask(Array.from({ length: 1_000 }, (_, index) => (index % 2 ? allowedQuestion : deniedQuestion)))
      ).results.filter(Boolean),
    ).toHaveLength(500);
    await expect(ask(Array.from({ length: 1_001 }, () => allowedQuestion))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      errors: [{ pointer: '/questions' }],
    });
    await expect(ask([allowedQuestion, { ...deniedQuestion, accountId: customer.people.cleo }])).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    expect(
      (
        await ask(
          [
            { ...allowedQuestion, accountId: customer.people.ben },
            { ...allowedQuestion, accountId: customer.people.cleo },
          ],
          'admin',
        )
      ).results,
    ).toEqual([true, false]);
  });

  it('of many concurrent calls with an outdated cache do not exhaust the database connections', async () => {
    const customer = new Customer(fixture);
    for (let round = 0; round < 3; round += 1) {
      const { id: grantId } = await customer.give('ben', 'technical');
      const answers = await Promise.all(Array.from({ length: 80 }, () => customer.explain('ben', 'technical')));
      expect(answers.filter(({ isAllowed }) => isAllowed)).toHaveLength(80);
      await fixture.test.call(endGrant, { organizationId: customer.organizationId, grantId }, customer.as.chief);
    }
  }, 30_000);
});

describe('access lists (ACC-2)', () => {
  it('contain every person who has a right, with the sources of the right, page by page', async () => {
    const customer = new Customer(fixture);
    const collaborators = customer.addCollaborators(5);
    const team = await customer.createTeam('Web', {
      accountIds: [customer.people.ben, ...collaborators],
      grants: hostingGrants('technical'),
    });
    await customer.give('eva', 'technical');
    const page = (cursor?: string) =>
      fixture.test.call(
        listAccessHolders,
        { organizationId: customer.organizationId, right: 'technical', productId: customer.hosting, limit: 3, cursor },
        customer.as.admin,
      );
    const holders = [];
    for (let current = await page(); ; current = await page(current.nextCursor ?? undefined)) {
      holders.push(...current.data);
      if (!current.nextCursor) break;
    }
    const throughOf = new Map(holders.map(({ accountId, through }) => [accountId, through]));
    expect([...throughOf.keys()].sort()).toEqual(
      [customer.people.chief, customer.people.admin, customer.people.ben, customer.people.eva, ...collaborators].sort(),
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

  it('contain the products of a person, and the resources on which the person has other rights', async () => {
    const customer = new Customer(fixture);
    await customer.give('ben', 'user', { kind: 'product', productId: customer.drive });
    await customer.give('ben', 'change', { kind: 'resource', productId: customer.drive, resourceId: customer.folder });
    await customer.give('ben', 'technical', { kind: 'product_type', type: 'web_hosting' });
    const accessOf = (subject: PersonName, caller: PersonName = subject) =>
      fixture.test.call(
        listPersonAccess,
        { organizationId: customer.organizationId, accountId: customer.people[subject] },
        customer.as[caller],
      );
    const rows = (await accessOf('ben')).data;
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
    expect((await accessOf('ben', 'admin')).data).toEqual(rows);
    expect((await accessOf('admin')).data.map(({ name, isByRole, through }) => [name, isByRole, through])).toEqual(
      expect.arrayContaining([['secret-hosting.example', true, [{ via: 'role', role: 'administrator' }]]]),
    );
    expect((await accessOf('eva')).data).toEqual([]);
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

  it('end a page before it exceeds the message size, and continue on the next page', async () => {
    const customer = new Customer(fixture);
    const { organizationId, people } = customer;
    const hostingProducts = Array.from({ length: 99 }, (_, index) => ({
      productId: id('prd'),
      type: 'web_hosting',
      name: `${index}.example`,
      resources: [],
    }));
    customer.products.push(...hostingProducts);
    fixture.test.snapshotChanged('products', organizationId);
    // Ten nested teams: a grant of the topmost team has ten paths with 55 names.
    const teams: Awaited<ReturnType<typeof customer.createTeam>>[] = [];
    for (let depth = 0; depth < 10; depth += 1)
      teams.push(
        await customer.createTeam(`${depth}${'界'.repeat(254)}`, {
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
    const page = (cursor?: string) =>
      fixture.test.call(listPersonAccess, { organizationId, limit: 200, cursor }, customer.as.ben);
    const pages = [await page()];
    while (pages.at(-1)!.nextCursor) pages.push(await page(pages.at(-1)!.nextCursor!));
    expect(Math.max(...pages.map((answer) => JSON.stringify(answer).length))).toBeLessThan(2_000_000);
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flatMap(({ data }) => data.map(({ productId }) => productId))).toEqual(
      [customer.hosting, ...hostingProducts.map(({ productId }) => productId)].sort(),
    );
  });

  it('contain the grants of a team and its parents, for members and for people who manage teams', async () => {
    const customer = new Customer(fixture);
    const parent = await customer.createTeam('Parent', { grants: hostingGrants('statistics') });
    const web = await customer.createTeam('Web', {
      parentId: parent.id,
      accountIds: [customer.people.ben],
      grants: [{ object: { kind: 'product', productId: customer.drive }, rights: ['user'], endsAt: null }],
    });
    const teamAccessFor = (caller: PersonName, teamId = web.id) =>
      fixture.test.call(describeTeamAccess, { organizationId: customer.organizationId, teamId }, customer.as[caller]);
    const rows = (await teamAccessFor('ben')).data.map(({ right, from, products, isCoveringLater }) => [
      right,
      from.name,
      products.map(({ name }) => name),
      isCoveringLater,
    ]);
    expect(new Set(rows)).toEqual(
      new Set([
        ['statistics', 'Parent', ['secret-hosting.example'], true],
        ['user', 'Web', ['secret-drive'], false],
      ]),
    );
    expect((await teamAccessFor('admin', parent.id)).data).toHaveLength(1);
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
});

describe('explanations of past access (ACC-2)', () => {
  it('have the team names of the instant, despite later renames, moves and ends of parent periods', async () => {
    const customer = new Customer(fixture);
    const { organizationId } = customer;
    const parent = await customer.createTeam('All', { grants: hostingGrants('technical') });
    const web = await customer.createTeam('Web', {
      parentId: parent.id,
      parentEndsAt: fixture.inHours(5),
      accountIds: [customer.people.ben],
    });
    const rename = (teamId: `team_${string}`, name: string) =>
      fixture.test.call(changeTeam, { organizationId, teamId, name }, customer.as.chief);
    const instants: string[] = [];
    const recordInstant = () => {
      instants.push(fixture.inHours(0));
      fixture.advanceHours(1);
    };
    recordInstant();
    await rename(web.id, 'Net');
    recordInstant();
    await rename(parent.id, 'Everybody');
    fixture.advanceHours(3);
    await fixture.test.until(
      async () => (await customer.listTeams()).find(({ id: teamId }) => teamId === web.id)!.parentId === null,
      'the end of the parent period',
    );
    await customer.moveTeam(web.id, parent.id);
    recordInstant();
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

  it('are available for three years; future instants are rejected', async () => {
    const customer = new Customer(fixture);
    const codeAt = (at: string) =>
      fixture.test.codeOf(
        explainAccess,
        { organizationId: customer.organizationId, right: 'technical', productId: customer.hosting, at },
        customer.as.ben,
      );
    const now = fixture.test.process.clock.now();
    /** A negative count gives an instant in the future. */
    const yearsAgo = (count: number, { plusMilliseconds = 0 } = {}) =>
      new Date(
        Date.UTC(
          now.getUTCFullYear() - count,
          now.getUTCMonth(),
          now.getUTCDate(),
          now.getUTCHours(),
          now.getUTCMinutes(),
          now.getUTCSeconds(),
          now.getUTCMilliseconds() + plusMilliseconds,
        ),
      ).toISOString();
    // The minute allows for the time until the call.
    expect([
      await codeAt(yearsAgo(-1)),
      await codeAt(yearsAgo(3, { plusMilliseconds: 60_000 })),
      await codeAt(yearsAgo(3, { plusMilliseconds: -1 })),
    ]).toEqual(['INSTANT_IN_FUTURE', 'ok', 'BEYOND_RETENTION']);
  });
});
