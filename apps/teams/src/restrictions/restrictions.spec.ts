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
const onFolder = (customer: Customer): GrantObject => ({
  kind: 'resource',
  productId: customer.drive,
  resourceId: customer.folder,
});
const restrict = (
  customer: Customer,
  holder: GrantHolder,
  rest: Partial<z.input<typeof restrictResource.input>> = {},
) =>
  fixture.test.call(
    restrictResource,
    { organizationId: customer.organizationId, productId: customer.drive, resourceId: customer.inner, holder, ...rest },
    customer.as.chief,
  );
const restore = async (customer: Customer, rest: Partial<z.input<typeof restoreInheritance.input>> = {}) =>
  (
    await fixture.test.call(
      restoreInheritance,
      { organizationId: customer.organizationId, productId: customer.drive, resourceId: customer.inner, ...rest },
      customer.as.chief,
    )
  ).lifted;
const list = async (customer: Customer, rest: { resourceId?: `res_${string}` } = {}) =>
  (
    await fixture.test.call(
      listRestrictions,
      { organizationId: customer.organizationId, productId: customer.drive, ...rest },
      customer.as.chief,
    )
  ).data;
const setRights = (customer: Customer, rights: string[]) =>
  fixture.test.call(
    setPersonRights,
    {
      organizationId: customer.organizationId,
      accountId: customer.people.ben,
      productId: customer.drive,
      resourceId: customer.inner,
      rights,
    },
    customer.as.admin,
  );
/** A folder inside the inner one. */
function deepen(customer: Customer): `res_${string}` {
  const deep = id('res');
  customer.sell({
    ...customer.products.find(({ productId }) => productId === customer.drive)!,
    resources: [
      { resourceId: customer.folder },
      { resourceId: customer.inner, parentId: customer.folder },
      { resourceId: deep, parentId: customer.inner },
    ],
  });
  return deep;
}
const inInner = (customer: Customer, who: 'ben' | 'cleo' | 'eva') =>
  customer.mayAll(who, levels, customer.drive, customer.inner);

