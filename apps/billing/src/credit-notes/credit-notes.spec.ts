import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { creditInvoice, writeOffInvoice } from '@cordee/contracts/billing/credit-note';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { listDocuments, payDocument } from '@cordee/contracts/billing/document';
import { downloadDocument } from '@cordee/contracts/billing/document-download';
import { changePrepaidSettings } from '@cordee/contracts/billing/prepaid';
import { assignSuspense } from '@cordee/contracts/billing/suspense';
import type { Answer, Input } from '@cordee/contracts/contract';
import { addDays } from '@cordee/calendar/local-date';
import { uuid } from '@cordee/testing/test-service';
import { anna, asService, BillingFixture, chf, people, staff } from '../../test/billing.fixture.ts';
import { issueRenewalProFormaOf } from '../../test/renewal-pro-forma.ts';

type OrganizationId = `org_${string}`;
type Invoice = Awaited<ReturnType<BillingFixture['paidOrder']>>['invoice'];
const PAYER_IBAN = 'CH5604835012345678009';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

const credit = (
  organizationId: OrganizationId,
  { id }: Pick<Invoice, 'id'>,
  fields: Partial<Input<typeof creditInvoice>> = {},
): Promise<Answer<typeof creditInvoice>> =>
  billing.test.call(
    creditInvoice,
    { organizationId, documentId: id, reason: 'Cancelled', ...fields },
    staff,
    billing.newKeyOptions(),
  );
const codeOf = (organizationId: OrganizationId, { id }: Pick<Invoice, 'id'>, fields: object = {}): Promise<string> =>
  billing.test.codeOf(
    creditInvoice,
    { organizationId, documentId: id, reason: 'Cancelled', ...fields },
    staff,
    billing.newKeyOptions(),
  );

/** Creates an invoice on credit of CHF 116.75. */
async function openInvoice(organizationId: OrganizationId): Promise<Invoice> {
  const { invoiceId } = await billing.test.call(
    chargePeriod,
    billing.chargeInput(organizationId, { method: 'on_credit' }),
    asService,
  );
  return billing.document(organizationId, invoiceId!);
}

/** Returns the balances of the ledger accounts of an organization that are not zero. */
async function balances(organizationId: OrganizationId): Promise<Record<string, number>> {
  const rows = await billing.test.rows(
    `select account, sum(amount)::int as amount from ledger_entry where organization_id = $1
     group by account having sum(amount) <> 0`,
    [uuid(organizationId)],
  );
  return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]));
}

