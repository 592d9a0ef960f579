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

const folderRights = ['view', 'change', 'manage'];
const folderObject = (customer: Customer): GrantObject => ({
  kind: 'resource',
  productId: customer.drive,
  resourceId: customer.folder,
});
/** By default, the restriction is on the inner folder and removes all inherited rights. */
const restrict = (
  customer: Customer,
  holder: GrantHolder,
  input: Partial<z.input<typeof restrictResource.input>> = {},
) =>
  fixture.test.call(
    restrictResource,
    {
      organizationId: customer.organizationId,
      productId: customer.drive,
      resourceId: customer.innerFolder,
      holder,
      ...input,
    },
    customer.as.chief,
  );
/** By default, lifts the restrictions of all holders on the inner folder. Returns their number. */
const restore = async (customer: Customer, input: Partial<z.input<typeof restoreInheritance.input>> = {}) =>
  (
    await fixture.test.call(
      restoreInheritance,
      {
        organizationId: customer.organizationId,
        productId: customer.drive,
        resourceId: customer.innerFolder,
        ...input,
      },
      customer.as.chief,
    )
  ).lifted;
const list = async (customer: Customer, filter: { resourceId?: `res_${string}` } = {}) =>
  (
    await fixture.test.call(
      listRestrictions,
      { organizationId: customer.organizationId, productId: customer.drive, ...filter },
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
      resourceId: customer.innerFolder,
      rights,
    },
    customer.as.admin,
  );
/** Adds a folder inside the inner folder. */
function addDeepFolder(customer: Customer): `res_${string}` {
  const deepFolder = id('res');
  customer.putProduct({
    ...customer.findProduct(customer.drive),
    resources: [
      { resourceId: customer.folder },
      { resourceId: customer.innerFolder, parentId: customer.folder },
      { resourceId: deepFolder, parentId: customer.innerFolder },
    ],
  });
  return deepFolder;
}
const rightsInInnerFolder = (customer: Customer, who: 'ben' | 'cleo' | 'eva') =>
  customer.allowedRights(who, folderRights, customer.drive, customer.innerFolder);

