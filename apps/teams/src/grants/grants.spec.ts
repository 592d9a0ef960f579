import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { productTypeChanged, type TypeValues } from '@cordee/contracts/products/product-type';
import { endGrant, giveGrant, giveGrants, listGrants, previewGrant } from '@cordee/contracts/teams/grant';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import { createTeam } from '@cordee/contracts/teams/team';
import { uuid } from '@cordee/testing/test-service';
import { Customer, hostingGrants, id, productType, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

describe('grants', () => {
  it('exist once, even after concurrent calls, and remain stored after their end', async () => {
    const customer = new Customer(fixture);
    const grants = await Promise.all(
      [1, 2, 3].map(() =>
        customer.give('ben', 'technical', { kind: 'product', productId: customer.hosting }, { reason: 'relaunch' }),
      ),
    );
    expect(new Set(grants.map((grant) => grant.id)).size).toBe(1);
    const { id: grantId } = grants[0]!;
    expect(grants[0]).toMatchObject({
      holder: customer.holderFor('ben'),
      right: 'technical',
      givenBy: customer.people.chief,
      endsAt: null,
      endedAt: null,
      endedBy: null,
      reason: 'relaunch',
    });
    expect(await fixture.eventsOf(grantId)).toHaveLength(1);
    // The second call changes nothing.
    for (let call = 1; call <= 2; call += 1)
      await fixture.test.call(endGrant, { organizationId: customer.organizationId, grantId }, customer.as.chief);
    expect(await customer.may('ben', 'technical')).toBe(false);
    expect((await fixture.eventsOf(grantId)).map(({ type, event }) => [type, event.organizationid])).toEqual([
      ['teams.grant.given', customer.organizationId],
      ['teams.grant.ended', customer.organizationId],
    ]);
    expect((await customer.give('ben', 'technical')).id).not.toBe(grantId);
    expect(await customer.listGrants({ includeEnded: 'true' })).toMatchObject([
      { id: grantId, endedBy: customer.people.chief },
      { endedAt: null },
    ]);
  });

  it('with a planned end have no effect after this end, and the end is recorded', async () => {
    const customer = new Customer(fixture);
    const grant = await customer.give(
      'cleo',
      'technical',
      { kind: 'product', productId: customer.hosting },
      { endsAt: fixture.inHours(2) },
    );
    expect(await customer.may('cleo', 'technical')).toBe(true);
    fixture.advanceHours(3);
    expect(await customer.may('cleo', 'technical')).toBe(false);
    await fixture.test.until(
      async () => (await fixture.eventTypesOf(grant.id)).includes('ended'),
      'the end of the grant',
    );
    expect(
      await fixture.test.rows(`select ended_at = ends_at as on_time from access_grant where id = $1`, [uuid(grant.id)]),
    ).toEqual([{ on_time: true }]);
    expect((await customer.give('cleo', 'technical')).id).not.toBe(grant.id);
  });

  it('of a person and of their team end separately (C-TEAM-02)', async () => {
    const customer = new Customer(fixture);
    await customer.createTeam('Web', { accountIds: [customer.people.ben], grants: hostingGrants('technical') });
    const direct = await customer.give('ben', 'technical');
    expect((await customer.explain('ben', 'technical')).chains).toHaveLength(2);
    await fixture.test.call(
      endGrant,
      { organizationId: customer.organizationId, grantId: direct.id },
      customer.as.chief,
    );
    expect(await customer.explain('ben', 'technical')).toMatchObject({
      isAllowed: true,
      chains: [{ via: 'grant', holder: { kind: 'team' }, teams: [{ name: 'Web' }] }],
    });
  });

  it('give no right while the product is blocked, except to an administrator (C-TEAM-10)', async () => {
    const customer = new Customer(fixture);
    const { ben, eva } = customer.people;
    await customer.createTeam('Web', { accountIds: [ben, eva], grants: hostingGrants('technical') });
    const allowedPeople = async (isBlocked: boolean) => {
      customer.putProduct({ productId: customer.hosting, type: 'web_hosting', name: 'a', isBlocked });
      return Promise.all((['ben', 'eva', 'admin'] as const).map((who) => customer.may(who, 'technical')));
    };
    expect(await allowedPeople(true)).toEqual([false, false, true]);
    expect(await allowedPeople(false)).toEqual([true, true, true]);
    expect(await customer.listGrants()).toHaveLength(1);
  });

  it('give an external at most the right `change` on a drive folder, not `manage` (C-TEAM-11)', async () => {
    const customer = new Customer(fixture);
    const { ben, eva } = customer.people;
    const object: GrantObject = { kind: 'resource', productId: customer.drive, resourceId: customer.folder };
    await customer.createTeam('Files', { accountIds: [ben, eva], grants: [{ object, rights: ['manage'] }] });
    const levels = ['view', 'change', 'manage'];
    expect(await customer.allowedRights('ben', levels, customer.drive, customer.folder)).toEqual(levels);
    expect(await customer.allowedRights('eva', levels, customer.drive, customer.folder)).toEqual(['view', 'change']);
    await expect(customer.give('ben', 'flying')).rejects.toMatchObject({
      code: 'RIGHT_UNKNOWN',
      errors: [{ pointer: '/right' }],
    });
    await expect(customer.give('eva', 'manage', { kind: 'product', productId: customer.drive })).rejects.toMatchObject({
      code: 'RIGHT_NOT_FOR_EXTERNALS',
      errors: [{ pointer: '/right' }],
    });
  });

  it('to the organization exclude externals; grants to a team include externals (C-ROL-18, C-ROL-19)', async () => {
    const customer = new Customer(fixture);
    const { eva } = customer.people;
    await customer.give({ kind: 'organization' }, 'technical');
    await customer.createTeam('Web', { accountIds: [eva], grants: hostingGrants('statistics') });
    const rights = async () => [
      await customer.may('ben', 'technical'),
      await customer.allowedRights('eva', ['technical', 'statistics']),
    ];
    expect(await rights()).toEqual([true, ['statistics']]);
    customer.changeMember(eva, { role: 'collaborator' });
    expect(await rights()).toEqual([true, ['technical', 'statistics']]);
    customer.changeMember(eva, { role: 'external' });
    expect(await rights()).toEqual([true, ['statistics']]);
  });

  it.each([
    ['collaborator', 'ben', 'PERMISSION_DENIED'],
    ['external', 'eva', 'PERMISSION_DENIED'],
    ['administrator', 'admin', 'ok'],
  ] as const)('can be created and previewed only by people who manage teams: the role %s', async (_, who, code) => {
    const customer = new Customer(fixture);
    const input = {
      organizationId: customer.organizationId,
      holder: customer.holderFor('ben'),
      object: { kind: 'product' as const, productId: customer.hosting },
      right: 'technical',
    };
    expect(await fixture.test.codeOf(giveGrant, input, customer.as[who])).toBe(code);
    expect(
      await fixture.test.codeOf(
        giveGrants,
        { organizationId: customer.organizationId, grants: [input] },
        customer.as[who],
      ),
    ).toBe(code);
    expect(await fixture.test.codeOf(previewGrant, input, customer.as[who])).toBe(code);
    expect(
      await fixture.test.codeOf(createTeam, { organizationId: customer.organizationId, name: 'T' }, customer.as[who]),
    ).toBe(code);
  });
});

describe('bulk grants', () => {
  it('return one result per row and are idempotent', async () => {
    const customer = new Customer(fixture);
    const team = await customer.createTeam('Web');
    const existing = await customer.give('cleo', 'technical');
    const product: GrantObject = { kind: 'product', productId: customer.hosting };
    const row = (holder: GrantHolder, right: string, object: GrantObject = product, options: object = {}) => ({
      holder,
      object,
      right,
      ...options,
    });
    const input = {
      organizationId: customer.organizationId,
      grants: [
        row(customer.holderFor('ben'), 'technical'),
        row(customer.holderFor('cleo'), 'technical'),
        row({ kind: 'team', teamId: team.id }, 'statistics'),
        row({ kind: 'team', teamId: id('team') }, 'statistics'),
        row({ kind: 'account', accountId: id('acc') }, 'technical'),
        row(customer.holderFor('ben'), 'flying'),
        row(customer.holderFor('ben'), 'technical'),
        row(customer.holderFor('ben'), 'statistics', product, { endsAt: fixture.inHours(-1) }),
        row({ kind: 'organization' }, 'view', {
          kind: 'resource',
          productId: customer.hosting,
          resourceId: customer.folder,
        }),
        row(customer.holderFor('eva'), 'manage', {
          kind: 'resource',
          productId: customer.drive,
          resourceId: customer.folder,
        }),
      ],
    };
    const { results } = await fixture.test.call(giveGrants, input, customer.as.chief);
    const refused = (code: string, pointer: string) => ({ status: 'refused', error: { code, pointer } });
    expect(results).toMatchObject([
      { index: 0, status: 'given' },
      { index: 1, status: 'already_given', id: existing.id },
      { status: 'given' },
      refused('TEAM_NOT_FOUND', '/grants/3/holder/teamId'),
      refused('PERSON_UNKNOWN', '/grants/4/holder/accountId'),
      refused('RIGHT_UNKNOWN', '/grants/5/right'),
      { status: 'already_given', id: results[0]!.id },
      refused('GRANT_ENDS_IN_PAST', '/grants/7/endsAt'),
      refused('RESOURCE_NOT_FOUND', '/grants/8/object/resourceId'),
      refused('RIGHT_NOT_FOR_EXTERNALS', '/grants/9/right'),
    ]);
    expect(await customer.listGrants()).toHaveLength(3);
    const eventCount = (await customer.listEvents()).length;
    expect(
      (await fixture.test.call(giveGrants, input, customer.as.chief)).results.filter(
        ({ status }) => status === 'given',
      ),
    ).toEqual([]);
    expect((await customer.listEvents()).length).toBe(eventCount);
  });
});

describe('a grant preview (C-TEAM-08)', () => {
  const preview = (customer: Customer, object: GrantObject, right: string, holder?: GrantHolder) =>
    fixture.test.call(
      previewGrant,
      { organizationId: customer.organizationId, object, right, ...(holder ? { holder } : {}) },
      customer.as.chief,
    );

  it('shows that a grant on a product type covers later products, and a grant on a product does not', async () => {
    const customer = new Customer(fixture);
    const type: GrantObject = { kind: 'product_type', type: 'web_hosting' };
    const product: GrantObject = { kind: 'product', productId: customer.hosting };
    const coveredProducts = [{ productId: customer.hosting, type: 'web_hosting', name: 'secret-hosting.example' }];
    expect(await preview(customer, type, 'technical')).toEqual({
      productCount: 1,
      products: coveredProducts,
      isCoveringLater: true,
      people: null,
    });
    expect(await preview(customer, product, 'technical')).toEqual({
      productCount: 1,
      products: coveredProducts,
      isCoveringLater: false,
      people: null,
    });
    await customer.give('ben', 'technical', type);
    await customer.give('cleo', 'technical', product);
    const laterProduct = id('prd');
    customer.putProduct({ productId: laterProduct, type: 'web_hosting', name: 'b' });
    expect([
      await customer.may('ben', 'technical', laterProduct),
      await customer.may('cleo', 'technical', laterProduct),
      await customer.may('cleo', 'technical'),
    ]).toEqual([true, false, true]);
    expect(await preview(customer, type, 'technical')).toMatchObject({ productCount: 2, isCoveringLater: true });
  });

  it('counts the people, and lists the externals who get a narrower right', async () => {
    const customer = new Customer(fixture);
    const { chief, admin, ben, cleo, eva } = customer.people;
    const folder: GrantObject = { kind: 'resource', productId: customer.drive, resourceId: customer.folder };
    const parent = await customer.createTeam('Parent', { accountIds: [cleo] });
    await customer.createTeam('Child', { parentId: parent.id, accountIds: [ben, eva] });
    const otherTeam = await customer.createTeam('Other', { accountIds: [ben, eva] });
    const people = async (holder: GrantHolder, right = 'manage') =>
      (await preview(customer, folder, right, holder)).people;
    const teamHolder = { kind: 'team' as const, teamId: parent.id };
    expect(await people(teamHolder)).toEqual({
      count: 3,
      accountIds: expect.arrayContaining([ben, cleo, eva]),
      cappedAccountIds: [eva],
    });
    expect(await people(teamHolder, 'change')).toMatchObject({ count: 3, cappedAccountIds: [] });
    expect(await people({ kind: 'organization' })).toEqual({
      count: 4,
      accountIds: expect.arrayContaining([chief, admin, ben, cleo]),
      cappedAccountIds: [],
    });
    customer.changeMember(cleo, { isBlocked: true });
    expect(await people(teamHolder)).toMatchObject({ count: 2 });
    expect(await people({ kind: 'team', teamId: otherTeam.id })).toMatchObject({ count: 2 });
    await expect(people({ kind: 'team', teamId: id('team') })).rejects.toMatchObject({
      code: 'TEAM_NOT_FOUND',
      errors: [{ pointer: '/holder/teamId' }],
    });
    await expect(people(customer.holderFor('eva'))).rejects.toMatchObject({ code: 'RIGHT_NOT_FOR_EXTERNALS' });
    expect(await customer.listGrants()).toEqual([]);
  });
});

describe('the list of grants', () => {
  it('is paged and filtered by holder, object and right', async () => {
    const customer = new Customer(fixture);
    const team = await customer.createTeam('Web', { grants: hostingGrants('technical', 'statistics') });
    await customer.give('ben', 'technical');
    await customer.give({ kind: 'organization' }, 'view', {
      kind: 'resource',
      productId: customer.drive,
      resourceId: customer.folder,
    });
    await customer.give('cleo', 'user', { kind: 'product', productId: customer.drive });
    const rights = async (filter: Parameters<Customer['listGrants']>[0]) =>
      (await customer.listGrants(filter)).map(({ right }) => right).sort();
    expect(await rights({ holder: team.id })).toEqual(['statistics', 'technical']);
    expect(await rights({ holder: customer.people.ben })).toEqual(['technical']);
    expect(await rights({ holder: 'organization' })).toEqual(['view']);
    expect(await rights({ object: customer.drive })).toEqual(['user']);
    expect(await rights({ object: customer.folder })).toEqual(['view']);
    expect(await rights({ object: 'web_hosting' })).toEqual(['statistics', 'technical']);
    expect(await rights({ right: 'technical' })).toEqual(['technical', 'technical']);
    expect(await rights({ object: 'web_hosting', holder: customer.people.ben })).toEqual([]);
    const listedIds: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { data, nextCursor } = await fixture.test.call(
        listGrants,
        { organizationId: customer.organizationId, limit: 2, ...(cursor ? { cursor } : {}) },
        customer.as.chief,
      );
      listedIds.push(...data.map((grant) => grant.id));
      cursor = nextCursor;
    }
    expect(listedIds).toEqual((await customer.listGrants()).map((grant) => grant.id));
    expect(listedIds).toHaveLength(5);
    expect(
      await fixture.test.codeOf(
        listGrants,
        { organizationId: customer.organizationId, cursor: 'x' },
        customer.as.chief,
      ),
    ).toBe('CURSOR_INVALID');
  });

  it('shows a member who does not manage teams only the active grants that apply to the member', async () => {
    const customer = new Customer(fixture);
    const parent = await customer.createTeam('Parent', { grants: hostingGrants('statistics') });
    await customer.createTeam('Child', { parentId: parent.id, accountIds: [customer.people.ben] });
    await customer.give('cleo', 'technical');
    await customer.give({ kind: 'organization' }, 'user', { kind: 'product', productId: customer.drive });
    const rights = async (who: 'ben' | 'cleo') =>
      (await fixture.test.call(listGrants, { organizationId: customer.organizationId }, customer.as[who])).data.map(
        ({ right }) => right,
      );
    expect([await rights('ben'), await rights('cleo')]).toEqual([
      ['statistics', 'user'],
      ['technical', 'user'],
    ]);
    expect(
      await fixture.test.codeOf(
        listGrants,
        { organizationId: customer.organizationId, includeEnded: 'true' },
        customer.as.ben,
      ),
    ).toBe('PERMISSION_DENIED');
  });
});