describe('a credit note', () => {
  it('for an open invoice removes the debt and names the invoice', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    const creditNote = await credit(organizationId, invoice);
    expect(creditNote).toMatchObject({
      kind: 'credit_note',
      status: 'issued',
      number: expect.stringMatching(/^CRN-\d{4}-\d{6}$/),
      invoiceId: invoice.id,
      invoiceNumber: invoice.number,
      total: chf(11_675),
      vat: chf(875),
      refunded: chf(0),
      reference: null,
    });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({
      status: 'credited',
      open: chf(0),
      credited: chf(11_675),
    });
    expect(await balances(organizationId)).toEqual({});
    expect((await billing.eventsOf(invoice.id)).at(-1)).toMatchObject({
      type: 'invoice.credited',
      data: { creditNoteId: creditNote.id, open: chf(0), refund: null, productEffect: 'continues' },
    });
    expect(await codeOf(organizationId, invoice)).toBe('INVOICE_NOT_CREDITABLE');
  });

  it('for a part of an invoice leaves the rest payable', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    expect((await credit(organizationId, invoice, { amount: 1_675 })).total).toEqual(chf(1_675));
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'open', open: chf(10_000) });
    await billing.receive({ amount: 10_000, reference: invoice.reference! });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'paid', open: chf(0) });
    expect(await codeOf(organizationId, invoice, { amount: 10_001 })).toBe('CREDIT_TOO_HIGH');
  });

  it.each(['prepaid', 'original'] as const)(
    'for a paid invoice refunds the payment with refundTo %s',
    async (refundTo) => {
      const organizationId = await billing.organization();
      const { invoice } = await billing.paidOrder(organizationId, { debtorIban: PAYER_IBAN });
      const first = await credit(organizationId, invoice, { amount: 5_000, refundTo, productEffect: 'ends' });
      expect(first).toMatchObject({ refunded: chf(5_000) });
      expect(await billing.document(organizationId, invoice.id)).toMatchObject({
        status: 'partly_refunded',
        refunded: chf(5_000),
      });
      const second = await credit(organizationId, invoice, { refundTo });
      expect([first.total.amount + second.total.amount, first.vat.amount + second.vat.amount]).toEqual([11_675, 875]);
      expect(await billing.document(organizationId, invoice.id)).toMatchObject({
        status: 'refunded',
        open: chf(0),
        refunded: chf(11_675),
      });
      const isToBank = refundTo === 'original';
      expect(await balances(organizationId)).toEqual({
        clearing: 11_675,
        [isToBank ? 'outgoing' : 'prepaid']: -11_675,
      });
      expect(await billing.balance(organizationId)).toBe(isToBank ? 0 : 11_675);
      expect(
        await billing.test.rows(
          `select amount::int, creditor_iban, creditor_name, purpose, status from outgoing_payment
         where organization_id = $1 order by id`,
          [uuid(organizationId)],
        ),
      ).toEqual(
        (isToBank ? [5_000, 6_675] : []).map((amount) => ({
          amount,
          creditor_iban: PAYER_IBAN,
          creditor_name: 'Alpine Rescue',
          purpose: 'refund',
          status: 'ordered',
        })),
      );
      expect(await codeOf(organizationId, invoice)).toBe('INVOICE_NOT_CREDITABLE');
    },
  );

  it('to the account of the payer has the name of the payer, who may be somebody else', async () => {
    const organizationId = await billing.organization();
    const payer = { debtorIban: PAYER_IBAN, debtorName: 'Anna Keller' };
    const names = async () =>
      (
        await billing.test.rows(
          `select creditor_name as name from outgoing_payment where organization_id = $1 order by created_at, id`,
          [uuid(organizationId)],
        )
      ).map(({ name }) => name as string);
    const { invoice } = await billing.paidOrder(organizationId, payer);
    await credit(organizationId, invoice, { amount: 100 });
    await credit(organizationId, invoice, { amount: 100, refundTo: 'bank', iban: PAYER_IBAN });
    await credit(organizationId, invoice, { amount: 100, refundTo: 'bank', iban: 'AT611904300234573201' });
    expect(await names()).toEqual(['Anna Keller', 'Anna Keller', 'Alpine Rescue']);
  });

  it('goes to the account of a payer whose payment staff assigned from suspense', async () => {
    const organizationId = await billing.organization();
    const { id } = await openInvoice(organizationId);
    const { bookings } = await billing.receive({ amount: 11_675, debtorIban: 'CH1609000000877012345' });
    const assignment = { organizationId, documentId: id as `inv_${string}`, reason: 'The customer called' };
    await billing.test.call(assignSuspense, { bookingId: bookings[0]!.bookingId!, ...assignment }, staff);
    expect(await credit(organizationId, { id }, { refundTo: 'original' })).toMatchObject({ refunded: chf(11_675) });
    expect(
      await billing.test.rows(`select creditor_iban from outgoing_payment where organization_id = $1`, [
        uuid(organizationId),
      ]),
    ).toEqual([{ creditor_iban: 'CH1609000000877012345' }]);
  });

  it('states on which day the products end; the products continue by default (PAY-5)', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await billing.paidOrder(organizationId, { debtorIban: PAYER_IBAN });
    const productsEndOn = addDays(billing.today(), 10);
    for (const fields of [{ productsEndOn }, { productEffect: 'ends', productsEndOn: addDays(billing.today(), -1) }])
      expect(await codeOf(organizationId, invoice, { amount: 100, ...fields })).toBe('PRODUCTS_END_INVALID');
    const kept = await credit(organizationId, invoice, { amount: 100 });
    const now = await credit(organizationId, invoice, { amount: 100, productEffect: 'ends' });
    const later = await credit(organizationId, invoice, { amount: 100, productEffect: 'ends', productsEndOn });
    expect([kept, now, later].map(({ correction }) => correction!.productsEndOn)).toEqual([
      null,
      billing.today(),
      productsEndOn,
    ]);
    expect(await billing.document(organizationId, later.id)).toEqual(later);
    expect((await billing.eventsOf(invoice.id)).at(-1)!.data).toMatchObject({ productEffect: 'ends', productsEndOn });
  });

  it('that ends a product cancels its renewal pro forma, and releases reserved money', async () => {
    const organizationId = await billing.organization();
    const { order, invoice } = await billing.paidOrder(organizationId, { debtorIban: PAYER_IBAN });
    const { productId } = order.lines[0]!;
    const id = await issueRenewalProFormaOf(billing, organizationId, productId);
    await billing.topUp(organizationId, 3_000);
    const payment = { organizationId, documentId: id, method: 'prepaid' as const, amount: 2_000 };
    await billing.test.call(payDocument, payment, people.anna, billing.newKeyOptions());
    await credit(organizationId, invoice, { productEffect: 'ends', refundTo: 'original' });
    expect(await billing.document(organizationId, id)).toMatchObject({ status: 'cancelled', reserved: chf(0) });
    expect(await billing.balance(organizationId)).toBe(3_000);
  });

  it('never refunds more than was paid: an accepted shortfall is not refunded', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    await billing.receive({ amount: 11_655, reference: invoice.reference!, charges: chf(20) });
    expect(await credit(organizationId, invoice, { refundTo: 'prepaid' })).toMatchObject({
      total: chf(11_675),
      refunded: chf(11_655),
    });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'refunded', open: chf(0) });
    expect(await balances(organizationId)).toEqual({ clearing: 11_655, prepaid: -11_655 });
  });

  it('for a part-paid invoice refunds only the paid part', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    await billing.test.database.query(
      `update prepaid_account set takes_part_payments = true where organization_id = $1`,
      [uuid(organizationId)],
    );
    await billing.receive({ amount: 4_000, reference: invoice.reference! });
    expect(await credit(organizationId, invoice, { refundTo: 'prepaid' })).toMatchObject({ refunded: chf(4_000) });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'refunded', open: chf(0) });
    expect(await billing.balance(organizationId)).toBe(4_000);
  });

  it.each([
    [{ lines: [{ position: 7 }] }, 'LINE_UNKNOWN'],
    [{ lines: [{ position: 0 }], amount: 5 }, 'CREDIT_AMBIGUOUS'],
    [{ refundTo: 'bank', iban: 'CH00 1234' }, 'IBAN_INVALID'],
    [{ refundTo: 'bank', iban: 'CH44 3199 9123 0008 8901 2' }, 'IBAN_INVALID'],
    [{ refundTo: 'bank' }, 'REFUND_ACCOUNT_MISSING'],
    [{ amount: 11_676 }, 'CREDIT_TOO_HIGH'],
  ])('with %j is refused with %s and changes nothing', async (fields, code) => {
    const organizationId = await billing.organization();
    const { invoice } = await billing.paidOrder(organizationId);
    expect(await codeOf(organizationId, invoice, fields)).toBe(code);
    expect(await billing.document(organizationId, invoice.id)).toEqual(invoice);
  });

  it('for an open invoice with a wrong IBAN is refused, although nothing is refunded', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    expect(await codeOf(organizationId, invoice, { amount: 100, iban: 'CH00 1234' })).toBe('IBAN_INVALID');
    expect(await billing.document(organizationId, invoice.id)).toEqual(invoice);
  });

  it('for a line that is credited in full is refused', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId, [{}, { type: 'domain' }]);
    await billing.receive({ amount: proForma.total.amount, reference: proForma.reference! });
    const { invoiceId: id } = await billing.document(organizationId, proForma.id);
    const lines = [{ position: 0 }];
    await credit(organizationId, { id: id! }, { lines, refundTo: 'prepaid' });
    expect(await codeOf(organizationId, { id: id! }, { lines, refundTo: 'prepaid' })).toBe('CREDIT_TOO_HIGH');
    expect(await codeOf(organizationId, { id: id! }, { lines: [...lines, { position: 1 }], refundTo: 'prepaid' })).toBe(
      'CREDIT_TOO_HIGH',
    );
  });

  it('pays the oldest open invoice with the money that it refunds to prepaid (PAY-3)', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await billing.paidOrder(organizationId);
    const oldestOpenInvoice = await openInvoice(organizationId);
    await credit(organizationId, invoice, { refundTo: 'prepaid' });
    expect(await billing.document(organizationId, oldestOpenInvoice.id)).toMatchObject({
      status: 'paid',
      open: chf(0),
    });
    expect(await billing.balance(organizationId)).toBe(0);
  });

  it('lets prepaid pay the rest of the invoice when prepaid covers the rest (PAY-3)', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    await billing.topUp(organizationId, 10_000);
    await credit(organizationId, invoice, { amount: 1_675 });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'paid', credited: chf(1_675) });
    expect((await billing.eventsOf(invoice.id)).map(({ type }) => type)).toEqual([
      'invoice.issued',
      'invoice.credited',
      'invoice.paid',
    ]);
  });

  it('is issued by staff only, in the organization of the invoice', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    expect(
      await billing.test.codeOf(
        creditInvoice,
        { organizationId, documentId: invoice.id, reason: 'x' },
        people.admin,
        billing.newKeyOptions(),
      ),
    ).toBe('NOT_FOUND');
    expect(await codeOf(await billing.organization(), invoice)).toBe('DOCUMENT_NOT_FOUND');
  });

  it('is issued once per idempotency key; concurrent credit notes never credit more than the invoice', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    const keyOptions = billing.newKeyOptions();
    const input = { organizationId, documentId: invoice.id as `inv_${string}`, amount: 1_000, reason: 'x' };
    const first = await billing.test.call(creditInvoice, input, staff, keyOptions);
    expect(await billing.test.call(creditInvoice, input, staff, keyOptions)).toEqual(first);
    const codes = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(organizationId, invoice, { amount: 1_000, reason: 'x' })),
    );
    expect(codes.filter((code) => code === 'ok')).toHaveLength(10);
    expect(codes.filter((code) => code === 'CREDIT_TOO_HIGH')).toHaveLength(10);
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ open: chf(675), status: 'open' });
    expect(await balances(organizationId)).toMatchObject({ receivable: 675 });
  });

  it('is listed with the invoice, and lowers the sums of the list', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    await billing.proForma(organizationId);
    await credit(organizationId, invoice, { amount: 1_675 });
    const { data, sums } = await billing.test.call(listDocuments, { organizationId }, anna);
    expect(data.map(({ kind }) => kind).sort()).toEqual(['credit_note', 'invoice', 'pro_forma']);
    expect(sums).toMatchObject([{ total: chf(10_000), open: chf(10_000), overdue: chf(0) }]);
    expect(sums[0]!.net.amount + sums[0]!.vat.amount).toBe(10_000);
    expect(
      (await billing.test.call(listDocuments, { organizationId, text: invoice.number }, anna)).data.map(
        ({ kind }) => kind,
      ),
    ).toEqual(expect.arrayContaining(['invoice', 'credit_note']));
  });

  it('cannot be paid', async () => {
    const organizationId = await billing.organization();
    const { id } = await credit(organizationId, await openInvoice(organizationId));
    expect(
      await billing.test.codeOf(
        payDocument,
        { organizationId, documentId: id, method: 'prepaid' },
        anna,
        billing.newKeyOptions(),
      ),
    ).toBe('DOCUMENT_NOT_PAYABLE');
  });

  it('does not change the PDF of the invoice (C-DOC-06)', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await billing.paidOrder(organizationId);
    await credit(organizationId, invoice, { amount: 1_675, refundTo: 'prepaid' });
    const download = () => billing.test.call(downloadDocument, { organizationId, documentId: invoice.id }, anna);
    const first = await download();
    await credit(organizationId, invoice, { refundTo: 'prepaid' });
    expect(await download()).toEqual(first);
  });

  it('of a free invoice is refused', async () => {
    const organizationId = await billing.organization();
    await billing.test.call(changePrepaidSettings, { organizationId, paysInvoices: false }, anna);
    const input = billing.chargeInput(organizationId, { method: 'on_credit', type: 'free' });
    const { invoiceId, status } = await billing.test.call(chargePeriod, input, asService);
    expect(status).toBe('paid');
    const invoice = await billing.document(organizationId, invoiceId!);
    expect(invoice).toMatchObject({ status: 'paid', open: chf(0) });
    expect(await codeOf(organizationId, invoice)).toBe('CREDIT_TOO_HIGH');
  });

  it('has a PDF', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    const { id } = await credit(organizationId, invoice);
    expect((await billing.pdf(organizationId, id as `crn_${string}`)).subarray(0, 5).toString()).toBe('%PDF-');
  });
});

