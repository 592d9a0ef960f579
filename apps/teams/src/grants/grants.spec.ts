import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { productTypeChanged, type TypeValues } from '@cordee/contracts/products/product-type';
import { endGrant, giveGrant, giveGrants, listGrants, previewGrant } from '@cordee/contracts/teams/grant';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import { createTeam } from '@cordee/contracts/teams/team';
import { uuid } from '@cordee/testing/test-service';
import { Customer, hostings, id, productType, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

describe('grants', () => {
  it('exist once, also for concurrent calls, and remain on record after their end', async () => {
    const one = new Customer(fixture);
    const given = await Promise.all(
      [1, 2, 3].map(() => one.give('ben', 'technical', undefined, { reason: 'relaunch' })),
    );
    expect(new Set(given.map((grant) => grant.id)).size).toBe(1);
    const { id: grantId } = given[0]!;
    expect(given[0]).toMatchObject({
      holder: one.person('ben'),
      right: 'technical',
      givenBy: one.people.chief,
      endsAt: null,
      endedAt: null,
      endedBy: null,
      reason: 'relaunch',
    });
    expect(await fixture.eventsOf(grantId)).toHaveLength(1);
    for (let time = 0; time < 2; time += 1)
      await fixture.test.call(endGrant, { organizationId: one.organizationId, grantId }, one.as.chief);
    expect(await one.may('ben', 'technical')).toBe(false);
    expect((await fixture.eventsOf(grantId)).map(({ type, event }) => [type, event.organizationid])).toEqual([
      ['teams.grant.given', one.organizationId],
      ['teams.grant.ended', one.organizationId],
    ]);
    expect((await one.give('ben', 'technical')).id).not.toBe(grantId);
    expect(await one.grants({ includeEnded: 'true' })).toMatchObject([
      { id: grantId, endedBy: one.people.chief },
      { endedAt: null },
    ]);
  });

  it('with an end have no effect after it, and the end is recorded', async () => {
    const one = new Customer(fixture);
    const grant = await one.give('cleo', 'technical', undefined, { endsAt: fixture.inHours(2) });
    expect(await one.may('cleo', 'technical')).toBe(true);
    fixture.advanceHours(3);
    expect(await one.may('cleo', 'technical')).toBe(false);
    await fixture.test.until(
      async () => (await fixture.eventTypesOf(grant.id)).includes('ended'),
      'the end of the grant',
    );
    expect(
      await fixture.test.rows(`select ended_at = ends_at as on_time from access_grant where id = $1`, [uuid(grant.id)]),
    ).toEqual([{ on_time: true }]);
    expect((await one.give('cleo', 'technical')).id).not.toBe(grant.id);
  });

  it('of a person and of their team are separate: ending one leaves the other (C-TEAM-02)', async () => {
    const one = new Customer(fixture);
    await one.team('Web', { accountIds: [one.people.ben], grants: hostings('technical') });
    const direct = await one.give('ben', 'technical');
    expect((await one.explain('ben', 'technical')).chains).toHaveLength(2);
    await fixture.test.call(endGrant, { organizationId: one.organizationId, grantId: direct.id }, one.as.chief);
    expect(await one.explain('ben', 'technical')).toMatchObject({
      isAllowed: true,
      chains: [{ via: 'grant', holder: { kind: 'team' }, teams: [{ name: 'Web' }] }],
    });
  });

  it('are suspended while the product is blocked, except for administrators (C-TEAM-10)', async () => {
    const one = new Customer(fixture);
    const { ben, eva } = one.people;
    await one.team('Web', { accountIds: [ben, eva], grants: hostings('technical') });
    const rights = async (isBlocked: boolean) => {
      one.sell({ productId: one.hosting, type: 'web_hosting', name: 'a', isBlocked });
      return Promise.all((['ben', 'eva', 'admin'] as const).map((who) => one.may(who, 'technical')));
    };
    expect(await rights(true)).toEqual([false, false, true]);
    expect(await rights(false)).toEqual([true, true, true]);
    expect(await one.grants()).toHaveLength(1);
  });

  it('limit an external to change on a drive folder (C-TEAM-11)', async () => {
    const one = new Customer(fixture);
    const { ben, eva } = one.people;
    const object: GrantObject = { kind: 'resource', productId: one.drive, resourceId: one.folder };
    await one.team('Files', { accountIds: [ben, eva], grants: [{ object, rights: ['manage'] }] });
    const levels = ['view', 'change', 'manage'];
    expect(await one.mayAll('ben', levels, one.drive, one.folder)).toEqual(levels);
    expect(await one.mayAll('eva', levels, one.drive, one.folder)).toEqual(['view', 'change']);
    await expect(one.give('ben', 'flying')).rejects.toMatchObject({
      code: 'RIGHT_UNKNOWN',
      errors: [{ pointer: '/right' }],
    });
    await expect(one.give('eva', 'manage', { kind: 'product', productId: one.drive })).rejects.toMatchObject({
      code: 'RIGHT_NOT_FOR_EXTERNALS',
      errors: [{ pointer: '/right' }],
    });
  });

  it('to the organization exclude externals; team grants include them (C-ROL-18, C-ROL-19)', async () => {
    const one = new Customer(fixture);
    const { eva } = one.people;
    await one.give({ kind: 'organization' }, 'technical');
    await one.team('Web', { accountIds: [eva], grants: hostings('statistics') });
    const rights = async () => [
      await one.may('ben', 'technical'),
      await one.mayAll('eva', ['technical', 'statistics']),
    ];
    expect(await rights()).toEqual([true, ['statistics']]);
    one.change(eva, { role: 'collaborator' });
    expect(await rights()).toEqual([true, ['technical', 'statistics']]);
    one.change(eva, { role: 'external' });
    expect(await rights()).toEqual([true, ['statistics']]);
  });

  it.each([
    ['collaborator', 'ben', 'PERMISSION_DENIED'],
    ['external', 'eva', 'PERMISSION_DENIED'],
    ['administrator', 'admin', 'ok'],
  ] as const)('are created by managers only: %s', async (_, who, code) => {
    const one = new Customer(fixture);
    const input = {
      organizationId: one.organizationId,
      holder: one.person('ben'),
      object: { kind: 'product' as const, productId: one.hosting },
      right: 'technical',
    };
    expect(await fixture.test.codeOf(giveGrant, input, one.as[who])).toBe(code);
    expect(
      await fixture.test.codeOf(giveGrants, { organizationId: one.organizationId, grants: [input] }, one.as[who]),
    ).toBe(code);
    expect(await fixture.test.codeOf(previewGrant, input, one.as[who])).toBe(code);
    expect(await fixture.test.codeOf(createTeam, { organizationId: one.organizationId, name: 'T' }, one.as[who])).toBe(
      code,
    );
  });
});

describe('bulk grants', () => {
  it('have one result per row and are idempotent', async () => {
    const one = new Customer(fixture);
    const team = await one.team('Web');
    const existing = await one.give('cleo', 'technical');
    const product: GrantObject = { kind: 'product', productId: one.hosting };
    const row = (holder: GrantHolder, right: string, object: GrantObject = product, rest: object = {}) => ({
      holder,
      object,
      right,
      ...rest,
    });
    const input = {
      organizationId: one.organizationId,
      grants: [
        row(one.person('ben'), 'technical'),
        row(one.person('cleo'), 'technical'),
        row({ kind: 'team', teamId: team.id }, 'statistics'),
        row({ kind: 'team', teamId: id('team') }, 'statistics'),
        row({ kind: 'account', accountId: id('acc') }, 'technical'),
        row(one.person('ben'), 'flying'),
        row(one.person('ben'), 'technical'),
        row(one.person('ben'), 'statistics', product, { endsAt: fixture.inHours(-1) }),
        row({ kind: 'organization' }, 'view', { kind: 'resource', productId: one.hosting, resourceId: one.folder }),
        row(one.person('eva'), 'manage', { kind: 'resource', productId: one.drive, resourceId: one.folder }),
      ],
    };
    const { results } = await fixture.test.call(giveGrants, input, one.as.chief);
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
    expect(await one.grants()).toHaveLength(3);
    const before = (await one.events()).length;
    expect(
      (await fixture.test.call(giveGrants, input, one.as.chief)).results.filter(({ status }) => status === 'given'),
    ).toEqual([]);
    expect((await one.events()).length).toBe(before);
  });
});

describe('a grant preview (C-TEAM-08)', () => {
  const preview = (one: Customer, object: GrantObject, right: string, holder?: GrantHolder) =>
    fixture.test.call(
      previewGrant,
      { organizationId: one.organizationId, object, right, ...(holder ? { holder } : {}) },
      one.as.chief,
    );

  it('shows that a grant on a type covers later products, and one on a product does not', async () => {
    const one = new Customer(fixture);
    const type: GrantObject = { kind: 'product_type', type: 'web_hosting' };
    const product: GrantObject = { kind: 'product', productId: one.hosting };
    const covered = [{ productId: one.hosting, type: 'web_hosting', name: 'secret-hosting.example' }];
    expect(await preview(one, type, 'technical')).toEqual({
      productCount: 1,
      products: covered,
      isCoveringLater: true,
      people: null,
    });
    expect(await preview(one, product, 'technical')).toEqual({
      productCount: 1,
      products: covered,
      isCoveringLater: false,
      people: null,
    });
    await one.give('ben', 'technical', type);
    await one.give('cleo', 'technical', product);
    const later = id('prd');
    one.sell({ productId: later, type: 'web_hosting', name: 'b' });
    expect([
      await one.may('ben', 'technical', later),
      await one.may('cleo', 'technical', later),
      await one.may('cleo', 'technical'),
    ]).toEqual([true, false, true]);
    expect(await preview(one, type, 'technical')).toMatchObject({ productCount: 2, isCoveringLater: true });
  });

  it('counts the people, and the externals who get a narrower right', async () => {
    const one = new Customer(fixture);
    const { chief, admin, ben, cleo, eva } = one.people;
    const folder: GrantObject = { kind: 'resource', productId: one.drive, resourceId: one.folder };
    const top = await one.team('Top', { accountIds: [cleo] });
    await one.team('Low', { parentId: top.id, accountIds: [ben, eva] });
    const closed = await one.team('Closed', { accountIds: [ben, eva] });
    const people = async (holder: GrantHolder, right = 'manage') => (await preview(one, folder, right, holder)).people;
    const team = { kind: 'team' as const, teamId: top.id };
    expect(await people(team)).toEqual({
      count: 3,
      accountIds: expect.arrayContaining([ben, cleo, eva]),
      cappedAccountIds: [eva],
    });
    expect(await people(team, 'change')).toMatchObject({ count: 3, cappedAccountIds: [] });
    expect(await people({ kind: 'organization' })).toEqual({
      count: 4,
      accountIds: expect.arrayContaining([chief, admin, ben, cleo]),
      cappedAccountIds: [],
    });
    one.change(cleo, { isBlocked: true });
    expect(await people(team)).toMatchObject({ count: 2 });
    expect(await people({ kind: 'team', teamId: closed.id })).toMatchObject({ count: 2 });
    await expect(people({ kind: 'team', teamId: id('team') })).rejects.toMatchObject({
      code: 'TEAM_NOT_FOUND',
      errors: [{ pointer: '/holder/teamId' }],
    });
    await expect(people(one.person('eva'))).rejects.toMatchObject({ code: 'RIGHT_NOT_FOR_EXTERNALS' });
    expect(await one.grants()).toEqual([]);
  });
});

describe('the list of grants', () => {
  it('is paged and filtered by holder, object and right', async () => {
    const one = new Customer(fixture);
    const team = await one.team('Web', { grants: hostings('technical', 'statistics') });
    await one.give('ben', 'technical');
    await one.give({ kind: 'organization' }, 'view', {
      kind: 'resource',
      productId: one.drive,
      resourceId: one.folder,
    });
    await one.give('cleo', 'user', { kind: 'product', productId: one.drive });
    const rights = async (filter: Parameters<Customer['grants']>[0]) =>
      (await one.grants(filter)).map(({ right }) => right).sort();
    expect(await rights({ holder: team.id })).toEqual(['statistics', 'technical']);
    expect(await rights({ holder: one.people.ben })).toEqual(['technical']);
    expect(await rights({ holder: 'organization' })).toEqual(['view']);
    expect(await rights({ object: one.drive })).toEqual(['user']);
    expect(await rights({ object: one.folder })).toEqual(['view']);
    expect(await rights({ object: 'web_hosting' })).toEqual(['statistics', 'technical']);
    expect(await rights({ right: 'technical' })).toEqual(['technical', 'technical']);
    expect(await rights({ object: 'web_hosting', holder: one.people.ben })).toEqual([]);
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { data, nextCursor } = await fixture.test.call(
        listGrants,
        { organizationId: one.organizationId, limit: 2, ...(cursor ? { cursor } : {}) },
        one.as.chief,
      );
      seen.push(...data.map((grant) => grant.id));
      cursor = nextCursor;
    }
    expect(seen).toEqual((await one.grants()).map((grant) => grant.id));
    expect(seen).toHaveLength(5);
    expect(
      await fixture.test.codeOf(listGrants, { organizationId: one.organizationId, cursor: 'x' }, one.as.chief),
    ).toBe('CURSOR_INVALID');
  });

  it('shows other members only the active grants that apply to them', async () => {
    const one = new Customer(fixture);
    const top = await one.team('Top', { grants: hostings('statistics') });
    await one.team('Low', { parentId: top.id, accountIds: [one.people.ben] });
    await one.give('cleo', 'technical');
    await one.give({ kind: 'organization' }, 'user', { kind: 'product', productId: one.drive });
    const rights = async (who: 'ben' | 'cleo') =>
      (await fixture.test.call(listGrants, { organizationId: one.organizationId }, one.as[who])).data.map(
        ({ right }) => right,
      );
    expect([await rights('ben'), await rights('cleo')]).toEqual([
      ['statistics', 'user'],
      ['technical', 'user'],
    ]);
    expect(
      await fixture.test.codeOf(listGrants, { organizationId: one.organizationId, includeEnded: 'true' }, one.as.ben),
    ).toBe('PERMISSION_DENIED');
  });
});

