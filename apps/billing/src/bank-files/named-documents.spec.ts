import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { expectConsistentLedger } from '../../test/consistent-ledger.fixture.ts';
import { asService, BillingFixture } from '../../test/billing.fixture.ts';

const PRICE = 11_675;
let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

async function issueInvoice(organizationId: `org_${string}`) {
  const input = billing.chargeInput(organizationId, { method: 'on_credit' });
  const { invoiceId } = await billing.test.call(chargePeriod, input, asService);
  return billing.document(organizationId, invoiceId!);
}
const statusesOf = (
  organizationId: `org_${string}`,
  documents: readonly { id: `inv_${string}` | `pfm_${string}` | `crn_${string}` }[],
) => Promise.all(documents.map(async ({ id }) => (await billing.document(organizationId, id)).status));

describe('documents that the payer names are paid first (PAY-3)', () => {
  it('when one transfer names two invoices, and an older invoice is open too', async () => {
    const organizationId = await billing.organization();
    const [older, first, second] = [
      await issueInvoice(organizationId),
      await issueInvoice(organizationId),
      await issueInvoice(organizationId),
    ];
    await billing.receive({ amount: 2 * PRICE, text: `${first.reference} and ${second.reference}` });
    expect(await statusesOf(organizationId, [older, first, second])).toEqual(['open', 'paid', 'paid']);
  });

  it('when one transfer names two pro formas', async () => {
    const organizationId = await billing.organization();
    const proFormas = [await billing.proForma(organizationId), await billing.proForma(organizationId)];
    await billing.receive({ amount: 2 * PRICE, text: proFormas.map(({ reference }) => reference).join(' and ') });
    expect(await statusesOf(organizationId, proFormas)).toEqual(['converted', 'converted']);
  });

  it('as far as the amount covers them; the rest goes to prepaid', async () => {
    const organizationId = await billing.organization();
    const proFormas = [await billing.proForma(organizationId), await billing.proForma(organizationId)];
    await billing.receive({ amount: 2 * PRICE - 1, text: proFormas.map(({ reference }) => reference).join(' and ') });
    expect(await statusesOf(organizationId, proFormas)).toEqual(['converted', 'issued']);
    expect(await billing.balance(organizationId)).toBe(PRICE - 1);
    await expectConsistentLedger(billing, organizationId);
  });

  it('but never the document of another organization', async () => {
    const [organizationId, otherId] = [await billing.organization(), await billing.organization()];
    const [ownInvoice, otherInvoice] = [await issueInvoice(organizationId), await issueInvoice(otherId)];
    await billing.receive({ amount: 2 * PRICE, text: `${ownInvoice.reference} and ${otherInvoice.reference}` });
    expect(await statusesOf(organizationId, [ownInvoice])).toEqual(['paid']);
    expect(await statusesOf(otherId, [otherInvoice])).toEqual(['open']);
    expect(await billing.balance(organizationId)).toBe(PRICE);
  });

  it('and are all open again when the bank takes the money back', async () => {
    const organizationId = await billing.organization();
    const invoices = [await issueInvoice(organizationId), await issueInvoice(organizationId)];
    const text = invoices.map(({ reference }) => reference).join(' and ');
    const payment = { amount: 2 * PRICE, text, servicerReference: 'SEVERAL' };
    await billing.receive(payment);
    expect(await statusesOf(organizationId, invoices)).toEqual(['paid', 'paid']);
    await billing.receive({ ...payment, isReversal: true });
    expect(await statusesOf(organizationId, invoices)).toEqual(['open', 'open']);
    await expectConsistentLedger(billing, organizationId);
  });
});
