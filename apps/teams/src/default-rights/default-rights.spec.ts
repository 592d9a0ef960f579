import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resourceAdded } from '@cordee/contracts/products/product';
import { getDefaultRights, setDefaultRights } from '@cordee/contracts/teams/default-rights';
import { endGrant } from '@cordee/contracts/teams/grant';
import { Customer, id, productType, resourceKind, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

const mailAddressInput = (customer: Customer) => ({
  organizationId: customer.organizationId,
  productId: customer.mail,
  kind: 'mail_address',
});
/** With `rights: null`, the default of the catalogue applies again. */
const setDefaults = (customer: Customer, rights: string[] | null, input: object = {}) =>
  fixture.test.call(setDefaultRights, { ...mailAddressInput(customer), rights, ...input }, customer.as.admin);
const getDefaults = (customer: Customer) =>
  fixture.test.call(getDefaultRights, mailAddressInput(customer), customer.as.admin);

/**
 * Adds a resource to a product, by default a mail address, and publishes `resourceAdded` with `owner`. In the stubbed
 * products, the resource has the owner `currentOwner`, which is `owner` by default. The event is published once for
 * each sequence number. With `isNotified: false`, the access cache is not notified of the new resource.
 */
async function addResource(
  customer: Customer,
  owner: PersonName | null,
  {
    sequences = [1],
    kind = 'mail_address',
    productId = customer.mail,
    currentOwner,
    isNotified = true,
  }: {
    sequences?: number[];
    kind?: string;
    productId?: `prd_${string}`;
    currentOwner?: PersonName | null;
    isNotified?: boolean;
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
  const product = customer.products.find((candidate) => candidate.productId === productId);
  if (product) {
    customer.products.splice(customer.products.indexOf(product), 1, {
      ...product,
      resources: [
        ...(product.resources ?? []),
        {
          resourceId,
          kind,
          ownerAccountId:
            currentOwner === undefined ? data.ownerAccountId : currentOwner && customer.people[currentOwner],
        },
      ],
    });
    if (isNotified) fixture.test.snapshotChanged('products', customer.organizationId);
    else fixture.test.changeSnapshotSilently('products', customer.organizationId);
  }
  for (const sequence of sequences)
    await fixture.test.publishEvent(resourceAdded, data, { sequence, actorId: customer.people.admin });
  return {
    resourceId,
    grantedRights: async () => (await customer.listGrants({ object: resourceId })).map(({ right }) => right).sort(),
  };
}

describe('default rights (PROD-2)', () => {
  it('are the catalogue default until the organization sets its own rights, which may be an empty set', async () => {
    const customer = new Customer(fixture);
    const catalogueDefault = {
      productId: customer.mail,
      kind: 'mail_address',
      rights: ['auto_reply', 'signatures'],
      isOwn: false,
      version: 0,
    };
    expect(await getDefaults(customer)).toEqual(catalogueDefault);
    expect(await setDefaults(customer, null)).toEqual(catalogueDefault);
    // The second call changes nothing.
    for (let call = 1; call <= 2; call += 1)
      expect(await setDefaults(customer, ['sending', 'filters', 'sending'])).toEqual({
        ...catalogueDefault,
        rights: ['filters', 'sending'],
        isOwn: true,
        version: 1,
      });
    await expect(setDefaults(customer, [], { ifMatch: [0] })).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    expect(await setDefaults(customer, [], { ifMatch: [1] })).toMatchObject({ rights: [], isOwn: true, version: 2 });
    expect(await getDefaults(customer)).toMatchObject({ rights: [], isOwn: true });
    expect(await setDefaults(customer, null)).toMatchObject({
      rights: ['auto_reply', 'signatures'],
      isOwn: false,
      version: 3,
    });
    expect((await fixture.eventsOf(customer.mail)).map(({ data }) => [data['before'], data['after']])).toEqual([
      [null, ['filters', 'sending']],
      [['filters', 'sending'], []],
      [[], null],
    ]);
  });

  it('are granted once to the owner of a new address, as ordinary grants', async () => {
    const customer = new Customer(fixture);
    // Two events with the same sequence number, then a later event, all about the same address.
    const firstAddress = await addResource(customer, 'ben', { sequences: [1, 1, 2] });
    expect(await customer.listGrants({ object: firstAddress.resourceId })).toMatchObject(
      ['auto_reply', 'signatures'].map(() => ({
        holder: customer.holderFor('ben'),
        givenBy: customer.people.admin,
        reason: 'default rights',
        endsAt: null,
      })),
    );
    expect(await firstAddress.grantedRights()).toEqual(['auto_reply', 'signatures']);
    await setDefaults(customer, ['sending']);
    expect([await (await addResource(customer, 'ben')).grantedRights(), await firstAddress.grantedRights()]).toEqual([
      ['sending'],
      ['auto_reply', 'signatures'],
    ]);
    const [grant] = await customer.listGrants({ object: firstAddress.resourceId });
    await fixture.test.call(
      endGrant,
      { organizationId: customer.organizationId, grantId: grant!.id },
      customer.as.chief,
    );
    expect(await firstAddress.grantedRights()).toHaveLength(1);
    await setDefaults(customer, []);
    expect(await (await addResource(customer, 'ben')).grantedRights()).toEqual([]);
  });

  it('are not granted when a late event names an owner that the address no longer has', async () => {
    const customer = new Customer(fixture);
    for (const currentOwner of [null, 'cleo'] as const)
      expect(await (await addResource(customer, 'ben', { currentOwner })).grantedRights()).toEqual([]);
  });

  it('are not granted without an owner, to a former member, in an unknown product, or without a default', async () => {
    const customer = new Customer(fixture);
    expect(await (await addResource(customer, null)).grantedRights()).toEqual([]);
    // No member of the organization has the new account id.
    customer.people.cleo = id('acc');
    expect(await (await addResource(customer, 'cleo')).grantedRights()).toEqual([]);
    expect(
      await (await addResource(customer, 'ben', { kind: 'folder', productId: customer.drive })).grantedRights(),
    ).toEqual([]);
    expect(await (await addResource(customer, 'ben', { productId: id('prd') })).grantedRights()).toEqual([]);
  });

  it('exclude the rights that an external owner cannot have', async () => {
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
    const rightsOfNewOwner = async (owner: PersonName) =>
      (await addResource(customer, owner, { kind: 'folder', productId: customer.drive })).grantedRights();
    expect([await rightsOfNewOwner('ben'), await rightsOfNewOwner('eva')]).toEqual([['manage', 'view'], ['view']]);
  });

  it('are granted although the cached resources and catalogue are outdated', async () => {
    const customer = new Customer(fixture);
    await fixture.test.process.access.forOrganization(customer.organizationId);
    expect(await (await addResource(customer, 'ben', { isNotified: false })).grantedRights()).toEqual([
      'auto_reply',
      'signatures',
    ]);
    const catalogueBefore = fixture.catalogue;
    fixture.catalogue = [
      ...catalogueBefore.filter(({ key }) => key !== 'mail_service'),
      productType('mail_service', [], [resourceKind('list', ['auto_reply'], ['auto_reply'])]),
    ];
    expect(await (await addResource(customer, 'ben', { kind: 'list', isNotified: false })).grantedRights()).toEqual([
      'auto_reply',
    ]);
    fixture.catalogue = catalogueBefore;
    // The cached catalogue expires, so that the next test does not use the changed catalogue.
    fixture.advanceHours(1);
  });

  it('are rejected with a pointer to the invalid field', async () => {
    const customer = new Customer(fixture);
    for (const [input, rights, code, pointers] of [
      [{}, ['sending', 'flying', 'technical'], 'RIGHT_UNKNOWN', ['/rights/1', '/rights/2']],
      [{ productId: id('prd') }, [], 'PRODUCT_NOT_FOUND', ['/productId']],
      [{ kind: 'site' }, [], 'RESOURCE_KIND_NOT_FOUND', ['/kind']],
    ] as const) {
      await expect(setDefaults(customer, [...rights], input)).rejects.toMatchObject({
        code,
        errors: pointers.map((pointer) => ({ pointer })),
      });
    }
  });

  it('can be read and set only by a person who manages the product', async () => {
    const customer = new Customer(fixture);
    expect([
      await fixture.test.codeOf(setDefaultRights, { ...mailAddressInput(customer), rights: [] }, customer.as.ben),
      await fixture.test.codeOf(getDefaultRights, mailAddressInput(customer), customer.as.ben),
    ]).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
  });
});
