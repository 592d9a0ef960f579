import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { explainAccess, listPersonAccess } from '@cordee/contracts/teams/access';
import { endGrant } from '@cordee/contracts/teams/grant';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import { getPersonRights, setPersonRights } from '@cordee/contracts/teams/person-rights';
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
/** A folder inside the inner one. */
function deepen(one: Customer): `res_${string}` {
  const deep = id('res');
  one.sell({
    ...one.products.find(({ productId }) => productId === one.drive)!,
    resources: [
      { resourceId: one.folder },
      { resourceId: one.inner, parentId: one.folder },
      { resourceId: deep, parentId: one.inner },
    ],
  });
  return deep;
}
const inInner = (one: Customer, who: 'ben' | 'cleo' | 'eva') => one.mayAll(who, levels, one.drive, one.inner);

describe('a restriction (PROD-2, C-TEAM-12)', () => {
  it('closes a shared folder to one person until it ends, regardless of later shares', async () => {
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
    // Shared again on the parent with the team, the person and the organization.
    const [teamGrant] = await one.grants({ holder: team.id });
    await fixture.test.call(endGrant, { organizationId: one.organizationId, grantId: teamGrant!.id }, one.as.chief);
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

  it('of a team applies to all paths through the team, and to no others', async () => {
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

  it('of a team does not reopen a resource to a person who is excluded further outside', async () => {
    const one = new Customer(fixture);
    const team = await one.team('Files', {
      accountIds: [one.people.ben, one.people.cleo],
      grants: [{ object: onFolder(one), rights: ['manage'] }],
    });
    const deep = deepen(one);
    await restrict(one, one.person('ben'));
    const inDeep = async () => [
      await one.mayAll('ben', levels, one.drive, deep),
      await one.mayAll('cleo', levels, one.drive, deep),
    ];
    expect(await inDeep()).toEqual([[], levels]);
    await restrict(one, { kind: 'team', teamId: team.id }, { resourceId: deep, right: 'change' });
    expect(await inDeep()).toEqual([[], ['view', 'change']]);
    // A grant on the resource itself is not inherited.
    await one.give('ben', 'view', { kind: 'resource', productId: one.drive, resourceId: deep });
    expect(await inDeep()).toEqual([['view'], ['view', 'change']]);
  });

  it('narrows the inherited rights and gives none', async () => {
    const one = new Customer(fixture);
    const deep = deepen(one);
    await one.give('ben', 'change', onFolder(one));
    const inBoth = async () => [await inInner(one, 'ben'), await one.mayAll('ben', levels, one.drive, deep)];
    const restricted = await restrict(one, one.person('ben'), { right: 'view', reason: 'payroll' });
    expect(restricted).toMatchObject({
      holder: one.person('ben'),
      resourceId: one.inner,
      right: 'view',
      endsAt: null,
      setBy: one.people.chief,
      reason: 'payroll',
    });
    expect([await inBoth(), await list(one)]).toEqual([[['view'], ['view']], [restricted]]);
    await restrict(one, one.person('ben'), { right: 'manage' });
    expect(await inBoth()).toEqual([
      ['view', 'change'],
      ['view', 'change'],
    ]);
    // A restriction further inside gives no right either.
    await restrict(one, one.person('ben'), { right: 'view' });
    await restrict(one, one.person('ben'), { right: 'manage', resourceId: deep });
    expect(await inBoth()).toEqual([['view'], ['view']]);
    await restore(one);
    expect(await inBoth()).toEqual([
      ['view', 'change'],
      ['view', 'change'],
    ]);
  });

  it('is explained with the grant that it narrows', async () => {
    const one = new Customer(fixture);
    const grant = await one.give('ben', 'manage', onFolder(one));
    await restrict(one, one.person('ben'), { right: 'view' });
    const about = { organizationId: one.organizationId, accountId: one.people.ben, productId: one.drive };
    const inside = { ...about, resourceId: one.inner };
    const explain = (right: string) => fixture.test.call(explainAccess, { ...inside, right }, one.as.chief);
    expect(await explain('view')).toMatchObject({
      isAllowed: true,
      chains: [{ grantId: grant.id, right: 'manage', gives: ['view'] }],
    });
    expect((await explain('view')).text).toContain('A restriction narrows it on this resource to: view.');
    expect(await explain('change')).toMatchObject({ isAllowed: false, refusal: 'inheritance_restricted' });
    const listed = (await fixture.test.call(listPersonAccess, about, one.as.chief)).data;
    expect(listed.find(({ resource }) => resource?.resourceId === one.inner)).toMatchObject({
      rights: ['view'],
      through: [{ grantId: grant.id, right: 'manage', gives: ['view'] }],
    });
    expect((await fixture.test.call(getPersonRights, inside, one.as.chief)).others).toMatchObject([
      { grantId: grant.id, right: 'manage', gives: ['view'] },
    ]);
  });

  it('changes no grant: earlier and later grants on the resource itself keep their effect', async () => {
    const one = new Customer(fixture);
    const onInner = { kind: 'resource' as const, productId: one.drive, resourceId: one.inner };
    await one.give('ben', 'manage', onFolder(one));
    const direct = await one.give('ben', 'change', onInner);
    for (const right of ['view', null]) {
      await restrict(one, one.person('ben'), { right });
      expect([await inInner(one, 'ben'), (await list(one)).map((each) => each.right)]).toEqual([
        ['view', 'change'],
        [right],
      ]);
    }
    expect(await fixture.eventTypesOf(direct.id)).toEqual(['given']);
    await setRights(one, ['view']);
    expect(await inInner(one, 'ben')).toEqual(['view']);
    expect([await restore(one), await inInner(one, 'ben')]).toEqual([1, levels]);
    expect((await one.grants({ object: one.inner })).map(({ right }) => right)).toEqual(['view']);
  });

  it('exists once per holder; another right or end replaces it and keeps the history', async () => {
    const one = new Customer(fixture);
    await one.give('ben', 'manage', onFolder(one));
    const ask = (at?: string) =>
      fixture.test.call(
        listPersonAccess,
        { organizationId: one.organizationId, accountId: one.people.ben, ...(at ? { at } : {}) },
        one.as.chief,
      );
    const rightsAt = async (at?: string) =>
      (await ask(at)).data.find(({ resource }) => resource?.resourceId === one.inner)?.rights;
    const first = await restrict(one, one.person('ben'), { right: 'view', reason: 'first' });
    const reported = (await one.events()).length;
    fixture.advanceHours(1);
    expect(await restrict(one, one.person('ben'), { right: 'view', reason: 'again' })).toEqual(first);
    expect((await one.events()).length).toBe(reported);
    const second = await restrict(one, one.person('ben'), { right: 'change' });
    fixture.advanceHours(1);
    const third = await restrict(one, one.person('ben'), { right: 'change', endsAt: fixture.inHours(5) });
    fixture.advanceHours(1);
    const fourth = await restrict(one, one.person('ben'));
    expect([await list(one), await rightsAt()]).toEqual([[fourth], []]);
    expect([await rightsAt(first.since), await rightsAt(second.since), await rightsAt(third.since)]).toEqual([
      ['view'],
      ['change', 'view'],
      ['change', 'view'],
    ]);
    expect(
      await fixture.test.rows(
        `select access_right, ended_at is null as is_active, set_by, lifted_by from restriction
         where resource_id = $1 order by position`,
        [uuid(one.inner)],
      ),
    ).toEqual(
      ['view', 'change', 'change', null].map((right) => ({
        access_right: right,
        is_active: right === null,
        set_by: one.people.chief,
        lifted_by: right === null ? null : one.people.chief,
      })),
    );
    expect(await fixture.eventTypesOf(one.inner)).toEqual(['restricted', 'restricted', 'restricted', 'restricted']);
  });

  it('ends for one holder or for all', async () => {
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

  it('with an end expires, and the end is recorded', async () => {
    const one = new Customer(fixture);
    await one.give('ben', 'change', onFolder(one));
    const endsAt = fixture.inHours(2);
    expect(await restrict(one, one.person('ben'), { right: 'view', endsAt })).toMatchObject({ endsAt });
    expect([await inInner(one, 'ben'), (await list(one)).length]).toEqual([['view'], 1]);
    fixture.advanceHours(3);
    expect([await inInner(one, 'ben'), (await list(one)).length]).toEqual([['view', 'change'], 0]);
    const restored = await fixture.test.until(
      async () => (await fixture.eventsOf(one.inner)).find(({ type }) => type === 'teams.inheritance.restored'),
      'the end of the restriction',
    );
    expect(restored.event.actorid).toBe('service:teams');
    expect(
      await fixture.test.rows(`select ended_at = ends_at as on_time from restriction where resource_id = $1`, [
        uuid(one.inner),
      ]),
    ).toEqual([{ on_time: true }]);
    await restrict(one, one.person('ben'));
    expect(await inInner(one, 'ben')).toEqual([]);
  });

  it('exists once after concurrent calls', async () => {
    const one = new Customer(fixture);
    await Promise.all([
      restrict(one, one.person('ben'), { right: 'view' }),
      restrict(one, one.person('ben')),
      restrict(one, one.person('ben'), { right: 'view' }),
    ]);
    expect(await list(one)).toHaveLength(1);
  });

  it('is rejected with a pointer to the invalid field', async () => {
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
    const folder = { organizationId: one.organizationId, productId: one.drive, resourceId: one.inner };
    expect(await fixture.test.codeOf(restrictResource, { ...folder, holder: one.person('ben') }, one.as.ben)).toBe(
      'PERMISSION_DENIED',
    );
    expect(await fixture.test.codeOf(restoreInheritance, folder, one.as.ben)).toBe('PERMISSION_DENIED');
    expect(
      await fixture.test.codeOf(
        listRestrictions,
        { organizationId: one.organizationId, productId: id('prd') },
        one.as.chief,
      ),
    ).toBe('PRODUCT_NOT_FOUND');
  });
});