describe('the catalogue (PROD-1)', () => {
  const values: TypeValues = {
    name: 'x',
    vatClass: 'standard',
    isWarrantyAtOrder: true,
    blockedStatus: 'blocked',
    firstResourceKind: null,
    productRights: [],
    resourceRights: [],
  };
  const become = async (...types: typeof fixture.catalogue) => {
    fixture.catalogue = types;
    await fixture.test.publishEvent(productTypeChanged, { type: 'web_hosting', before: values, after: values });
  };

  it('is reloaded after a change: new rights can be granted at once, retired ones no longer', async () => {
    const one = new Customer(fixture);
    await one.give('ben', 'technical');
    const [hosting, ...others] = fixture.catalogue;
    const codeOf = (right: string) =>
      fixture.test.codeOf(
        giveGrant,
        {
          organizationId: one.organizationId,
          holder: one.person('ben'),
          object: { kind: 'product', productId: one.hosting },
          right,
        },
        one.as.chief,
      );
    expect(await codeOf('backups')).toBe('RIGHT_UNKNOWN');
    await become(productType('web_hosting', ['statistics', 'backups']), ...others);
    expect([await codeOf('backups'), await codeOf('technical')]).toEqual(['ok', 'RIGHT_UNKNOWN']);
    // Existing grants remain.
    expect(await one.may('ben', 'technical')).toBe(true);
    await become(hosting!, ...others);
    expect(await codeOf('technical')).toBe('ok');
  });

  it('allows rights on resources of a retired kind', async () => {
    const one = new Customer(fixture);
    expect(
      await one.give({ kind: 'organization' }, 'view', {
        kind: 'resource',
        productId: one.drive,
        resourceId: one.list,
      }),
    ).toMatchObject({ right: 'view' });
  });
});
