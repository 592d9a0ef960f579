import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resourceAdded } from '@cordee/contracts/products/product';
import { getDefaultRights, setDefaultRights } from '@cordee/contracts/teams/default-rights';
import { endGrant } from '@cordee/contracts/teams/grant';
import {
  Customer,
  id,
  kind as resourceKind,
  productType,
  TeamsFixture,
  type PersonName,
} from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

const addressesOf = (one: Customer) => ({
  organizationId: one.organizationId,
  productId: one.mail,
  kind: 'mail_address',
});
const set = (one: Customer, rights: string[] | null, rest: object = {}) =>
  fixture.test.call(setDefaultRights, { ...addressesOf(one), rights, ...rest }, one.as.admin);
const get = (one: Customer) => fixture.test.call(getDefaultRights, addressesOf(one), one.as.admin);

/** Publishes a new mail address with its owner, and sets the current owner. Returns the rights granted to the owner. */
async function address(
  one: Customer,
  owner: PersonName | null,
  {
    sequences = [1],
    kind = 'mail_address',
    productId = one.mail,
    nowOf,
    isTold = true,
  }: {
    sequences?: number[];
    kind?: string;
    productId?: `prd_${string}`;
    nowOf?: PersonName | null;
    isTold?: boolean;
  } = {},
) {
  const resourceId = id('res');
  const data = {
    organizationId: one.organizationId,
    productId,
    resourceId,
    kind,
    ownerAccountId: owner && one.people[owner],
  };
  const product = one.products.find((each) => each.productId === productId);
  if (product) {
    one.products.splice(one.products.indexOf(product), 1, {
      ...product,
      resources: [
        ...(product.resources ?? []),
        { resourceId, kind, ownerAccountId: nowOf === undefined ? data.ownerAccountId : nowOf && one.people[nowOf] },
      ],
    });
    if (isTold) fixture.test.snapshotChanged('products', one.organizationId);
    else fixture.test.snapshotChangedUnnotified('products', one.organizationId);
  }
  for (const sequence of sequences)
    await fixture.test.publishEvent(resourceAdded, data, { sequence, actorId: one.people.admin });
  return { resourceId, given: async () => (await one.grants({ object: resourceId })).map(({ right }) => right).sort() };
}

describe('default rights (PROD-2)', () => {
  it('are those of the catalogue until the organization sets its own, also an empty set', async () => {
    const one = new Customer(fixture);
    const catalogue = {
      productId: one.mail,
      kind: 'mail_address',
      rights: ['auto_reply', 'signatures'],
      isOwn: false,
      version: 0,
    };
    expect(await get(one)).toEqual(catalogue);
    expect(await set(one, null)).toEqual(catalogue);
    for (let time = 0; time < 2; time += 1)
      expect(await set(one, ['sending', 'filters', 'sending'])).toEqual({
        ...catalogue,
        rights: ['filters', 'sending'],
        isOwn: true,
        version: 1,
      });
    await expect(set(one, [], { ifMatch: 0 })).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    expect(await set(one, [], { ifMatch: 1 })).toMatchObject({ rights: [], isOwn: true, version: 2 });
    expect(await get(one)).toMatchObject({ rights: [], isOwn: true });
    expect(await set(one, null)).toMatchObject({ rights: ['auto_reply', 'signatures'], isOwn: false, version: 3 });
    expect((await fixture.eventsOf(one.mail)).map(({ data }) => [data['before'], data['after']])).toEqual([
      [null, ['filters', 'sending']],
      [['filters', 'sending'], []],
      [[], null],
    ]);
  });

  it('are granted once to the owner of a new address, as ordinary grants', async () => {
    const one = new Customer(fixture);
    const first = await address(one, 'ben', { sequences: [1, 1, 2] });
    expect(await one.grants({ object: first.resourceId })).toMatchObject(
      ['auto_reply', 'signatures'].map(() => ({
        holder: one.person('ben'),
        givenBy: one.people.admin,
        reason: 'default rights',
        endsAt: null,
      })),
    );
    expect(await first.given()).toEqual(['auto_reply', 'signatures']);
    await set(one, ['sending']);
    expect([await (await address(one, 'ben')).given(), await first.given()]).toEqual([
      ['sending'],
      ['auto_reply', 'signatures'],
    ]);
    const [grant] = await one.grants({ object: first.resourceId });
    await fixture.test.call(endGrant, { organizationId: one.organizationId, grantId: grant!.id }, one.as.chief);
    expect(await first.given()).toHaveLength(1);
    await set(one, []);
    expect(await (await address(one, 'ben')).given()).toEqual([]);
  });

  it('are not granted when the address has another owner or none, or the owner has rejoined (ROL-7)', async () => {
    const one = new Customer(fixture);
    for (const nowOf of [null, 'cleo'] as const)
      expect(await (await address(one, 'ben', { nowOf })).given()).toEqual([]);
  });

  it('are not granted without an owner, for a former member, or without defaults', async () => {
    const one = new Customer(fixture);
    expect(await (await address(one, null)).given()).toEqual([]);
    one.people.cleo = id('acc');
    expect(await (await address(one, 'cleo')).given()).toEqual([]);
    expect(await (await address(one, 'ben', { kind: 'folder', productId: one.drive })).given()).toEqual([]);
    expect(await (await address(one, 'ben', { productId: id('prd') })).given()).toEqual([]);
  });

  it('exclude rights that an external cannot have', async () => {
    const one = new Customer(fixture);
    await fixture.test.call(
      setDefaultRights,
      { organizationId: one.organizationId, productId: one.drive, kind: 'folder', rights: ['manage', 'view'] },
      one.as.chief,
    );
    const given = async (who: PersonName) =>
      (await address(one, who, { kind: 'folder', productId: one.drive })).given();
    expect([await given('ben'), await given('eva')]).toEqual([['manage', 'view'], ['view']]);
  });

  it('are granted although the cached resources and catalogue are outdated', async () => {
    const one = new Customer(fixture);
    await fixture.test.process.access.forOrganization(one.organizationId);
    expect(await (await address(one, 'ben', { isTold: false })).given()).toEqual(['auto_reply', 'signatures']);
    const before = fixture.catalogue;
    fixture.catalogue = [
      ...before.filter(({ key }) => key !== 'mail_service'),
      productType('mail_service', [], [resourceKind('list', ['auto_reply'], ['auto_reply'])]),
    ];
    expect(await (await address(one, 'ben', { kind: 'list', isTold: false })).given()).toEqual(['auto_reply']);
    fixture.catalogue = before;
    fixture.advanceHours(1);
  });

  it('are rejected with a pointer to the invalid field', async () => {
    const one = new Customer(fixture);
    for (const [rest, rights, code, pointer] of [
      [{}, ['sending', 'flying', 'technical'], 'RIGHT_UNKNOWN', ['/rights/1', '/rights/2']],
      [{ productId: id('prd') }, [], 'PRODUCT_NOT_FOUND', ['/productId']],
      [{ kind: 'site' }, [], 'RESOURCE_KIND_NOT_FOUND', ['/kind']],
    ] as const) {
      await expect(set(one, [...rights], rest)).rejects.toMatchObject({
        code,
        errors: pointer.map((each) => ({ pointer: each })),
      });
    }
    expect([
      await fixture.test.codeOf(setDefaultRights, { ...addressesOf(one), rights: [] }, one.as.ben),
      await fixture.test.codeOf(getDefaultRights, addressesOf(one), one.as.ben),
    ]).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
  });
});