describe('the catalogue (PROD-1)', () => {
  /** The reaction ignores the values of the product type: it loads the catalogue again. */
  const values: TypeValues = {
    name: 'x',
    translatedNames: {},
    vatClass: 'standard',
    canOrderWarranty: true,
    blockedStatus: 'blocked',
    firstResourceKind: null,
    productRights: [],
    resourceRights: [],
  };
  /** Replaces the stubbed catalogue and publishes the change. */
  const changeCatalogue = async (...types: typeof fixture.catalogue) => {
    fixture.catalogue = types;
    await fixture.test.publishEvent(productTypeChanged, { type: 'web_hosting', before: values, after: values });
  };

  it('is reloaded after a change: new rights can be granted at once, and retired rights cannot', async () => {
    const customer = new Customer(fixture);
    await customer.give('ben', 'technical');
    // The first product type of the stubbed catalogue is web_hosting.
    const [hostingType, ...otherTypes] = fixture.catalogue;
    const codeOf = (right: string) =>
      fixture.test.codeOf(
        giveGrant,
        {
          organizationId: customer.organizationId,
          holder: customer.holderFor('ben'),
          object: { kind: 'product', productId: customer.hosting },
          right,
        },
        customer.as.chief,
      );
    expect(await codeOf('backups')).toBe('RIGHT_UNKNOWN');
    await changeCatalogue(productType('web_hosting', ['statistics', 'backups']), ...otherTypes);
    expect([await codeOf('backups'), await codeOf('technical')]).toEqual(['ok', 'RIGHT_UNKNOWN']);
    // Existing grants remain.
    expect(await customer.may('ben', 'technical')).toBe(true);
    await changeCatalogue(hostingType!, ...otherTypes);
    expect(await codeOf('technical')).toBe('ok');
  });

  it('allows rights on resources of a retired kind', async () => {
    const customer = new Customer(fixture);
    expect(
      await customer.give({ kind: 'organization' }, 'view', {
        kind: 'resource',
        productId: customer.drive,
        resourceId: customer.retiredKindResource,
      }),
    ).toMatchObject({ right: 'view' });
  });
});