describe('a restriction (PROD-2, C-TEAM-12)', () => {
  it('closes a shared folder to one person until it ends, regardless of later shares', async () => {
    const customer = new Customer(fixture);
    const team = await customer.team('Files', {
      accountIds: [customer.people.ben, customer.people.cleo],
      grants: [{ object: onFolder(customer), rights: ['change'] }],
    });
    expect([await inInner(customer, 'ben'), await inInner(customer, 'cleo')]).toEqual([
      ['view', 'change'],
      ['view', 'change'],
    ]);
    await restrict(customer, customer.person('ben'));
    expect([await inInner(customer, 'ben'), await inInner(customer, 'cleo')]).toEqual([[], ['view', 'change']]);
    expect(await customer.mayAll('ben', levels, customer.drive, customer.folder)).toEqual(['view', 'change']);
    // Shared again on the parent with the team, the person and the organization.
    const [teamGrant] = await customer.grants({ holder: team.id });
    await fixture.test.call(
      endGrant,
      { organizationId: customer.organizationId, grantId: teamGrant!.id },
      customer.as.chief,
    );
    for (const holder of [
      { kind: 'team' as const, teamId: team.id },
      customer.person('ben'),
      { kind: 'organization' as const },
    ])
      await customer.give(holder, 'manage', onFolder(customer));
    await customer.give('ben', 'manage', { kind: 'product', productId: customer.drive });
    expect([await inInner(customer, 'ben'), await inInner(customer, 'cleo')]).toEqual([[], levels]);
    expect([await restore(customer), await restore(customer), await inInner(customer, 'ben')]).toEqual([1, 0, levels]);
    expect(await fixture.eventTypesOf(customer.inner)).toEqual(['restricted', 'restored']);
  });

  it('of a team applies to all paths through the team, and to no others', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const top = await customer.team('Top', {
      accountIds: [cleo],
      grants: [{ object: onFolder(customer), rights: ['view'] }],
    });
    const low = await customer.team('Low', { parentId: top.id, accountIds: [ben] });
    await restrict(customer, { kind: 'team', teamId: low.id });
    expect([await inInner(customer, 'ben'), await inInner(customer, 'cleo')]).toEqual([[], ['view']]);
    await customer.give('ben', 'change', onFolder(customer));
    expect(await inInner(customer, 'ben')).toEqual(['view', 'change']);
    await restore(customer);
    await restrict(customer, { kind: 'team', teamId: top.id });
    expect([await inInner(customer, 'ben'), await inInner(customer, 'cleo')]).toEqual([['view', 'change'], []]);
  });

  it('of a team does not reopen a resource to a person who is excluded further outside', async () => {
    const customer = new Customer(fixture);
    const team = await customer.team('Files', {
      accountIds: [customer.people.ben, customer.people.cleo],
      grants: [{ object: onFolder(customer), rights: ['manage'] }],
    });
    const deep = deepen(customer);
    await restrict(customer, customer.person('ben'));
    const inDeep = async () => [
      await customer.mayAll('ben', levels, customer.drive, deep),
      await customer.mayAll('cleo', levels, customer.drive, deep),
    ];
    expect(await inDeep()).toEqual([[], levels]);
    await restrict(customer, { kind: 'team', teamId: team.id }, { resourceId: deep, right: 'change' });
    expect(await inDeep()).toEqual([[], ['view', 'change']]);
    // A grant on the resource itself is not inherited.
    await customer.give('ben', 'view', { kind: 'resource', productId: customer.drive, resourceId: deep });
    expect(await inDeep()).toEqual([['view'], ['view', 'change']]);
  });

  it('narrows the inherited rights and gives none', async () => {
    const customer = new Customer(fixture);
    const deep = deepen(customer);
    await customer.give('ben', 'change', onFolder(customer));
    const inBoth = async () => [
      await inInner(customer, 'ben'),
      await customer.mayAll('ben', levels, customer.drive, deep),
    ];
    const restricted = await restrict(customer, customer.person('ben'), { right: 'view', reason: 'payroll' });
    expect(restricted).toMatchObject({
      holder: customer.person('ben'),
      resourceId: customer.inner,
      right: 'view',
      endsAt: null,
      setBy: customer.people.chief,
      reason: 'payroll',
    });
    expect([await inBoth(), await list(customer)]).toEqual([[['view'], ['view']], [restricted]]);
    await restrict(customer, customer.person('ben'), { right: 'manage' });
    expect(await inBoth()).toEqual([
      ['view', 'change'],
      ['view', 'change'],
    ]);
    // A restriction further inside gives no right either.
    await restrict(customer, customer.person('ben'), { right: 'view' });
    await restrict(customer, customer.person('ben'), { right: 'manage', resourceId: deep });
    expect(await inBoth()).toEqual([['view'], ['view']]);
    await restore(customer);
    expect(await inBoth()).toEqual([
      ['view', 'change'],
      ['view', 'change'],
    ]);
  });

  it('is explained with the grant that it narrows', async () => {
    const customer = new Customer(fixture);
    const grant = await customer.give('ben', 'manage', onFolder(customer));
    await restrict(customer, customer.person('ben'), { right: 'view' });
    const about = {
      organizationId: customer.organizationId,
      accountId: customer.people.ben,
      productId: customer.drive,
    };
    const inside = { ...about, resourceId: customer.inner };
    const explain = (right: string) => fixture.test.call(explainAccess, { ...inside, right }, customer.as.chief);
    expect(await explain('view')).toMatchObject({
      isAllowed: true,
      chains: [{ grantId: grant.id, right: 'manage', gives: ['view'] }],
    });
    expect((await explain('view')).text).toContain('A restriction narrows it on this resource to: view.');
    expect(await explain('change')).toMatchObject({ isAllowed: false, refusal: 'inheritance_restricted' });
    const listed = (await fixture.test.call(listPersonAccess, about, customer.as.chief)).data;
    expect(listed.find(({ resource }) => resource?.resourceId === customer.inner)).toMatchObject({
      rights: ['view'],
      through: [{ grantId: grant.id, right: 'manage', gives: ['view'] }],
    });
    expect((await fixture.test.call(getPersonRights, inside, customer.as.chief)).others).toMatchObject([
      { grantId: grant.id, right: 'manage', gives: ['view'] },
    ]);
  });

  it('changes no grant: earlier and later grants on the resource itself keep their effect', async () => {
    const customer = new Customer(fixture);
    const onInner = { kind: 'resource' as const, productId: customer.drive, resourceId: customer.inner };
    await customer.give('ben', 'manage', onFolder(customer));
    const direct = await customer.give('ben', 'change', onInner);
    for (const right of ['view', null]) {
      await restrict(customer, customer.person('ben'), { right });
      expect([await inInner(customer, 'ben'), (await list(customer)).map((each) => each.right)]).toEqual([
        ['view', 'change'],
        [right],
      ]);
    }
    expect(await fixture.eventTypesOf(direct.id)).toEqual(['given']);
    await setRights(customer, ['view']);
    expect(await inInner(customer, 'ben')).toEqual(['view']);
    expect([await restore(customer), await inInner(customer, 'ben')]).toEqual([1, levels]);
    expect((await customer.grants({ object: customer.inner })).map(({ right }) => right)).toEqual(['view']);
  });

  it('exists once per holder; another right or end replaces it and keeps the history', async () => {
    const customer = new Customer(fixture);
    await customer.give('ben', 'manage', onFolder(customer));
    const ask = (at?: string) =>
      fixture.test.call(
        listPersonAccess,
        { organizationId: customer.organizationId, accountId: customer.people.ben, ...(at ? { at } : {}) },
        customer.as.chief,
      );
    const rightsAt = async (at?: string) =>
      (await ask(at)).data.find(({ resource }) => resource?.resourceId === customer.inner)?.rights;
    const first = await restrict(customer, customer.person('ben'), { right: 'view', reason: 'first' });
    const reported = (await customer.events()).length;
    fixture.advanceHours(1);
    expect(await restrict(customer, customer.person('ben'), { right: 'view', reason: 'again' })).toEqual(first);
    expect((await customer.events()).length).toBe(reported);
    const second = await restrict(customer, customer.person('ben'), { right: 'change' });
    fixture.advanceHours(1);
    const third = await restrict(customer, customer.person('ben'), { right: 'change', endsAt: fixture.inHours(5) });
    fixture.advanceHours(1);
    const fourth = await restrict(customer, customer.person('ben'));
    expect([await list(customer), await rightsAt()]).toEqual([[fourth], []]);
    expect([await rightsAt(first.since), await rightsAt(second.since), await rightsAt(third.since)]).toEqual([
      ['view'],
      ['change', 'view'],
      ['change', 'view'],
    ]);
    expect(
      await fixture.test.rows(
        `select access_right, ended_at is null as is_active, set_by, lifted_by from restriction
         where resource_id = $1 order by position`,
        [uuid(customer.inner)],
      ),
    ).toEqual(
      ['view', 'change', 'change', null].map((right) => ({
        access_right: right,
        is_active: right === null,
        set_by: customer.people.chief,
        lifted_by: right === null ? null : customer.people.chief,
      })),
    );
    expect(await fixture.eventTypesOf(customer.inner)).toEqual([
      'restricted',
      'restricted',
      'restricted',
      'restricted',
    ]);
  });

  it('ends for one holder or for all', async () => {
    const customer = new Customer(fixture);
    for (const who of ['ben', 'cleo'] as const) {
      await customer.give(who, 'view', onFolder(customer));
      await restrict(customer, customer.person(who));
    }
    await restrict(customer, { kind: 'organization' }, { resourceId: customer.folder });
    expect([(await list(customer)).length, (await list(customer, { resourceId: customer.inner })).length]).toEqual([
      3, 2,
    ]);
    expect([
      await restore(customer, { holder: customer.person('cleo') }),
      await inInner(customer, 'ben'),
      await inInner(customer, 'cleo'),
    ]).toEqual([1, [], ['view']]);
    expect([await restore(customer), await inInner(customer, 'ben'), (await list(customer)).length]).toEqual([
      1,
      ['view'],
      1,
    ]);
  });

  it('with an end expires, and the end is recorded', async () => {
    const customer = new Customer(fixture);
    await customer.give('ben', 'change', onFolder(customer));
    const endsAt = fixture.inHours(2);
    expect(await restrict(customer, customer.person('ben'), { right: 'view', endsAt })).toMatchObject({ endsAt });
    expect([await inInner(customer, 'ben'), (await list(customer)).length]).toEqual([['view'], 1]);
    fixture.advanceHours(3);
    expect([await inInner(customer, 'ben'), (await list(customer)).length]).toEqual([['view', 'change'], 0]);
    const restored = await fixture.test.until(
      async () => (await fixture.eventsOf(customer.inner)).find(({ type }) => type === 'teams.inheritance.restored'),
      'the end of the restriction',
    );
    expect(restored.event.actorid).toBe('service:teams');
    expect(
      await fixture.test.rows(`select ended_at = ends_at as on_time from restriction where resource_id = $1`, [
        uuid(customer.inner),
      ]),
    ).toEqual([{ on_time: true }]);
    await restrict(customer, customer.person('ben'));
    expect(await inInner(customer, 'ben')).toEqual([]);
  });

  it('exists once after concurrent calls', async () => {
    const customer = new Customer(fixture);
    await Promise.all([
      restrict(customer, customer.person('ben'), { right: 'view' }),
      restrict(customer, customer.person('ben')),
      restrict(customer, customer.person('ben'), { right: 'view' }),
    ]);
    expect(await list(customer)).toHaveLength(1);
  });

  it('is rejected with a pointer to the invalid field', async () => {
    const customer = new Customer(fixture);
    for (const [rest, code, pointer] of [
      [{ holder: { kind: 'account', accountId: id('acc') } }, 'PERSON_UNKNOWN', '/holder/accountId'],
      [{ holder: { kind: 'team', teamId: id('team') } }, 'TEAM_NOT_FOUND', '/holder/teamId'],
      [{ productId: id('prd') }, 'PRODUCT_NOT_FOUND', '/productId'],
      [{ resourceId: id('res') }, 'RESOURCE_NOT_FOUND', '/resourceId'],
      [{ productId: customer.hosting }, 'RESOURCE_NOT_FOUND', '/resourceId'],
      [{ right: 'admin' }, 'RIGHT_UNKNOWN', '/right'],
      [{ holder: customer.person('eva'), right: 'manage' }, 'RIGHT_NOT_FOR_EXTERNALS', '/right'],
      [{ endsAt: fixture.inHours(-1) }, 'GRANT_ENDS_IN_PAST', '/endsAt'],
    ] as const) {
      await expect(restrict(customer, customer.person('ben'), rest)).rejects.toMatchObject({
        code,
        errors: [{ pointer }],
      });
    }
    await expect(restore(customer, { resourceId: id('res') })).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
      errors: [{ pointer: '/resourceId' }],
    });
    const folder = { organizationId: customer.organizationId, productId: customer.drive, resourceId: customer.inner };
    expect(
      await fixture.test.codeOf(restrictResource, { ...folder, holder: customer.person('ben') }, customer.as.ben),
    ).toBe('PERMISSION_DENIED');
    expect(await fixture.test.codeOf(restoreInheritance, folder, customer.as.ben)).toBe('PERMISSION_DENIED');
    expect(
      await fixture.test.codeOf(
        listRestrictions,
        { organizationId: customer.organizationId, productId: id('prd') },
        customer.as.chief,
      ),
    ).toBe('PRODUCT_NOT_FOUND');
  });
});