describe('a reversed payment', () => {
  it('of a partly refunded invoice leaves its full price open', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    await billing.receive({ amount: 11_675, reference: invoice.reference!, servicerReference: 'R-1' });
    await credit(organizationId, invoice, { amount: 1_675, refundTo: 'bank', iban: PAYER_IBAN });
    await billing.receive({ amount: 11_675, servicerReference: 'R-1', isReversal: true });
    const reopenedInvoice = await billing.document(organizationId, invoice.id);
    // The customer owes the rest of the price and the refund.
    expect(reopenedInvoice).toMatchObject({ status: 'open', open: chf(11_675), paid: chf(0) });
    expect(await balances(organizationId)).toMatchObject({ receivable: 11_675 });
  });
});

describe('a credit note after a reversed payment', () => {
  /** Creates an invoice that was part-paid with CHF 40.00. */
  async function partPaid(servicerReference: string) {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    await billing.test.call(changePrepaidSettings, { organizationId, takesPartPayments: true }, anna);
    await billing.receive({ amount: 4_000, reference: invoice.reference!, servicerReference });
    return { organizationId, invoice };
  }

  it('credits the rest of the price; the customer then owes only the earlier refund', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    await billing.receive({ amount: 11_675, reference: invoice.reference!, servicerReference: 'R-3' });
    await credit(organizationId, invoice, { amount: 1_675, refundTo: 'bank', iban: PAYER_IBAN });
    await billing.receive({ amount: 11_675, servicerReference: 'R-3', isReversal: true });
    expect(await credit(organizationId, invoice)).toMatchObject({ total: chf(10_000), refunded: chf(0) });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'open', open: chf(1_675) });
    expect(await balances(organizationId)).toEqual({ receivable: 1_675, outgoing: -1_675 });
  });

  it('never credits a written-off amount', async () => {
    const { organizationId, invoice } = await partPaid('R-4');
    await billing.test.call(writeOffInvoice, { organizationId, documentId: invoice.id, reason: 'x' }, staff);
    await billing.receive({ amount: 4_000, servicerReference: 'R-4', isReversal: true });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'open', open: chf(4_000) });
    expect(await codeOf(organizationId, invoice, { amount: 4_001 })).toBe('CREDIT_TOO_HIGH');
    expect(await credit(organizationId, invoice)).toMatchObject({ total: chf(4_000), refunded: chf(0) });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'written_off', open: chf(0) });
    const { vat, bad_debt: badDebt, revenue } = await balances(organizationId);
    expect(vat ?? 0).toBe(0);
    expect(badDebt! + revenue!).toBe(0);
  });
});

