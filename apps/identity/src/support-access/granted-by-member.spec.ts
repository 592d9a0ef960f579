import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changeMember, getMemberSnapshot, removeMember } from '@cordee/contracts/identity/member';
import { createOrganization, getOrganization } from '@cordee/contracts/identity/organization';
import {
  enterSupportAccess,
  grantSupportAccess,
  listLiveSupportAccesses,
} from '@cordee/contracts/identity/support-access';
import { newId } from '@cordee/contracts/id';
import type { Caller, TestService } from '@cordee/testing/test-service';
import { IdentityFixture, type Person } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
let test: TestService;
let sam: Person, anna: Person, ben: Person;
beforeAll(async () => {
  fixture = await IdentityFixture.start({ STAFF_EMAILS: 'sam@provider.example' });
  test = fixture.service;
  sam = await fixture.signUp('Sam Support', 'sam@provider.example');
  sam.as = { staff: sam.accountId };
  [anna, ben] = [await fixture.signUp(), await fixture.signUp()];
});
afterAll(() => test.stop());

async function createCustomer(role: 'collaborator' | 'administrator' = 'collaborator') {
  const { id: organizationId } = await test.call(createOrganization, { name: 'Alpine Rescue' }, anna.as);
  const manager = { ...anna, organizationId };
  const site = newId('prd', new Date());
  test.stubbedSnapshots.products.set(organizationId, [
    { productId: site, type: 'web_hosting', name: 'alpine.example' },
  ]);
  const member = await fixture.join(manager, role, ben);
  test.stubbedSnapshots.grants.set(organizationId, {
    grants: [
      {
        grantId: newId('grt', new Date()),
        holder: { kind: 'account', accountId: ben.accountId, memberId: member.memberId },
        object: { kind: 'product', productId: site },
        right: 'technical',
        endsAt: null,
      },
    ],
  });
  const give = (as: Caller, productIds: `prd_${string}`[] | null, withContent = false) =>
    test.call(
      grantSupportAccess,
      {
        organizationId,
        level: 'write',
        withContent,
        productIds,
        hours: 720,
        reason: 'The site answers with an error',
        ticket: null,
      },
      as,
    );
  return { organizationId, manager, site, member, give };
}
const supportEntriesIn = async (organizationId: `org_${string}`) =>
  (await test.call(getMemberSnapshot, { organizationId }, { service: 'teams' })).support;
const readOrganization = (organizationId: `org_${string}`) => test.codeOf(getOrganization, { organizationId }, sam.as);

it('an access to a product does not cover a later ownership period of the product (PROD-5)', async () => {
  const customer = await createCustomer();
  const { id } = await customer.give(customer.manager.as, [customer.site]);
  await test.call(enterSupportAccess, { supportAccessId: id }, sam.as);
  expect(await readOrganization(customer.organizationId)).toBe('ok');
  test.stubbedSnapshots.products.set(customer.organizationId, []);
  test.snapshotChanged('products', customer.organizationId);
  test.stubbedSnapshots.products.set(customer.organizationId, [
    { productId: customer.site, type: 'web_hosting', name: 'alpine.example', ownershipNumber: 2 },
  ]);
  test.snapshotChanged('products', customer.organizationId);
  const access = await test.process.access.forOrganization(customer.organizationId);
  const allowed = access.check({
    accountId: sam.accountId,
    right: 'technical',
    productId: customer.site,
    at: test.process.clock.now(),
  });
  expect(allowed).toBe(false);
});

it('an access that a collaborator gave ends with their membership period', async () => {
  const customer = await createCustomer();
  const { id } = await customer.give(ben.as, [customer.site]);
  await test.call(enterSupportAccess, { supportAccessId: id }, sam.as);
  await test.call(
    removeMember,
    { organizationId: customer.organizationId, memberId: customer.member.memberId },
    customer.manager.as,
  );
  expect({
    read: await readOrganization(customer.organizationId),
    live: (await test.call(listLiveSupportAccesses, {}, sam.as)).data.filter((each) => each.id === id).length,
    entries: await supportEntriesIn(customer.organizationId),
  }).toEqual({ read: 'ORGANIZATION_NOT_FOUND', live: 0, entries: [] });
});

it('an access that a collaborator gave has no effect while they are blocked', async () => {
  const customer = await createCustomer();
  const { id } = await customer.give(ben.as, [customer.site]);
  await test.call(enterSupportAccess, { supportAccessId: id }, sam.as);
  await test.call(
    changeMember,
    { organizationId: customer.organizationId, memberId: customer.member.memberId, isBlocked: true },
    customer.manager.as,
  );
  expect(await readOrganization(customer.organizationId)).toBe('ORGANIZATION_NOT_FOUND');
});

it('an access that a collaborator gave covers a product only while they have rights on the product', async () => {
  const customer = await createCustomer();
  const { id } = await customer.give(ben.as, [customer.site]);
  await test.call(enterSupportAccess, { supportAccessId: id }, sam.as);
  test.stubbedSnapshots.grants.set(customer.organizationId, { grants: [] });
  test.snapshotChanged('grants', customer.organizationId);
  const access = await test.process.access.forOrganization(customer.organizationId);
  expect(
    access.check({
      accountId: sam.accountId,
      right: 'technical',
      productId: customer.site,
      at: test.process.clock.now(),
    }),
  ).toBe(false);
});

describe('an access that an administrator gave', () => {
  /** Ben is an administrator. Sam has entered under the accesses that Ben gave. */
  async function giveAsAdministrator(...accesses: { products: 'site' | 'all'; withContent?: boolean }[]) {
    const customer = await createCustomer('administrator');
    const ids: string[] = [];
    for (const { products, withContent } of accesses) {
      const { id } = await customer.give(ben.as, products === 'site' ? [customer.site] : null, withContent);
      await test.call(enterSupportAccess, { supportAccessId: id }, sam.as);
      ids.push(id);
    }
    const change = (changes: { role?: 'collaborator' | 'external'; isBlocked?: boolean }) =>
      test.call(
        changeMember,
        { organizationId: customer.organizationId, memberId: customer.member.memberId, ...changes },
        customer.manager.as,
      );
    const entered = async () => (await supportEntriesIn(customer.organizationId)).map((entry) => entry.supportAccessId);
    return { ...customer, ids, change, entered };
  }

  it('ends when the administrator is removed', async () => {
    const { organizationId, manager, member, entered } = await giveAsAdministrator({ products: 'all' });
    expect(await readOrganization(organizationId)).toBe('ok');
    await test.call(removeMember, { organizationId, memberId: member.memberId }, manager.as);
    expect([await readOrganization(organizationId), await entered()]).toEqual(['ORGANIZATION_NOT_FOUND', []]);
  });

  it('has no effect while the administrator is blocked', async () => {
    const { organizationId, change } = await giveAsAdministrator({ products: 'all' });
    await change({ isBlocked: true });
    expect(await readOrganization(organizationId)).toBe('ORGANIZATION_NOT_FOUND');
    await change({ isBlocked: false });
    expect(await readOrganization(organizationId)).toBe('ok');
  });

  it('ends when it is wider than a collaborator may give, and the administrator becomes a collaborator', async () => {
    const { ids, change, entered } = await giveAsAdministrator(
      { products: 'all' },
      { products: 'site', withContent: true },
      { products: 'site' },
    );
    await change({ role: 'collaborator' });
    expect(await entered()).toEqual([ids[2]]);
  });

  it('ends when the administrator becomes an external', async () => {
    const { change, entered } = await giveAsAdministrator({ products: 'site' });
    await change({ role: 'external' });
    expect(await entered()).toEqual([]);
  });
});
