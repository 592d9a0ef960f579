import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endGrant } from '@cordee/contracts/teams/grant';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { listRestrictions, restoreInheritance, restrictResource } from '@cordee/contracts/teams/restriction';
import { uuid } from '@cordee/testing/test-service';
import type * as z from 'zod';
import { Customer, id, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

const levels = ['view', 'change', 'manage'];
const onFolder = (one: Customer): GrantObject => ({ kind: 'resource', productId: one.drive, resourceId: one.folder });
const restrict = (one: Customer, holder: GrantHolder, rest: Partial<z.input<typeof restrictResource.input>> = {}) =>
  fixture.test.call(
    restrictResource,
    { organizationId: one.organizationId, productId: one.drive, resourceId: one.inner, holder, ...rest },
    one.as.chief,
  );
const restore = async (one: Customer, rest: Partial<z.input<typeof restoreInheritance.input>> = {}) =>
  (
    await fixture.test.call(
      restoreInheritance,
      { organizationId: one.organizationId, productId: one.drive, resourceId: one.inner, ...rest },
      one.as.chief,
    )
  ).lifted;
const list = async (one: Customer, rest: { resourceId?: `res_${string}` } = {}) =>
  (
    await fixture.test.call(
      listRestrictions,
      { organizationId: one.organizationId, productId: one.drive, ...rest },
      one.as.chief,
    )
  ).data;
const setRights = (one: Customer, rights: string[]) =>
  fixture.test.call(
    setPersonRights,
    {
      organizationId: one.organizationId,
      accountId: one.people.ben,
      productId: one.drive,
      resourceId: one.inner,
      rights,
    },
    one.as.admin,
  );
const inInner = (one: Customer, who: 'ben' | 'cleo' | 'eva') => one.mayAll(who, levels, one.drive, one.inner);

describe('a restriction (PROD-2, C-TEAM-12)', () => {
  it('takes a folder in a shared folder from one person; sharing again does not lift it, restoring brings the rule of the parent back', async () => {
    const one = new Customer(fixture);
    const team = await one.team('Files', {
      accountIds: [one.people.ben, one.people.cleo],
      grants: [{ object: onFolder(one), rights: ['change'] }],
    });
    expect([await inInner(one, 'ben'), await inInner(one, 'cleo')]).toEqual([
      ['view', 'change'],
      ['view', 'change'],
    ]);
    await restrict(one, one.person('ben'));
    expect([await inInner(one, 'ben'), await inInner(one, 'cleo')]).toEqual([[], ['view', 'change']]);
    expect(await one.mayAll('ben', levels, one.drive, one.folder)).toEqual(['view', 'change']);
    // Shared again on the parent: with the team, with the person, with everybody.
    const [standing] = await one.grants({ holder: team.id });
    await fixture.test.call(endGrant, { organizationId: one.organizationId, grantId: standing!.id }, one.as.chief);
    for (const holder of [
      { kind: 'team' as const, teamId: team.id },
      one.person('ben'),
      { kind: 'organization' as const },
    ])
      await one.give(holder, 'manage', onFolder(one));
    await one.give('ben', 'manage', { kind: 'product', productId: one.drive });
    expect([await inInner(one, 'ben'), await inInner(one, 'cleo')]).toEqual([[], levels]);
    expect([await restore(one), await restore(one), await inInner(one, 'ben')]).toEqual([1, 0, levels]);
    expect(await fixture.eventTypesOf(one.inner)).toEqual(['restricted', 'restored']);
  });

  it('of a team holds for all who come by way of it, and for nobody else', async () => {
    const one = new Customer(fixture);
    const { ben, cleo } = one.people;
    const top = await one.team('Top', { accountIds: [cleo], grants: [{ object: onFolder(one), rights: ['view'] }] });
    const low = await one.team('Low', { parentId: top.id, accountIds: [ben] });
    await restrict(one, { kind: 'team', teamId: low.id });
    expect([await inInner(one, 'ben'), await inInner(one, 'cleo')]).toEqual([[], ['view']]);
    await one.give('ben', 'change', onFolder(one));
    expect(await inInner(one, 'ben')).toEqual(['view', 'change']);
    await restore(one);
    await restrict(one, { kind: 'team', teamId: top.id });
    expect([await inInner(one, 'ben'), await inInner(one, 'cleo')]).toEqual([['view', 'change'], []]);
  });

  it('that narrows a team below gives nothing back to who was taken out above', async () => {
    const one = new Customer(fixture);
    const deep = id('res');
    one.sell({
      ...one.products.find(({ productId }) => productId === one.drive)!,
      resources: [
        { resourceId: one.folder },
        { resourceId: one.inner, parentId: one.folder },
        { resourceId: deep, parentId: one.inner },
      ],
    });
    const team = await one.team('Files', {
      accountIds: [one.people.ben, one.people.cleo],
      grants: [{ object: onFolder(one), rights: ['manage'] }],
    });
    await restrict(one, one.person('ben'));
    const inDeep = async () => [
      await one.mayAll('ben', levels, one.drive, deep),
      await one.mayAll('cleo', levels, one.drive, deep),
    ];
    expect(await inDeep()).toEqual([[], levels]);
    await restrict(one, { kind: 'team', teamId: team.id }, { resourceId: deep, right: 'view' });
    expect(await inDeep()).toEqual([[], ['view']]);
    // Given on its own it is a right of its own.
    await one.give('ben', 'view', { kind: 'resource', productId: one.drive, resourceId: deep });
    expect(await inDeep()).toEqual([['view'], ['view']]);
  });

  it('gives a narrower right in the place of what is inherited, which replaces others and ends with it', async () => {
    const one = new Customer(fixture);
    await one.give('ben', 'manage', onFolder(one));
    const direct = await one.give('ben', 'change', { kind: 'resource', productId: one.drive, resourceId: one.inner });
    const restricted = await restrict(one, one.person('ben'), { right: 'view', reason: 'payroll' });
    expect(restricted).toMatchObject({
      holder: one.person('ben'),
      resourceId: one.inner,
      right: 'view',
      endsAt: null,
      setBy: one.people.chief,
    });
    expect(await inInner(one, 'ben')).toEqual(['view']);
    expect(await fixture.eventTypesOf(direct.id)).toEqual(['given', 'ended']);
    expect(await one.grants({ object: one.inner })).toMatchObject([
      { right: 'view', reason: 'payroll', holder: one.person('ben') },
    ]);
    expect(await list(one)).toEqual([restricted]);
    const before = (await one.reported()).length;
    expect(await restrict(one, one.person('ben'), { right: 'view' })).toEqual(restricted);
    expect((await one.reported()).length).toBe(before);
    // Another right takes its place, none takes it away.
    await restrict(one, one.person('ben'), { right: 'change' });
    expect([await inInner(one, 'ben'), (await list(one)).map(({ right }) => right)]).toEqual([
      ['view', 'change'],
      ['change'],
    ]);
    await restrict(one, one.person('ben'));
    expect([await inInner(one, 'ben'), (await list(one)).map(({ right }) => right)]).toEqual([[], [null]]);
    await restrict(one, one.person('ben'), { right: 'view' });
    await restore(one);
    expect([await inInner(one, 'ben'), await one.grants({ object: one.inner }), await list(one)]).toEqual([
      levels,
      [],
      [],
    ]);
  });

  it('leaves what was given on the folder before, where it is the right that is wanted there', async () => {
    const one = new Customer(fixture);
    const direct = await one.give('ben', 'view', { kind: 'resource', productId: one.drive, resourceId: one.inner });
    await one.give('ben', 'change', onFolder(one));
    for (let time = 0; time < 2; time += 1) await restrict(one, one.person('ben'), { right: 'view' });
    expect(await inInner(one, 'ben')).toEqual(['view']);
    await restore(one);
    expect((await one.grants({ object: one.inner })).map((grant) => grant.id)).toEqual([direct.id]);
  });

  it('is told with the right that stands, whoever gave it', async () => {
    const one = new Customer(fixture);
    await one.give('ben', 'view', { kind: 'resource', productId: one.drive, resourceId: one.inner });
    const told = async () => (await list(one)).map(({ right }) => right);
    expect([(await restrict(one, one.person('ben'), { right: 'view' })).right, await told()]).toEqual([
      'view',
      ['view'],
    ]);
    for (const [rights, held, shown] of [
      [['change'], ['view', 'change'], 'change'],
      [['view', 'manage', 'change'], levels, 'manage'],
      [[], [], null],
    ] as const) {
      await setRights(one, [...rights]);
      expect([await inInner(one, 'ben'), await told()]).toEqual([held, [shown]]);
    }
  });

  it.each([[['view']], [['change']]])('takes nothing with it that was set for the person since: %j', async (rights) => {
    const one = new Customer(fixture);
    await restrict(one, one.person('ben'), { right: 'view' });
    await setRights(one, rights);
    const held = await inInner(one, 'ben');
    // Asking for what stands anyway makes it no part of the restriction.
    expect([
      (await restrict(one, one.person('ben'), { right: rights[0]! })).right,
      (await list(one)).map(({ right }) => right),
    ]).toEqual([rights[0], rights]);
    expect([
      await restore(one),
      await inInner(one, 'ben'),
      (await one.grants({ object: one.inner })).map(({ right }) => right),
    ]).toEqual([1, held, rights]);
  });

  it('is lifted for one holder or for all', async () => {
    const one = new Customer(fixture);
    for (const who of ['ben', 'cleo'] as const) {
      await one.give(who, 'view', onFolder(one));
      await restrict(one, one.person(who));
    }
    await restrict(one, { kind: 'organization' }, { resourceId: one.folder });
    expect([(await list(one)).length, (await list(one, { resourceId: one.inner })).length]).toEqual([3, 2]);
    expect([
      await restore(one, { holder: one.person('cleo') }),
      await inInner(one, 'ben'),
      await inInner(one, 'cleo'),
    ]).toEqual([1, [], ['view']]);
    expect([await restore(one), await inInner(one, 'ben'), (await list(one)).length]).toEqual([1, ['view'], 1]);
  });

  it('for a time ends on the day, with what was given with it, and that is put on record', async () => {
    const one = new Customer(fixture);
    await one.give('ben', 'change', onFolder(one));
    const endsAt = fixture.inHours(2);
    expect(await restrict(one, one.person('ben'), { right: 'view', endsAt })).toMatchObject({ endsAt });
    expect([await inInner(one, 'ben'), (await list(one)).length]).toEqual([['view'], 1]);
    fixture.pass(3);
    expect([await inInner(one, 'ben'), (await list(one)).length]).toEqual([['view', 'change'], 0]);
    const restored = await fixture.test.until(
      async () => (await fixture.eventsOf(one.inner)).find(({ type }) => type === 'teams.inheritance.restored'),
      'the end of the restriction',
    );
    expect(restored.event.actorid).toBe('service:teams');
    await fixture.test.until(
      async () =>
        (await one.grants({ object: one.inner, includeEnded: 'true' })).every((grant) => grant.endedAt === endsAt),
      'the end of the grant',
    );
    expect(
      await fixture.test.rows(`select ended_at = ends_at as on_time from restriction where resource_id = $1`, [
        uuid(one.inner),
      ]),
    ).toEqual([{ on_time: true }]);
    await restrict(one, one.person('ben'));
    expect(await inInner(one, 'ben')).toEqual([]);
  });

  it('set twice at the same moment is one', async () => {
    const one = new Customer(fixture);
    await Promise.all([
      restrict(one, one.person('ben'), { right: 'view' }),
      restrict(one, one.person('ben')),
      restrict(one, one.person('ben'), { right: 'view' }),
    ]);
    expect(await list(one)).toHaveLength(1);
  });

  it('is refused with the place that is wrong', async () => {
    const one = new Customer(fixture);
    for (const [rest, code, pointer] of [
      [{ holder: { kind: 'account', accountId: id('acc') } }, 'PERSON_UNKNOWN', '/holder/accountId'],
      [{ holder: { kind: 'team', teamId: id('team') } }, 'TEAM_NOT_FOUND', '/holder/teamId'],
      [{ productId: id('prd') }, 'PRODUCT_NOT_FOUND', '/productId'],
      [{ resourceId: id('res') }, 'RESOURCE_NOT_FOUND', '/resourceId'],
      [{ productId: one.hosting }, 'RESOURCE_NOT_FOUND', '/resourceId'],
      [{ right: 'admin' }, 'RIGHT_UNKNOWN', '/right'],
      [{ holder: one.person('eva'), right: 'manage' }, 'RIGHT_NOT_FOR_EXTERNALS', '/right'],
      [{ endsAt: fixture.inHours(-1) }, 'GRANT_ENDS_IN_PAST', '/endsAt'],
    ] as const) {
      await expect(restrict(one, one.person('ben'), rest)).rejects.toMatchObject({ code, errors: [{ pointer }] });
    }
    await expect(restore(one, { resourceId: id('res') })).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
      errors: [{ pointer: '/resourceId' }],
    });
    const place = { organizationId: one.organizationId, productId: one.drive, resourceId: one.inner };
    expect(await fixture.test.codeOf(restrictResource, { ...place, holder: one.person('ben') }, one.as.ben)).toBe(
      'PERMISSION_DENIED',
    );
    expect(await fixture.test.codeOf(restoreInheritance, place, one.as.ben)).toBe('PERMISSION_DENIED');
    expect(
      await fixture.test.codeOf(
        listRestrictions,
        { organizationId: one.organizationId, productId: id('prd') },
        one.as.chief,
      ),
    ).toBe('PRODUCT_NOT_FOUND');
  });
});
