import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changePrepaidSettings } from '@cordee/contracts/billing/prepaid';
import { assignSuspense } from '@cordee/contracts/billing/suspense';
import { anna, BillingFixture, staff } from '../../test/billing.fixture.ts';

const PRICE = 11_675;
let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

it('the reference of a pro forma pays its invoice again after the payment was reversed (PAY-3)', async () => {
  const organizationId = await billing.organization();
  const { proForma, invoice } = await billing.paidOrder(organizationId, { servicerReference: 'REVERSED' });
  await billing.test.call(changePrepaidSettings, { organizationId, paysInvoices: false }, anna);
  await billing.receive({ amount: PRICE, servicerReference: 'REVERSED', isReversal: true });
  expect((await billing.document(organizationId, invoice.id)).status).toBe('open');
  await billing.receive({ amount: PRICE, reference: proForma.reference! });
  expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
});

describe('an invoice that is open again', () => {
  const reopenInvoice = async (servicerReference: string) => {
    const organizationId = await billing.organization();
    const { proForma, invoice } = await billing.paidOrder(organizationId, { servicerReference });
    await billing.test.call(changePrepaidSettings, { organizationId, paysInvoices: false }, anna);
    await billing.receive({ amount: PRICE, servicerReference, isReversal: true });
    const { reference: invoiceReference } = await billing.document(organizationId, invoice.id);
    return { organizationId, invoice, references: [proForma.reference!, invoiceReference!] };
  };

  it('is paid once when a file has a payment with each of its two references', async () => {
    const { organizationId, invoice, references } = await reopenInvoice('TWICE');
    const report = await billing.receive(...references.map((reference) => ({ amount: PRICE, reference })));
    expect(report.bookings).toMatchObject([
      { status: 'paid', documentId: invoice.id },
      { status: 'prepaid', reason: 'reference_already_settled' },
    ]);
    expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
    expect(await billing.balance(organizationId)).toBe(PRICE);
  });

  it('is paid once when the two references are in different sets of a file', async () => {
    const { organizationId, invoice, references } = await reopenInvoice('SETS');
    const others = Array.from({ length: 600 }, () => ({ amount: 100 }));
    const [first, second] = references.map((reference) => ({ amount: PRICE, reference }));
    await billing.receive(first!, ...others, second!);
    expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
    expect(await billing.balance(organizationId)).toBe(PRICE);
  });

  it('is paid by money in suspense that staff assigns to its pro forma', async () => {
    const { organizationId, invoice } = await reopenInvoice('ASSIGNED');
    const { bookings } = await billing.receive({ amount: PRICE, debtorIban: 'CH2909000000250094239' });
    const documentId = (await billing.document(organizationId, invoice.id)).proFormaId!;
    const input = { bookingId: bookings[0]!.bookingId!, organizationId, documentId, reason: 'The customer wrote' };
    expect(await billing.test.codeOf(assignSuspense, input, staff)).toBe('ok');
    expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
  });
});
