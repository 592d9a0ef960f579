import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { addAddress, changeAddress, listAddresses } from '@cordee/contracts/billing/address';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { payDocument } from '@cordee/contracts/billing/document';
import { newId } from '@cordee/contracts/id';
import { correctVat } from '@cordee/contracts/billing/vat-correction';
import { getVatDecision } from '@cordee/contracts/billing/vat-decision';
import { uuid } from '@cordee/testing/test-service';
import { address, anna, asService, BillingFixture, chf, people, staff } from '../../test/billing.fixture.ts';
import { expectConsistentLedger } from '../../test/consistent-ledger.fixture.ts';
import { RegistryServer } from '../../test/registry-server.ts';

jest.setTimeout(180_000);
let server: RegistryServer;
let billing: BillingFixture;
beforeAll(async () => {
  server = await RegistryServer.start();
  billing = await BillingFixture.start({
    VAT_REGISTRY: 'official',
    VAT_REGISTRY_TIMEOUT_MS: '4000',
    VIES_URL: server.url,
    UID_REGISTER_URL: `${server.url}/uid`,
    SELLER_VAT_REGISTRATIONS: 'OSS:EU372000001,FR:FR40303265045',
  });
});
afterEach(() => {
  server.behaviour = 'valid';
  server.answerSlow();
});
afterAll(async () => {
  await billing.stop();
  await server.stop();
});

const DAY_MS = 86_400_000;
const inGermany = { country: 'DE', postalCode: '10115', vatNumber: 'DE123456789' };

function moveClock(ms: number): void {
  billing.test.moveClockTo(new Date(billing.test.process.clock.now().getTime() + ms).toISOString());
}

/** Waits until the stored answer about the number of an organization has a status. */
async function waitForStatus(organizationId: `org_${string}`, status: string): Promise<void> {
  await billing.test.until(async () => {
    const rows = await billing.test.rows(`select status from vat_number_check where organization_id = $1`, [
      uuid(organizationId),
    ]);
    return rows[0]?.['status'] === status;
  }, `the status ${status}`);
}

const decisionOf = (organizationId: `org_${string}`, documentId: `pfm_${string}` | `inv_${string}`) =>
  billing.test.call(getVatDecision, { organizationId, documentId }, anna);

