import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderPaid } from '@cordee/contracts/billing/order';
import type { Input } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { addResource, blockProduct, describeProduct, listOwnedResources } from '@cordee/contracts/products/product';
import { ServiceUnderTest, type Caller } from '@cordee/testing/service-under-test';
import { productsService } from '../products.service.ts';

let test: ServiceUnderTest;
const id = <P extends 'acc' | 'org' | 'prd' | 'ord' | 'inv' | 'mem' | 'res'>(prefix: P) => newId(prefix, new Date());
const [chief, ben] = [id('acc'), id('acc')];
const as: Caller = { account: chief };
const reminders: Caller = { service: 'reminders' };

beforeAll(async () => {
  test = await ServiceUnderTest.start(productsService);
});
afterAll(() => test.stop());

async function open() {
  const [organizationId, mail, other, drive] = [id('org'), id('prd'), id('prd'), id('prd')];
  test.facts.people.set(organizationId, [chief, ben].map((accountId) => ({ accountId, memberId: id('mem'), role: 'administrator' as const, flags: [], isBlocked: false })));
  const line = (productId: `prd_${string}`, type: string) =>
    ({ productId, type, name: `my ${type}`, interval: 'yearly' as const, price: { amount: 1, currency: 'CHF' as const }, isAutomaticRenewal: true, isWarranted: false, periodStart: '2026-01-31', periodEnd: '2027-01-31' });
  await test.report(orderPaid, { organizationId, orderId: id('ord'), invoiceId: id('inv'), lines: [line(mail, 'mail_service'), line(other, 'mail_service'), line(drive, 'drive')] });
  const add = (productId: `prd_${string}`, kind: string, name: string, ownerAccountId: `acc_${string}` | null, parentId: `res_${string}` | null = null) =>
    test.call(addResource, { organizationId, productId, kind, name, ownerAccountId, parentId }, as);
  const names = async (object: Input<typeof listOwnedResources>['object'], right: string) =>
    (await test.call(listOwnedResources, { organizationId, object, right }, reminders)).data.map(({ name, ownerAccountId }) => `${name} ${ownerAccountId === ben ? 'ben' : 'chief'}`).sort();
  return { organizationId, mail, other, drive, add, names };
}

describe('the resources that a right reaches (ACC-4)', () => {
  it('are those of single persons, of the kinds that have the right: one, all of a product, all of a type', async () => {
    const { mail, other, drive, add, names } = await open();
    const own = await add(mail, 'mail_address', 'ben@alpine.example', ben);
    const shared = await add(mail, 'mail_address', 'info@alpine.example', null);
    await add(mail, 'calendar', 'duties', chief);
    await add(other, 'mail_address', 'chief@alpine.example', chief);
    await add(drive, 'folder', 'plans', ben);
    const resource = (resourceId: `res_${string}`) => ({ kind: 'resource' as const, productId: mail, resourceId });
    expect(await names(resource(own.id), 'read')).toEqual(['ben@alpine.example ben']);
    expect(await names(resource(shared.id), 'read')).toEqual([]);
    expect(await names(resource(own.id), 'view')).toEqual([]);
    expect(await names({ kind: 'product', productId: mail }, 'read')).toEqual(['ben@alpine.example ben', 'duties chief']);
    expect(await names({ kind: 'product', productId: mail }, 'change')).toEqual(['duties chief']);
    expect(await names({ kind: 'product_type', type: 'mail_service' }, 'read')).toEqual(['ben@alpine.example ben', 'chief@alpine.example chief', 'duties chief']);
    expect(await names({ kind: 'product_type', type: 'drive' }, 'manage')).toEqual(['plans ben']);
  });

  it('lie in one another: a right on a folder reaches those of others that lie in it, not the one around it', async () => {
    const { drive, add, names } = await open();
    const outer = await add(drive, 'folder', 'outer', chief);
    const middle = await add(drive, 'folder', 'middle', null, outer.id);
    await add(drive, 'folder', 'inner', ben, middle.id);
    expect(await names({ kind: 'resource', productId: drive, resourceId: middle.id }, 'view')).toEqual(['inner ben']);
    expect(await names({ kind: 'resource', productId: drive, resourceId: outer.id }, 'view')).toEqual(['inner ben', 'outer chief']);
  });

  it('never are another organization’s', async () => {
    const [one, two] = [await open(), await open()];
    const { id: resourceId } = await two.add(two.mail, 'mail_address', 'ben@alpine.example', ben);
    expect(await one.names({ kind: 'product', productId: two.mail }, 'read')).toEqual([]);
    expect(await one.names({ kind: 'resource', productId: two.mail, resourceId }, 'read')).toEqual([]);
    expect(await one.names({ kind: 'product_type', type: 'mail_service' }, 'read')).toEqual([]);
  });
});

describe('a product, for services', () => {
  it('is described with its name and whether it is blocked', async () => {
    const { organizationId, mail, drive } = await open();
    await test.call(blockProduct, { organizationId, productId: mail, reason: 'x' }, as);
    await test.call(blockProduct, { organizationId, productId: drive, reason: 'x' }, as);
    const describeIn = (productId: `prd_${string}`) => test.call(describeProduct, { organizationId, productId }, reminders);
    expect(await describeIn(mail)).toEqual({ productId: mail, type: 'mail_service', name: 'my mail_service', status: 'maintenance' });
    expect(await describeIn(drive)).toMatchObject({ status: 'blocked' });
    for (const [place, productId] of [[id('org'), mail], [organizationId, id('prd')]] as const) expect(await test.codeOf(describeProduct, { organizationId: place, productId }, reminders)).toBe('PRODUCT_NOT_FOUND');
  });
});
