import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { payDocument } from '@cordee/contracts/billing/document';
import {
  assignSuspense,
  listSuspense,
  returnSuspense,
  suggestSuspense,
  writeOffSuspense,
} from '@cordee/contracts/billing/suspense';
import { newId } from '@cordee/contracts/id';
import { uuid } from '@cordee/testing/test-service';
import { anna, asService, BillingFixture, chf, staff } from '../../test/billing.fixture.ts';

const PRICE = 11_675;
const PAYER_IBAN = 'CH5604835012345678009';
let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

type BookingId = `bkg_${string}`;
const reason = 'The customer sent the payment order';

/** Imports a payment that matches no single organization or document. Returns the id of the booking in suspense. */
async function receiveIntoSuspense(
  payment: Partial<Parameters<BillingFixture['receive']>[0]> = {},
): Promise<BookingId> {
  const { bookings } = await billing.receive({ amount: PRICE, ...payment });
  expect(bookings).toMatchObject([{ status: 'suspense' }]);
  return bookings[0]!.bookingId as BookingId;
}

async function issueInvoice(organizationId: `org_${string}`, type = 'web_hosting') {
  const input = billing.chargeInput(organizationId, { method: 'on_credit', type });
  const { invoiceId } = await billing.test.call(chargePeriod, input, asService);
  return billing.document(organizationId, invoiceId!);
}

const readOpenBookings = async (): Promise<string[]> =>
  (await billing.test.call(listSuspense, { limit: 200 }, staff)).data.map(({ bookingId }) => bookingId);

/** The sum of a ledger account over all organizations. */
async function readLedgerSum(account: string): Promise<number> {
  const [row] = await billing.test.rows(
    `select coalesce(sum(amount), 0)::int as amount from ledger_entry where account = $1`,
    [account],
  );
  return row!['amount'] as number;
}

