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

const addressesOf = (customer: Customer) => ({
  organizationId: customer.organizationId,
  productId: customer.mail,
  kind: 'mail_address',
});
const set = (customer: Customer, rights: string[] | null, rest: object = {}) =>
  fixture.test.call(setDefaultRights, { ...addressesOf(customer), rights, ...rest }, customer.as.admin);
const get = (customer: Customer) => fixture.test.call(getDefaultRights, addressesOf(customer), customer.as.admin);

/** Publishes a new mail address with its owner, and sets the current owner. Returns the rights granted to the owner. */
async function address(
  customer: Customer,
  owner: PersonName | null,
  {
    sequences = [1],
    kind = 'mail_address',
    productId = customer.mail,
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
    organizationId: customer.organizationId,
    productId,
    resourceId,
    kind,
    ownerAccountId: owner && customer.people[owner],
  };
  const product = customer.products.find((each) => each.productId === productId);
  if (product) {
    customer.products.splice(customer.products.indexOf(product), 1, {
      ...product,
      resources: [
        ...(product.resources ?? []),
        {
          resourceId,
          kind,
          ownerAccountId: nowOf === undefined ? data.ownerAccountId : nowOf && customer.people[nowOf],
        },
      ],
    });
    if (isTold) fixture.test.snapshotChanged('products', customer.organizationId);
    else fixture.test.snapshotChangedUnnotified('products', customer.organizationId);
  }
  for (const sequence of sequences)
    await fixture.test.publishEvent(resourceAdded, data, { sequence, actorId: customer.people.admin });
  return {
    resourceId,
    given: async () => (await customer.grants({ object: resourceId })).map(({ right }) => right).sort(),
  };
}

describe('default rights (PROD-2)', () => {
  it('are those of the catalogue until the organization sets its own, also an empty set', async () => {
    const customer = new Customer(fixture);
    const catalogue = {
      productId: customer.mail,
      kind: 'mail_address',
      rights: ['auto_reply', 'signatures'],
      isOwn: false,
      version: 0,
    };
    expect(await get(customer)).toEqual(catalogue);
    expect(await set(customer, null)).toEqual(catalogue);
    for (let time = 0; time < 2; time += 1)
      expect(await set(customer, ['sending', 'filters', 'sending'])).toEqual({
        ...catalogue,
        rights: ['filters', 'sending'],
        isOwn: true,
        version: 1,
      });
    await expect(set(customer, [], { ifMatch: 0 })).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    expect(await set(customer, [], { ifMatch: 1 })).toMatchObject({ rights: [], isOwn: true, version: 2 });
    expect(await get(customer)).toMatchObject({ rights: [], isOwn: true });
    expect(await set(customer, null)).toMatchObject({ rights: ['auto_reply', 'signatures'], isOwn: false, version: 3 });
    expect((await fixture.eventsOf(customer.mail)).map(({ data }) => [data['before'], data['after']])).toEqual([
      [null, ['filters', 'sending']],
      [['filters', 'sending'], []],
      [[], null],
    ]);
  });

  it('are granted once to the owner of a new address, as ordinary grants', async () => {
    const customer = new Customer(fixture);
    const first = await address(customer, 'ben', { sequences: [1, 1, 2] });
    expect(await customer.grants({ object: first.resourceId })).toMatchObject(
      ['auto_reply', 'signatures'].map(() => ({
        holder: customer.person('ben'),
        givenBy: customer.people.admin,
        reason: 'default rights',
        endsAt: null,
      })),
    );
    expect(await first.given()).toEqual(['auto_reply', 'signatures']);
    await set(customer, ['sending']);
    expect([await (await address(customer, 'ben')).given(), await first.given()]).toEqual([
      ['sending'],
      ['auto_reply', 'signatures'],
    ]);
    const [grant] = await customer.grants({ object: first.resourceId });
    await fixture.test.call(
      endGrant,
      { organizationId: customer.organizationId, grantId: grant!.id },
      customer.as.chief,
    );
    expect(await first.given()).toHaveLength(1);
    await set(customer, []);
    expect(await (await address(customer, 'ben')).given()).toEqual([]);
  });

  it('are not granted when the address has another owner or none, or the owner has rejoined (ROL-7)', async () => {
    const customer = new Customer(fixture);
    for (const nowOf of [null, 'cleo'] as const)
      expect(await (await address(customer, 'ben', { nowOf })).given()).toEqual([]);
  });

  it('are not granted without an owner, for a former member, or without defaults', async () => {
    const customer = new Customer(fixture);
    expect(await (await address(customer, null)).given()).toEqual([]);
    customer.people.cleo = id('acc');
    expect(await (await address(customer, 'cleo')).given()).toEqual([]);
    expect(await (await address(customer, 'ben', { kind: 'folder', productId: customer.drive })).given()).toEqual([]);
    expect(await (await address(customer, 'ben', { productId: id('prd') })).given()).toEqual([]);
  });

  it('exclude rights that an external cannot have', async () => {
    const customer = new Customer(fixture);
    await fixture.test.call(
      setDefaultRights,
      {
        organizationId: customer.organizationId,
        productId: customer.drive,
        kind: 'folder',
        rights: ['manage', 'view'],
      },
      customer.as.chief,
    );
    const given = async (who: PersonName) =>
      (await address(customer, who, { kind: 'folder', productId: customer.drive })).given();
    expect([await given('ben'), await given('eva')]).toEqual([['manage', 'view'], ['view']]);
  });

  it('are granted although the cached resources and catalogue are outdated', async () => {
    const customer = new Customer(fixture);
    await fixture.test.process.access.forOrganization(customer.organizationId);
    expect(await (await address(customer, 'ben', { isTold: false })).given()).toEqual(['auto_reply', 'signatures']);
    const before = fixture.catalogue;
    fixture.catalogue = [
      ...before.filter(({ key }) => key !== 'mail_service'),
      productType('mail_service', [], [resourceKind('list', ['auto_reply'], ['auto_reply'])]),
    ];
    expect(await (await address(customer, 'ben', { kind: 'list', isTold: false })).given()).toEqual(['auto_reply']);
    fixture.catalogue = before;
    fixture.advanceHours(1);
  });

  it('are rejected with a pointer to the invalid field', async () => {
    const customer = new Customer(fixture);
    for (const [rest, rights, code, pointer] of [
      [{}, ['sending', 'flying', 'technical'], 'RIGHT_UNKNOWN', ['/rights/1', '/rights/2']],
      [{ productId: id('prd') }, [], 'PRODUCT_NOT_FOUND', ['/productId']],
      [{ kind: 'site' }, [], 'RESOURCE_KIND_NOT_FOUND', ['/kind']],
    ] as const) {
      await expect(set(customer, [...rights], rest)).rejects.toMatchObject({
        code,
        errors: pointer.map((each) => ({ pointer: each })),
      });
    }
    expect([
      await fixture.test.codeOf(setDefaultRights, { ...addressesOf(customer), rights: [] }, customer.as.ben),
      await fixture.test.codeOf(getDefaultRights, addressesOf(customer), customer.as.ben),
    ]).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
  });
});
