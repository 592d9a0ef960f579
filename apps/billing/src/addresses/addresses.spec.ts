import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addAddress, changeAddress, listAddresses, removeAddress } from '@cordee/contracts/billing/address';
import { address, anna, BillingFixture, people } from '../../test/billing.fixture.ts';
import { uuid } from '@cordee/testing/test-service';
import { exportCsv } from '../../test/csv-export.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** Creates an organization with the addresses A (the default) and B. */
async function withTwoAddresses() {
  const organizationId = await billing.organizationWithoutAddress();
  const add = (name: string) => billing.test.call(addAddress, { organizationId, ...address, name }, anna);
  return { organizationId, a: await add('A'), b: await add('B') };
}
const list = async (organizationId: `org_${string}`) =>
  (await billing.test.call(listAddresses, { organizationId }, people.payer)).data;

describe('a billing address', () => {
  it('is changed for later documents only, which have its new name and references', async () => {
    const organizationId = await billing.organization();
    const earlierProForma = await billing.proForma(organizationId);
    const [stored] = await list(organizationId);
    const change = {
      name: 'Alpine Rescue SA',
      buyerReference: '=Base',
      purchaseOrder: 'PO 4711',
      language: 'de' as const,
      mailboxes: ['Accounts@alpine.example', 'base@alpine.example'],
      delivery: 'mail_with_link' as const,
      vatNumber: 'CHE-116.281.710 MWST',
    };
    const changedAddress = await billing.test.call(
      changeAddress,
      { organizationId, addressId: stored!.id, ...change },
      people.payer,
    );
    expect(changedAddress).toEqual({ ...stored, ...change, version: 2 });
    expect(await list(organizationId)).toEqual([changedAddress]);
    expect(await billing.document(organizationId, earlierProForma.id)).toEqual(earlierProForma);
    expect(earlierProForma.buyer).toMatchObject({ name: address.name, buyerReference: null });
    const laterProForma = await billing.proForma(organizationId);
    expect(laterProForma.buyer).toMatchObject(change);
    expect(earlierProForma.buyer).toMatchObject({ mailboxes: [], delivery: 'mail_with_pdf', language: null });
    const csv = await exportCsv(billing, organizationId);
    // The export disables formulas of spreadsheets.
    expect(csv).toContain("'=Base,PO 4711,CHE-116.281.710 MWST,");
    expect(csv).toContain(',de,"Accounts@alpine.example, base@alpine.example",mail_with_link,');
    expect((await billing.pdf(organizationId, laterProForma.id)).length).toBeGreaterThan(1_000);
  });

  it('loses only the fields that a change sets to null or empty; an invalid VAT number changes nothing', async () => {
    const { organizationId, a } = await withTwoAddresses();
    const change = (fields: object) =>
      billing.test.codeOf(changeAddress, { organizationId, addressId: a.id, ...fields }, anna);
    expect(await change({ vatNumber: 'CHE-123.456.788 TVA' })).toBe('ok');
    expect(await change({ vatNumber: 'CHE-123.456.789' })).toBe('VAT_NUMBER_INVALID');
    expect((await list(organizationId))[0]).toMatchObject({ vatNumber: 'CHE-123.456.788 TVA', buildingNumber: '12' });
    const empty = { vatNumber: '', buildingNumber: '', buyerReference: '', purchaseOrder: '' };
    const noText = { vatNumber: null, buildingNumber: null, buyerReference: null, purchaseOrder: null };
    expect(await change(empty)).toBe('ok');
    expect((await list(organizationId))[0]).toMatchObject(noText);
    expect(await billing.test.call(addAddress, { organizationId, ...address, ...empty }, anna)).toMatchObject(noText);
    expect(await change({ vatNumber: null, buildingNumber: null })).toBe('ok');
    expect((await list(organizationId))[0]).toMatchObject({ vatNumber: null, buildingNumber: null, town: 'Genève' });
  });

  it('has each mailbox once, at most ten, and only mail addresses', async () => {
    const organizationId = await billing.organizationWithoutAddress();
    const add = (mailboxes: string[]) =>
      billing.test.codeOf(addAddress, { organizationId, ...address, mailboxes }, anna);
    expect(await add(['a@alpine.example', 'b@alpine.example', 'A@alpine.example'])).toBe('ok');
    expect((await list(organizationId))[0]!.mailboxes).toEqual(['a@alpine.example', 'b@alpine.example']);
    expect(await add(Array.from({ length: 11 }, (_, index) => `${index}@alpine.example`))).toBe('INPUT_INVALID');
    expect(await add(['nobody'])).toBe('INPUT_INVALID');
  });

  it('with a version in If-Match is changed and removed only if the version is the current one', async () => {
    const { organizationId, a, b } = await withTwoAddresses();
    const input = { organizationId, addressId: b.id };
    const change = (fields: object) => billing.test.codeOf(changeAddress, { ...input, ...fields }, anna);
    expect(await change({ town: 'Bern', ifMatch: [1] })).toBe('ok');
    expect(await change({ town: 'Basel', ifMatch: [1] })).toBe('VERSION_MISMATCH');
    // Equal values do not change the version; a new default also changes the version of the old default.
    expect(await change({ town: 'Bern', ifMatch: [2, 7] })).toBe('ok');
    expect(await change({ isDefault: true, ifMatch: [2] })).toBe('ok');
    expect((await list(organizationId)).map(({ id, version, town }) => [id, version, town])).toEqual([
      [a.id, 2, 'Genève'],
      [b.id, 3, 'Bern'],
    ]);
    const remove = (ifMatch: number[]) =>
      billing.test.codeOf(removeAddress, { organizationId, addressId: a.id, ifMatch }, anna);
    expect([await remove([1]), await remove([2])]).toEqual(['VERSION_MISMATCH', 'ok']);
  });

  it('is refused above the limit of an organization', async () => {
    const { organizationId } = await withTwoAddresses();
    const add = () => billing.test.codeOf(addAddress, { organizationId, ...address }, anna);
    await billing.test.rows(
      `insert into address (organization_id, id, name, street, postal_code, town, country, is_default, created_at)
       select $1, gen_random_uuid(), 'Alpine', 'Rue', '1204', 'Genève', 'CH', false, now()
       from generate_series(1, 997)`,
      [uuid(organizationId)],
    );
    expect([await add(), await add()]).toEqual(['ok', 'ADDRESS_LIMIT']);
  });

  it('replaces the earlier default address, also when several changes are concurrent', async () => {
    const { organizationId, a, b } = await withTwoAddresses();
    const makeDefault = (addressId: `adr_${string}`) =>
      billing.test.codeOf(changeAddress, { organizationId, addressId, isDefault: true }, anna);
    expect(await makeDefault(b.id)).toBe('ok');
    expect((await list(organizationId)).map(({ isDefault }) => isDefault)).toEqual([false, true]);
    expect(await Promise.all([makeDefault(a.id), makeDefault(b.id), makeDefault(a.id)])).toEqual(['ok', 'ok', 'ok']);
    expect((await list(organizationId)).filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  it('can be removed, the default address only when no other address is left', async () => {
    const { organizationId, a, b } = await withTwoAddresses();
    const remove = (addressId: `adr_${string}`) =>
      billing.test.codeOf(removeAddress, { organizationId, addressId }, people.payer);
    expect(await remove(a.id)).toBe('ADDRESS_IS_DEFAULT');
    expect([await remove(b.id), await remove(b.id), await remove(a.id)]).toEqual(['ok', 'ADDRESS_NOT_FOUND', 'ok']);
    expect(await list(organizationId)).toEqual([]);
  });

  it('of another organization is not found; people who only see documents cannot remove an address', async () => {
    const { a } = await withTwoAddresses();
    const otherOrganizationId = await billing.organization();
    const input = { organizationId: otherOrganizationId, addressId: a.id };
    expect(await billing.test.codeOf(changeAddress, { ...input, name: 'x' }, anna)).toBe('ADDRESS_NOT_FOUND');
    expect(await billing.test.codeOf(removeAddress, input, anna)).toBe('ADDRESS_NOT_FOUND');
    expect(await billing.test.codeOf(removeAddress, input, people.viewer)).toBe('PERMISSION_DENIED');
  });
});