describe('money in suspense', () => {
  it('is assigned to prepaid, which pays the open invoice; a repeated call returns the same resolution', async () => {
    const organizationId = await billing.organization();
    const invoice = await issueInvoice(organizationId);
    const suspenseBefore = await readLedgerSum('suspense');
    const bookingId = await receiveIntoSuspense({ amount: 12_000, debtorIban: PAYER_IBAN });
    const input = { bookingId, organizationId, reason };
    const resolution = await billing.test.call(assignSuspense, input, staff);
    expect(resolution).toMatchObject({
      kind: 'assigned',
      organizationId,
      documentId: null,
      reason,
      resolvedBy: (staff as { staff: string }).staff,
    });
    expect(await billing.test.call(assignSuspense, input, staff)).toEqual(resolution);
    expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
    expect(await billing.balance(organizationId)).toBe(325);
    expect(await readLedgerSum('suspense')).toBe(suspenseBefore);
    expect(await readOpenBookings()).not.toContain(bookingId);
    const { data } = await billing.test.call(listSuspense, { state: 'resolved', limit: 1 }, staff);
    expect(data).toMatchObject([{ bookingId, resolution }]);
    // The account of the payer is known now.
    expect((await billing.receive({ amount: 100, debtorIban: PAYER_IBAN })).bookings).toMatchObject([
      { status: 'prepaid', organizationId },
    ]);
  });

  it('is assigned to an invoice in part, to an invoice with a surplus for prepaid, and to a pro forma', async () => {
    const organizationId = await billing.organization();
    const invoice = await issueInvoice(organizationId);
    const assign = async (amount: number, documentId: string) =>
      billing.test.call(
        assignSuspense,
        { bookingId: await receiveIntoSuspense({ amount }), organizationId, documentId, reason },
        staff,
      );
    expect(await assign(1_000, invoice.id)).toMatchObject({ documentId: invoice.id });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({
      status: 'part_paid',
      open: chf(10_675),
    });
    await assign(11_000, invoice.id);
    expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
    expect(await billing.balance(organizationId)).toBe(325);
    const proForma = await billing.proForma(organizationId);
    const { documentId } = await assign(PRICE, proForma.id);
    expect(await billing.document(organizationId, documentId as `inv_${string}`)).toMatchObject({
      status: 'paid',
      proFormaId: proForma.id,
    });
  });

  it('is not assigned to a document that it cannot pay, or to an unknown organization', async () => {
    const organizationId = await billing.organization();
    const bookingId = await receiveIntoSuspense({ amount: 500 });
    const proForma = await billing.proForma(organizationId);
    const { invoice } = await billing.paidOrder(organizationId);
    const codeOf = (fields: object) =>
      billing.test.codeOf(assignSuspense, { bookingId, organizationId, reason, ...fields }, staff);
    expect(await codeOf({ documentId: proForma.id })).toBe('PAYMENT_NOT_SUFFICIENT');
    const inEuro = await receiveIntoSuspense({ amount: PRICE, currency: 'EUR' });
    expect(await codeOf({ bookingId: inEuro, documentId: proForma.id })).toBe('PAYMENT_NOT_SUFFICIENT');
    expect(await codeOf({ documentId: invoice.id })).toBe('DOCUMENT_NOT_PAYABLE');
    expect(await codeOf({ documentId: newId('inv', new Date()) })).toBe('DOCUMENT_NOT_FOUND');
    expect(await codeOf({ organizationId: newId('org', new Date()) })).toBe('ORGANIZATION_NOT_FOUND');
    expect(await codeOf({ bookingId: newId('bkg', new Date()) })).toBe('SUSPENSE_NOT_FOUND');
    expect(await readOpenBookings()).toContain(bookingId);
  });

  it('is returned to the payer; an IBAN is accepted only when the bank file states none', async () => {
    const outgoingBefore = await readLedgerSum('outgoing');
    const bookingId = await receiveIntoSuspense({
      amount: 900,
      debtorName: 'Nobody',
      debtorIban: 'CH3604835012345678000',
    });
    expect(
      await billing.test.codeOf(returnSuspense, { bookingId, iban: 'CH93 0076 2011 6238 5295 7', reason }, staff),
    ).toBe('PAYER_DIFFERS');
    const { paymentId } = await billing.test.call(returnSuspense, { bookingId, reason }, staff);
    const [payment] = await billing.test.rows(
      `select purpose, amount::int, creditor_name, creditor_iban, status from outgoing_payment where id = $1`,
      [uuid(paymentId!)],
    );
    expect(payment).toEqual({
      purpose: 'return',
      amount: 900,
      creditor_name: 'Nobody',
      creditor_iban: 'CH3604835012345678000',
      status: 'ordered',
    });
    expect(await readLedgerSum('outgoing')).toBe(outgoingBefore - 900);
    const bookingWithoutPayer = await receiveIntoSuspense({ amount: 800 });
    const codeOf = (fields: object) =>
      billing.test.codeOf(returnSuspense, { bookingId: bookingWithoutPayer, reason, ...fields }, staff);
    expect(await codeOf({})).toBe('PAYER_MISSING');
    expect(await codeOf({ iban: 'CH00', name: 'Nobody' })).toBe('IBAN_INVALID');
    // A QR-IBAN takes only payments with a QR reference.
    expect(await codeOf({ iban: 'CH44 3199 9123 0008 8901 2', name: 'Nobody' })).toBe('IBAN_INVALID');
    expect(await codeOf({ iban: PAYER_IBAN, name: 'Nobody' })).toBe('ok');
    expect(await codeOf({ iban: PAYER_IBAN, name: 'Nobody' })).toBe('ok');
    expect(await codeOf({ iban: 'CH9300762011623852957', name: 'Nobody' })).toBe('SUSPENSE_RESOLVED');
  });

  it('is assigned to one document: a repeat has the same result, another document is refused', async () => {
    const organizationId = await billing.organization();
    const [proForma, otherProForma] = [await billing.proForma(organizationId), await billing.proForma(organizationId)];
    const bookingId = await receiveIntoSuspense({ amount: proForma.total.amount });
    const assign = (documentId: string) =>
      billing.test.call(assignSuspense, { bookingId, organizationId, documentId, reason }, staff);
    const first = await assign(proForma.id);
    expect(await assign(proForma.id)).toEqual(first);
    await expect(assign(otherProForma.id)).rejects.toMatchObject({ code: 'SUSPENSE_RESOLVED' });
    expect(await billing.document(organizationId, otherProForma.id)).toMatchObject({ status: 'issued' });
  });

  it('is written off; a second decision and a decision of a customer are refused', async () => {
    const differencesBefore = await readLedgerSum('payment_differences');
    const bookingId = await receiveIntoSuspense({ amount: 5 });
    const organizationId = await billing.organization();
    await billing.test.call(writeOffSuspense, { bookingId, reason }, staff);
    expect(await readLedgerSum('payment_differences')).toBe(differencesBefore - 5);
    expect(await billing.test.codeOf(assignSuspense, { bookingId, organizationId, reason }, staff)).toBe(
      'SUSPENSE_RESOLVED',
    );
    expect(await billing.test.codeOf(assignSuspense, { bookingId, organizationId, reason }, anna)).toBe('NOT_FOUND');
  });

  it('is resolved by one of five concurrent requests', async () => {
    const organizationId = await billing.organization();
    const bookingId = await receiveIntoSuspense({ amount: 700 });
    const codes = await Promise.all(
      [1, 2, 3, 4, 5].map((index) =>
        billing.test.codeOf(assignSuspense, { bookingId, organizationId, reason: `decision ${index}` }, staff),
      ),
    );
    expect(codes.toSorted()).toEqual([
      'SUSPENSE_RESOLVED',
      'SUSPENSE_RESOLVED',
      'SUSPENSE_RESOLVED',
      'SUSPENSE_RESOLVED',
      'ok',
    ]);
    expect(await billing.balance(organizationId)).toBe(700);
  });

  it('that was assigned is taken back from prepaid when the bank reverses the payment', async () => {
    const organizationId = await billing.organization();
    const suspenseBefore = await readLedgerSum('suspense');
    const bookingId = await receiveIntoSuspense({ amount: 4_321, servicerReference: 'ASSIGNED' });
    await billing.test.call(assignSuspense, { bookingId, organizationId, reason }, staff);
    const reversal = await billing.receive({ amount: 4_321, servicerReference: 'ASSIGNED', isReversal: true });
    expect(reversal.bookings).toMatchObject([{ status: 'reversed', organizationId }]);
    expect(await billing.balance(organizationId)).toBe(0);
    expect(await readLedgerSum('suspense')).toBe(suspenseBefore);
  });

  it('has suggestions with reasons, the best first (C-BNK-17)', async () => {
    const debtorIban = 'CH0204835012345678030';
    const [known, named] = [await billing.organization(), await billing.organization({ name: 'Bergführer Verein' })];
    const other = await billing.organization();
    for (const organizationId of [known, other])
      await billing.paidOrder(organizationId, { debtorIban, servicerReference: `S-${organizationId}` });
    const invoices = [await issueInvoice(known), await issueInvoice(known, 'domain')];
    const bookingId = await receiveIntoSuspense({
      amount: invoices[0]!.total.amount + invoices[1]!.total.amount,
      debtorIban,
      debtorName: 'BERGFÜHRER VEREIN',
    });
    const { suggestions } = await billing.test.call(suggestSuspense, { bookingId }, staff);
    expect(suggestions[0]).toEqual({
      organizationId: known,
      name: 'Alpine Rescue',
      documents: invoices.map(({ id, number, total }) => ({ documentId: id, number, open: total })),
      reasons: ['payer_iban', 'amount_of_several'],
    });
    expect(suggestions.slice(1).map(({ organizationId, reasons }) => [organizationId, reasons])).toEqual(
      expect.arrayContaining([
        [other, ['payer_iban']],
        [named, ['payer_name']],
      ]),
    );
  });

  it('is suggested for a pro forma whose other part prepaid has reserved', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 1_000);
    const { id: documentId, number } = await billing.proForma(organizationId);
    const part = { organizationId, documentId, method: 'prepaid' as const, amount: 1_000 };
    await billing.test.call(payDocument, part, anna, billing.newKeyOptions());
    const bookingId = await receiveIntoSuspense({ amount: PRICE - 1_000 });
    const { suggestions } = await billing.test.call(suggestSuspense, { bookingId }, staff);
    expect(suggestions).toMatchObject([
      { organizationId, documents: [{ documentId, number, open: chf(PRICE - 1_000) }], reasons: ['amount'] },
    ]);
  });
});