describe('the VAT number of a business of the EU', () => {
  it('is checked before its address is stored; the decision contains the answer', async () => {
    const organizationId = await billing.organization(inGermany);
    const { proFormaId } = await billing.order(organizationId);
    const decision = await decisionOf(organizationId, proFormaId);
    expect(decision).toMatchObject({
      buyerKind: 'business',
      reason: 'reverse_charge',
      category: 'AE',
      numberCheck: {
        number: 'DE123456789',
        status: 'valid',
        registry: 'vies',
        checkedAt: expect.any(String),
        consultationNumber: 'WAPIAAAAYx1',
      },
    });
    expect(decision.explanation[1]).toMatch(
      /^VIES confirmed the VAT number DE123456789 on \d{4}-\d\d-\d\d, consultation number WAPIAAAAYx1\.$/,
    );
  });

  it.each(['invalid', 'down', 'slow', 'wrong', 'nonsense', 'unavailable'] as const)(
    'does not count when the answer of the registry is %s: the buyer is a consumer, and the address is stored',
    async (behaviour) => {
      server.behaviour = behaviour;
      const organizationId = await billing.organization(inGermany);
      expect(await billing.proForma(organizationId)).toMatchObject({ vat: chf(2_052) });
    },
  );

  it('is checked again by a job after an outage', async () => {
    server.behaviour = 'down';
    const organizationId = await billing.organization(inGermany);
    await waitForStatus(organizationId, 'unknown');
    server.behaviour = 'valid';
    moveClock(2 * 60_000);
    await waitForStatus(organizationId, 'valid');
    expect(await billing.proForma(organizationId)).toMatchObject({ vat: chf(0) });
  });

  it('stays confirmed for 30 days while the registry is down, then the buyer is a consumer', async () => {
    const organizationId = await billing.organization(inGermany);
    server.behaviour = 'down';
    moveClock(29 * DAY_MS);
    expect(await billing.proForma(organizationId)).toMatchObject({ vat: chf(0) });
    moveClock(2 * DAY_MS);
    const { proFormaId } = await billing.order(organizationId);
    expect(await decisionOf(organizationId, proFormaId)).toMatchObject({
      buyerKind: 'consumer',
      numberCheck: { status: 'unknown', checkedAt: expect.any(String) },
      explanation: expect.arrayContaining([
        'VIES has given no answer about the VAT number DE123456789 in the last 30 days.',
      ]),
    });
  });

  it.each(['bank transfer', 'prepaid'])(
    'makes the buyer a consumer when it is not confirmed for 30 days before a payment by %s',
    async (method) => {
      const organizationId = await billing.organization(inGermany);
      const proForma = await billing.proForma(organizationId);
      expect(proForma).toMatchObject({ vat: chf(0), total: chf(10_800) });
      server.behaviour = 'down';
      // A pro forma is valid for 30 days; its last answer is older.
      moveClock(29 * DAY_MS);
      await billing.test.rows(
        `update vat_number_check set checked_at = checked_at - interval '2 days' where organization_id = $1`,
        [uuid(organizationId)],
      );
      if (method === 'prepaid') {
        await billing.topUp(organizationId, 10_800);
        const payment = { organizationId, documentId: proForma.id, method: 'prepaid' } as const;
        await billing.test.call(payDocument, payment, anna, billing.newKeyOptions());
      } else await billing.receive({ amount: 10_800, reference: proForma.reference! });
      const { invoiceId } = await billing.document(organizationId, proForma.id);
      expect(await billing.document(organizationId, invoiceId!)).toMatchObject({
        vat: chf(1_724),
        total: chf(10_800),
        vatTotals: [{ rate: '19', category: 'S' }],
      });
      expect((await decisionOf(organizationId, invoiceId!)).explanation).toContain(
        'The registry did not confirm the number after the pro forma was issued. ' +
          'Its total stayed and contains the VAT.',
      );
      await expectConsistentLedger(billing, organizationId);
    },
  );

  it('makes the buyer a consumer once the registry refuses it, until the registry confirms it (C-VAT-02)', async () => {
    const organizationId = await billing.organization(inGermany);
    const proForma = await billing.proForma(organizationId);
    expect(proForma).toMatchObject({ vat: chf(0), total: chf(10_800) });
    server.behaviour = 'invalid';
    moveClock(8 * DAY_MS);
    await waitForStatus(organizationId, 'invalid');
    // A charge adds the VAT.
    const charge = billing.chargeInput(organizationId, { method: 'on_credit' });
    const { invoiceId: chargedId } = await billing.test.call(chargePeriod, charge, asService);
    expect(await billing.document(organizationId, chargedId!)).toMatchObject({ vat: chf(2_052) });
    // The total of the pro forma is binding, so it contains the VAT.
    await billing.receive({ amount: 10_800, reference: proForma.reference! });
    const { invoiceId } = await billing.document(organizationId, proForma.id);
    expect(await billing.document(organizationId, invoiceId!)).toMatchObject({
      status: 'paid',
      net: chf(9_076),
      vat: chf(1_724),
      total: chf(10_800),
      vatTotals: [{ rate: '19', category: 'S' }],
    });
    expect((await decisionOf(organizationId, invoiceId!)).explanation).toContain(
      'The registry refused the number after the pro forma was issued. Its total stayed and contains the VAT.',
    );
    await expectConsistentLedger(billing, organizationId);

    // Staff can correct the invoice only after the registry has confirmed the number.
    const input = { organizationId, documentId: invoiceId!, reason: 'The VAT number is valid' };
    const correct = () => billing.test.call(correctVat, input, staff, billing.newKeyOptions());
    await expect(correct()).rejects.toMatchObject({ code: 'VAT_NOT_CORRECTABLE' });
    server.behaviour = 'valid';
    moveClock(8 * DAY_MS);
    await waitForStatus(organizationId, 'valid');
    const { creditNote, invoice } = await correct();
    expect(creditNote).toMatchObject({ kind: 'credit_note', vat: chf(1_724), total: chf(10_800) });
    expect(invoice).toMatchObject({
      status: 'paid',
      net: chf(10_800),
      vat: chf(0),
      vatTotals: [{ rate: '0', category: 'AE' }],
    });
    expect(await decisionOf(organizationId, invoice.id as `inv_${string}`)).toMatchObject({
      numberCheck: { status: 'valid' },
    });
    await expect(correct()).rejects.toMatchObject({ code: expect.stringMatching(/VAT_NOT_CORR|INVOICE_NOT_CRED/) });
    expect(await billing.test.codeOf(correctVat, input, anna, billing.newKeyOptions())).toBe('NOT_FOUND');

    // The replacement of an invoice of a period is the charge of the period (C-REN-05).
    const replaced = { ...input, documentId: chargedId! };
    const replacement = await billing.test.call(correctVat, replaced, staff, billing.newKeyOptions());
    const again = { ...charge, chargeId: newId('chg', new Date()) };
    expect(await billing.test.call(chargePeriod, again, asService)).toMatchObject({
      invoiceId: replacement.invoice.id,
      total: chf(10_800),
    });
    await expectConsistentLedger(billing, organizationId);
  });

  it('lets staff correct an invoice once the registry has confirmed it: the VAT goes to prepaid', async () => {
    server.behaviour = 'down';
    const organizationId = await billing.organization(inGermany);
    const { invoice } = await billing.paidOrder(organizationId);
    expect(invoice).toMatchObject({ total: chf(12_852) });
    server.behaviour = 'valid';
    moveClock(DAY_MS);
    await waitForStatus(organizationId, 'valid');
    const corrected = await billing.test.call(
      correctVat,
      { organizationId, documentId: invoice.id, reason: 'Proof' },
      staff,
      billing.newKeyOptions(),
    );
    expect(corrected.invoice).toMatchObject({ status: 'paid', total: chf(10_800) });
    expect(await billing.balance(organizationId)).toBe(2_052);
    await expectConsistentLedger(billing, organizationId);
  });

  it('does not delay an order that runs while the registry checks it', async () => {
    const organizationId = await billing.organization({ country: 'DE', postalCode: '10115' });
    const { data } = await billing.test.call(listAddresses, { organizationId }, anna);
    server.behaviour = 'slow';
    const requestCount = server.requests.length;
    const change = billing.test.call(
      changeAddress,
      { organizationId, addressId: data[0]!.id, vatNumber: 'DE123456789' },
      anna,
    );
    await billing.test.until(async () => server.requests.length > requestCount, 'the request of the check');
    // The order does not wait for the registry.
    expect(await billing.proForma(organizationId)).toMatchObject({ vat: chf(2_052), buyer: { vatNumber: null } });
    server.behaviour = 'valid';
    server.answerSlow();
    expect(await change).toMatchObject({ vatNumber: 'DE123456789' });
    expect(await billing.proForma(organizationId)).toMatchObject({ vat: chf(0) });
  });

  it('is checked once when it is added, unless its country has no registry', async () => {
    const organizationId = await billing.organizationWithoutAddress();
    const requestCount = server.requests.length;
    const add = (fields: object) =>
      billing.test.call(addAddress, { organizationId, ...address, ...fields }, people.admin);
    await add({ country: 'GB', postalCode: 'SW1A 1AA', vatNumber: 'GB123456789' });
    expect(server.requests).toHaveLength(requestCount);
    await add({ vatNumber: 'CHE-123.456.788 MWST' });
    expect(server.requests).toHaveLength(requestCount + 1);
    await waitForStatus(organizationId, 'valid');
  });
});