describe('a write-off', () => {
  it('of a refund whose payment was reversed lowers no VAT', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    await billing.receive({ amount: 11_675, reference: invoice.reference!, servicerReference: 'R-2' });
    await credit(organizationId, invoice, { refundTo: 'bank', iban: PAYER_IBAN });
    await billing.receive({ amount: 11_675, servicerReference: 'R-2', isReversal: true });
    await billing.test.call(writeOffInvoice, { organizationId, documentId: invoice.id, reason: 'x' }, staff);
    expect(await balances(organizationId)).toEqual({ bad_debt: 11_675, outgoing: -11_675 });
  });

  it('gives up the open amount and lowers the VAT in proportion', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    await credit(organizationId, invoice, { amount: 1_675 });
    const writeOff = (id = invoice.id) =>
      billing.test.codeOf(writeOffInvoice, { organizationId, documentId: id, reason: 'Bankruptcy' }, staff);
    expect(await writeOff()).toBe('ok');
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'written_off', open: chf(0) });
    const { bad_debt: badDebt, vat, revenue, ...others } = await balances(organizationId);
    expect(others).toEqual({});
    expect((badDebt ?? 0) + (vat ?? 0) + (revenue ?? 0)).toBe(0);
    expect((await billing.eventsOf(invoice.id)).at(-1)).toMatchObject({
      type: 'invoice.written_off',
      data: { amount: chf(10_000), vat: chf(749) },
    });
    expect(await writeOff()).toBe('INVOICE_NOT_OPEN');
    expect(await codeOf(organizationId, invoice)).toBe('INVOICE_NOT_CREDITABLE');
  });

  it('lowers the VAT by exactly the rest that is not credited', async () => {
    const organizationId = await billing.organization();
    // Each credit note of 0.07 contains VAT of 0.01, because the exact VAT of 0.005 is rounded up.
    const { invoiceId } = await billing.test.call(
      chargePeriod,
      billing.chargeInput(organizationId, { method: 'on_credit', type: 'domain' }),
      asService,
    );
    const invoice = await billing.document(organizationId, invoiceId!);
    for (const amount of [7, 7, 7, 7]) await credit(organizationId, invoice, { amount });
    await billing.test.codeOf(writeOffInvoice, { organizationId, documentId: invoiceId!, reason: 'Bankruptcy' }, staff);
    expect((await balances(organizationId))['vat'] ?? 0).toBe(0);
  });
});