describe('a restriction (PROD-2, C-TEAM-12)', () => {
  it('removes all rights of one person on a folder until it ends, despite later grants on the parent', async () => {
    const customer = new Customer(fixture);
    const team = await customer.createTeam('Files', {
      accountIds: [customer.people.ben, customer.people.cleo],
      grants: [{ object: folderObject(customer), rights: ['change'] }],
    });
    expect([await rightsInInnerFolder(customer, 'ben'), await rightsInInnerFolder(customer, 'cleo')]).toEqual([
      ['view', 'change'],
      ['view', 'change'],
    ]);
    await restrict(customer, customer.holderFor('ben'));
    expect([await rightsInInnerFolder(customer, 'ben'), await rightsInInnerFolder(customer, 'cleo')]).toEqual([
      [],
      ['view', 'change'],
    ]);
    expect(await customer.allowedRights('ben', folderRights, customer.drive, customer.folder)).toEqual([
      'view',
      'change',
    ]);
    // New grants on the parent folder to the team, the person and the organization do not reopen the inner folder.
    const [teamGrant] = await customer.listGrants({ holder: team.id });
    await fixture.test.call(
      endGrant,
      { organizationId: customer.organizationId, grantId: teamGrant!.id },
      customer.as.chief,
    );
    for (const holder of [
      { kind: 'team' as const, teamId: team.id },
      customer.holderFor('ben'),
      { kind: 'organization' as const },
    ])
      await customer.give(holder, 'manage', folderObject(customer));
    await customer.give('ben', 'manage', { kind: 'product', productId: customer.drive });
    expect([await rightsInInnerFolder(customer, 'ben'), await rightsInInnerFolder(customer, 'cleo')]).toEqual([
      [],
      folderRights,
    ]);
    expect([await restore(customer), await restore(customer), await rightsInInnerFolder(customer, 'ben')]).toEqual([
      1,
      0,
      folderRights,
    ]);
    expect(await fixture.eventTypesOf(customer.innerFolder)).toEqual(['restricted', 'restored']);
  });

  it('of a team applies to all paths through the team, and to no other paths', async () => {
    const customer = new Customer(fixture);
    const { ben, cleo } = customer.people;
    const parent = await customer.createTeam('Parent', {
      accountIds: [cleo],
      grants: [{ object: folderObject(customer), rights: ['view'] }],
    });
    const child = await customer.createTeam('Child', { parentId: parent.id, accountIds: [ben] });
    await restrict(customer, { kind: 'team', teamId: child.id });
    expect([await rightsInInnerFolder(customer, 'ben'), await rightsInInnerFolder(customer, 'cleo')]).toEqual([
      [],
      ['view'],
    ]);
    await customer.give('ben', 'change', folderObject(customer));
    expect(await rightsInInnerFolder(customer, 'ben')).toEqual(['view', 'change']);
    await restore(customer);
    await restrict(customer, { kind: 'team', teamId: parent.id });
    expect([await rightsInInnerFolder(customer, 'ben'), await rightsInInnerFolder(customer, 'cleo')]).toEqual([
      ['view', 'change'],
      [],
    ]);
  });

  it('of a team gives no right to a person who is restricted on an outer resource', async () => {
    const customer = new Customer(fixture);
    const team = await customer.createTeam('Files', {
      accountIds: [customer.people.ben, customer.people.cleo],
      grants: [{ object: folderObject(customer), rights: ['manage'] }],
    });
    const deepFolder = addDeepFolder(customer);
    await restrict(customer, customer.holderFor('ben'));
    const rightsInDeepFolder = async () => [
      await customer.allowedRights('ben', folderRights, customer.drive, deepFolder),
      await customer.allowedRights('cleo', folderRights, customer.drive, deepFolder),
    ];
    expect(await rightsInDeepFolder()).toEqual([[], folderRights]);
    await restrict(customer, { kind: 'team', teamId: team.id }, { resourceId: deepFolder, right: 'change' });
    expect(await rightsInDeepFolder()).toEqual([[], ['view', 'change']]);
    // A restriction does not limit a grant on the resource itself.
    await customer.give('ben', 'view', { kind: 'resource', productId: customer.drive, resourceId: deepFolder });
    expect(await rightsInDeepFolder()).toEqual([['view'], ['view', 'change']]);
  });

  it('narrows the inherited rights and adds no right', async () => {
    const customer = new Customer(fixture);
    const deepFolder = addDeepFolder(customer);
    await customer.give('ben', 'change', folderObject(customer));
    const rightsInBothFolders = async () => [
      await rightsInInnerFolder(customer, 'ben'),
      await customer.allowedRights('ben', folderRights, customer.drive, deepFolder),
    ];
    const restricted = await restrict(customer, customer.holderFor('ben'), { right: 'view', reason: 'payroll' });
    expect(restricted).toMatchObject({
      holder: customer.holderFor('ben'),
      resourceId: customer.innerFolder,
      right: 'view',
      endsAt: null,
      setBy: customer.people.chief,
      reason: 'payroll',
    });
    expect([await rightsInBothFolders(), await list(customer)]).toEqual([[['view'], ['view']], [restricted]]);
    await restrict(customer, customer.holderFor('ben'), { right: 'manage' });
    expect(await rightsInBothFolders()).toEqual([
      ['view', 'change'],
      ['view', 'change'],
    ]);
    // A restriction on an inner resource adds no right either.
    await restrict(customer, customer.holderFor('ben'), { right: 'view' });
    await restrict(customer, customer.holderFor('ben'), { right: 'manage', resourceId: deepFolder });
    expect(await rightsInBothFolders()).toEqual([['view'], ['view']]);
    await restore(customer);
    expect(await rightsInBothFolders()).toEqual([
      ['view', 'change'],
      ['view', 'change'],
    ]);
  });

  it('is part of the explanation of the grant that it narrows', async () => {
    const customer = new Customer(fixture);
    const grant = await customer.give('ben', 'manage', folderObject(customer));
    await restrict(customer, customer.holderFor('ben'), { right: 'view' });
    const question = {
      organizationId: customer.organizationId,
      accountId: customer.people.ben,
      productId: customer.drive,
    };
    const innerQuestion = { ...question, resourceId: customer.innerFolder };
    const explain = (right: string) => fixture.test.call(explainAccess, { ...innerQuestion, right }, customer.as.chief);
    expect(await explain('view')).toMatchObject({
      isAllowed: true,
      chains: [{ grantId: grant.id, right: 'manage', gives: ['view'] }],
    });
    expect((await explain('view')).text).toContain('A restriction narrows this right on the resource to: view.');
    expect(await explain('change')).toMatchObject({ isAllowed: false, refusal: 'inheritance_restricted' });
    const listed = (await fixture.test.call(listPersonAccess, question, customer.as.chief)).data;
    expect(listed.find(({ resource }) => resource?.resourceId === customer.innerFolder)).toMatchObject({
      rights: ['view'],
      through: [{ grantId: grant.id, right: 'manage', gives: ['view'] }],
    });
    expect((await fixture.test.call(getPersonRights, innerQuestion, customer.as.chief)).others).toMatchObject([
      { grantId: grant.id, right: 'manage', gives: ['view'] },
    ]);
  });

  it('does not change grants: earlier and later grants on the resource itself keep their effect', async () => {
    const customer = new Customer(fixture);
    const innerFolderObject = {
      kind: 'resource' as const,
      productId: customer.drive,
      resourceId: customer.innerFolder,
    };
    await customer.give('ben', 'manage', folderObject(customer));
    const direct = await customer.give('ben', 'change', innerFolderObject);
    for (const right of ['view', null]) {
      await restrict(customer, customer.holderFor('ben'), { right });
      expect([
        await rightsInInnerFolder(customer, 'ben'),
        (await list(customer)).map(({ right: listedRight }) => listedRight),
      ]).toEqual([['view', 'change'], [right]]);
    }
    expect(await fixture.eventTypesOf(direct.id)).toEqual(['given']);
    await setRights(customer, ['view']);
    expect(await rightsInInnerFolder(customer, 'ben')).toEqual(['view']);
    expect([await restore(customer), await rightsInInnerFolder(customer, 'ben')]).toEqual([1, folderRights]);
    expect((await customer.listGrants({ object: customer.innerFolder })).map(({ right }) => right)).toEqual(['view']);
  });

  it('exists once per holder; a new right or end replaces the restriction, and the former row remains', async () => {
    const customer = new Customer(fixture);
    await customer.give('ben', 'manage', folderObject(customer));
    const listAccess = (at?: string) =>
      fixture.test.call(
        listPersonAccess,
        { organizationId: customer.organizationId, accountId: customer.people.ben, ...(at ? { at } : {}) },
        customer.as.chief,
      );
    const rightsAt = async (at?: string) =>
      (await listAccess(at)).data.find(({ resource }) => resource?.resourceId === customer.innerFolder)?.rights;
    const first = await restrict(customer, customer.holderFor('ben'), { right: 'view', reason: 'first' });
    const eventCount = (await customer.listEvents()).length;
    fixture.advanceHours(1);
    expect(await restrict(customer, customer.holderFor('ben'), { right: 'view', reason: 'again' })).toEqual(first);
    expect((await customer.listEvents()).length).toBe(eventCount);
    const second = await restrict(customer, customer.holderFor('ben'), { right: 'change' });
    fixture.advanceHours(1);
    const third = await restrict(customer, customer.holderFor('ben'), { right: 'change', endsAt: fixture.inHours(5) });
    fixture.advanceHours(1);
    const fourth = await restrict(customer, customer.holderFor('ben'));
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
        [uuid(customer.innerFolder)],
      ),
    ).toEqual(
      ['view', 'change', 'change', null].map((right) => ({
        access_right: right,
        is_active: right === null,
        set_by: customer.people.chief,
        lifted_by: right === null ? null : customer.people.chief,
      })),
    );
    expect(await fixture.eventTypesOf(customer.innerFolder)).toEqual([
      'restricted',
      'restricted',
      'restricted',
      'restricted',
    ]);
  });

  it('can be lifted for one holder, or for all holders on a resource', async () => {
    const customer = new Customer(fixture);
    for (const who of ['ben', 'cleo'] as const) {
      await customer.give(who, 'view', folderObject(customer));
      await restrict(customer, customer.holderFor(who));
    }
    await restrict(customer, { kind: 'organization' }, { resourceId: customer.folder });
    expect([
      (await list(customer)).length,
      (await list(customer, { resourceId: customer.innerFolder })).length,
    ]).toEqual([3, 2]);
    expect([
      await restore(customer, { holder: customer.holderFor('cleo') }),
      await rightsInInnerFolder(customer, 'ben'),
      await rightsInInnerFolder(customer, 'cleo'),
    ]).toEqual([1, [], ['view']]);
    expect([
      await restore(customer),
      await rightsInInnerFolder(customer, 'ben'),
      (await list(customer)).length,
    ]).toEqual([1, ['view'], 1]);
  });

  it('with a planned end expires at this end, and the end is recorded', async () => {
    const customer = new Customer(fixture);
    await customer.give('ben', 'change', folderObject(customer));
    const endsAt = fixture.inHours(2);
    expect(await restrict(customer, customer.holderFor('ben'), { right: 'view', endsAt })).toMatchObject({ endsAt });
    expect([await rightsInInnerFolder(customer, 'ben'), (await list(customer)).length]).toEqual([['view'], 1]);
    fixture.advanceHours(3);
    expect([await rightsInInnerFolder(customer, 'ben'), (await list(customer)).length]).toEqual([
      ['view', 'change'],
      0,
    ]);
    const restoredEvent = await fixture.test.until(
      async () =>
        (await fixture.eventsOf(customer.innerFolder)).find(({ type }) => type === 'teams.inheritance.restored'),
      'the end of the restriction',
    );
    expect(restoredEvent.event.actorid).toBe('service:teams');
    expect(
      await fixture.test.rows(`select ended_at = ends_at as on_time from restriction where resource_id = $1`, [
        uuid(customer.innerFolder),
      ]),
    ).toEqual([{ on_time: true }]);
    await restrict(customer, customer.holderFor('ben'));
    expect(await rightsInInnerFolder(customer, 'ben')).toEqual([]);
  });

  it('exists once after concurrent calls', async () => {
    const customer = new Customer(fixture);
    await Promise.all([
      restrict(customer, customer.holderFor('ben'), { right: 'view' }),
      restrict(customer, customer.holderFor('ben')),
      restrict(customer, customer.holderFor('ben'), { right: 'view' }),
    ]);
    expect(await list(customer)).toHaveLength(1);
  });

  it('is rejected with a pointer to the invalid field', async () => {
    const customer = new Customer(fixture);
    for (const [input, code, pointer] of [
      [{ holder: { kind: 'account', accountId: id('acc') } }, 'PERSON_UNKNOWN', '/holder/accountId'],
      [{ holder: { kind: 'team', teamId: id('team') } }, 'TEAM_NOT_FOUND', '/holder/teamId'],
      [{ productId: id('prd') }, 'PRODUCT_NOT_FOUND', '/productId'],
      [{ resourceId: id('res') }, 'RESOURCE_NOT_FOUND', '/resourceId'],
      [{ productId: customer.hosting }, 'RESOURCE_NOT_FOUND', '/resourceId'],
      [{ right: 'admin' }, 'RIGHT_UNKNOWN', '/right'],
      [{ holder: customer.holderFor('eva'), right: 'manage' }, 'RIGHT_NOT_FOR_EXTERNALS', '/right'],
      [{ endsAt: fixture.inHours(-1) }, 'GRANT_ENDS_IN_PAST', '/endsAt'],
    ] as const) {
      await expect(restrict(customer, customer.holderFor('ben'), input)).rejects.toMatchObject({
        code,
        errors: [{ pointer }],
      });
    }
    await expect(restore(customer, { resourceId: id('res') })).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
      errors: [{ pointer: '/resourceId' }],
    });
    const folderInput = {
      organizationId: customer.organizationId,
      productId: customer.drive,
      resourceId: customer.innerFolder,
    };
    expect(
      await fixture.test.codeOf(
        restrictResource,
        { ...folderInput, holder: customer.holderFor('ben') },
        customer.as.ben,
      ),
    ).toBe('PERMISSION_DENIED');
    expect(await fixture.test.codeOf(restoreInheritance, folderInput, customer.as.ben)).toBe('PERMISSION_DENIED');
    expect(
      await fixture.test.codeOf(
        listRestrictions,
        { organizationId: customer.organizationId, productId: id('prd') },
        customer.as.chief,
      ),
    ).toBe('PRODUCT_NOT_FOUND');
  });
});
