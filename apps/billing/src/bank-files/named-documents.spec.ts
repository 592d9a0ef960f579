import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { changePrepaidSettings } from '@cordee/contracts/billing/prepaid';
import { anna, asService, BillingFixture } from '../../test/billing.fixture.ts';

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

  it('when the payment of a pro forma was reversed, and the payer pays with its reference again', async () => {
    const organizationId = await billing.organization();
    const { proForma, invoice } = await billing.paidOrder(organizationId, { servicerReference: 'REVERSED' });
    await billing.test.call(changePrepaidSettings, { organizationId, paysInvoices: false }, anna);
    await billing.receive({ amount: PRICE, servicerReference: 'REVERSED', isReversal: true });
    expect(await statusesOf(organizationId, [invoice])).toEqual(['open']);
    await billing.receive({ amount: PRICE, reference: proForma.reference! });
    expect(await statusesOf(organizationId, [invoice])).toEqual(['paid']);
  });
});
