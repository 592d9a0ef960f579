import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importBankFile, listBankBookings } from '@cordee/contracts/billing/bank-file';
import { creditInvoice } from '@cordee/contracts/billing/credit-note';
import { payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import { listSuspense } from '@cordee/contracts/billing/suspense';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { getPaymentDetails, payDocument } from '@cordee/contracts/billing/document';
import { cancelOrder, getOrder } from '@cordee/contracts/billing/order';
import { changePrepaidSettings } from '@cordee/contracts/billing/prepaid';
import { newId } from '@cordee/contracts/id';
import { addDays } from '@cordee/calendar/local-date';
import { uuid } from '@cordee/testing/test-service';
import { anna, asService, BillingFixture, chf, people, staff } from '../../test/billing.fixture.ts';
import { makeReference } from '../payments/payment-reference.ts';

type OrganizationId = `org_${string}`;

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

const noCounts = { booked: 0, alreadyBooked: 0, suspense: 0, totals: 0, ownMovements: 0, ignored: 0 };

/** Issues an open invoice of 116.75, on credit. Every order of this file has the same total. */
async function issueInvoice(organizationId: `org_${string}`) {
  const { invoiceId } = await billing.test.call(
    chargePeriod,
    billing.chargeInput(organizationId, { method: 'on_credit' }),
    asService,
  );
  return billing.document(organizationId, invoiceId!);
}

describe('a bank transfer', () => {
  it('in the bank file of docs/examples pays a document', async () => {
    const example = fs.readFileSync(
      path.resolve(import.meta.dirname, '../../../../docs/examples/bank-file.xml'),
      'utf8',
    );
    const organizationId = await billing.organization();
    const { reference } = await billing.proForma(organizationId);
    const content = example.replace('110000000000000000000000026', reference!);
    expect((await billing.importFile(content)).bookings).toMatchObject([{ status: 'paid' }]);
  });

  it('with matching reference and amount pays the document at the value date (C-BNK-01)', async () => {
    const organizationId = await billing.organization();
    const valueDate = addDays(billing.today(), -3);
    const { order, invoice } = await billing.paidOrder(organizationId, { valueDate });
    expect(invoice).toMatchObject({
      status: 'paid',
      paidOn: valueDate,
      issuedOn: billing.today(),
      lines: [{ periodStart: billing.today() }],
    });
    // The value date is before the pro forma; the first period still starts on the date of the pro forma.
    expect(await billing.eventsOf(order.id)).toMatchObject([{ data: { lines: [{ periodStart: billing.today() }] } }]);
    const invoiceOnCredit = await issueInvoice(organizationId);
    const report = await billing.receive({ amount: 11_675, reference: invoiceOnCredit.reference!, valueDate });
    expect(report).toMatchObject({
      counts: { booked: 1 },
      bookings: [{ status: 'paid', documentId: invoiceOnCredit.id, organizationId, reason: null }],
    });
    expect(await billing.document(organizationId, invoiceOnCredit.id)).toMatchObject({
      status: 'paid',
      paidOn: valueDate,
    });
  });

  it('with a low amount goes to prepaid as a whole and leaves the invoice open (C-BNK-02)', async () => {
    const organizationId = await billing.organization();
    const invoice = await issueInvoice(organizationId);
    const report = await billing.receive({ amount: 6_000, reference: invoice.reference! });
    expect(report.bookings).toMatchObject([
      {
        status: 'prepaid',
        reason: 'amount_too_low',
        documentId: invoice.id,
        detail: expect.stringContaining('116.75'),
      },
    ]);
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'open', open: chf(11_675) });
    expect(await billing.balance(organizationId)).toBe(6_000);
    expect(await billing.eventsOf(report.bookings[0]!.bookingId!)).toMatchObject([
      { type: 'prepaid.credited', data: { reason: 'amount_too_low', documentId: invoice.id, amount: chf(6_000) } },
    ]);
  });

  it('with a low amount pays a part of the invoice if the organization takes part payments (C-BNK-02)', async () => {
    const organizationId = await billing.organization();
    expect(
      await billing.test.call(changePrepaidSettings, { organizationId, takesPartPayments: true }, people.payer),
    ).toEqual({ paysInvoices: true, takesPartPayments: true, version: 2 });
    const invoice = await issueInvoice(organizationId);
    expect((await billing.receive({ amount: 6_000, reference: invoice.reference! })).bookings).toMatchObject([
      { status: 'paid', documentId: invoice.id, detail: expect.stringContaining('56.75') },
    ]);
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({
      status: 'part_paid',
      open: chf(5_675),
      paidOn: null,
    });
    await billing.receive({ amount: 6_000, reference: invoice.reference! });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'paid', open: chf(0) });
    expect(await billing.balance(organizationId)).toBe(325);
  });

  it('to prepaid pays open invoices only while the setting paysInvoices is on (C-BNK-05)', async () => {
    const organizationId = await billing.organization();
    await billing.test.call(changePrepaidSettings, { organizationId, paysInvoices: false }, anna);
    const invoice = await issueInvoice(organizationId);
    await billing.topUp(organizationId, 12_000);
    expect((await billing.document(organizationId, invoice.id)).status).toBe('open');
    expect((await issueInvoice(organizationId)).status).toBe('open');
    await billing.test.call(changePrepaidSettings, { organizationId, paysInvoices: true }, anna);
    expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
    expect(await billing.prepaid(organizationId)).toMatchObject({
      balances: [chf(325)],
      settings: { paysInvoices: true },
    });
  });

  it('with a placeholder instead of a reference is not a duplicate of another payment (PAY-2)', async () => {
    const [first, second] = [await billing.organization(), await billing.organization()];
    for (const organizationId of [first, second]) {
      const { invoice } = await billing.paidOrder(organizationId, { servicerReference: 'NONREF' });
      expect(invoice.status).toBe('paid');
    }
  });

  it('with a high amount pays the document and credits the rest to prepaid (C-BNK-03)', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await billing.paidOrder(organizationId, { amount: 20_000 });
    expect(invoice.status).toBe('paid');
    expect(await billing.prepaid(organizationId)).toMatchObject({
      balances: [chf(8_325)],
      entries: [{ amount: chf(8_325), reason: 'overpaid', documentId: invoice.id }],
    });
  });

  it.each([
    [20, 20, 'paid', 'bank_fees', 0],
    [116, 20, 'paid', 'bank_fees', 0],
    [117, 20, 'open', 'bank_fees', 11_558],
    [501, 20, 'open', 'bank_fees', 11_174],
    [5, 0, 'paid', 'payment_differences', 0],
    [6, 0, 'open', 'payment_differences', 11_669],
    [20, 0, 'open', 'bank_fees', 11_655],
  ])(
    'that is %i centimes short, with %i centimes of charges, leaves the invoice %s (C-BNK-04)',
    async (...testCase) => {
      const [shortfall, charges, status, account, prepaidBalance] = testCase;
      const organizationId = await billing.organization();
      const invoice = await issueInvoice(organizationId);
      await billing.receive({
        amount: 11_675 - shortfall,
        reference: invoice.reference!,
        ...(charges > 0 && { charges: chf(charges) }),
      });
      expect((await billing.document(organizationId, invoice.id)).status).toBe(status);
      expect(await billing.balance(organizationId)).toBe(prepaidBalance);
      const [row] = await billing.test.rows(
        `select coalesce(sum(amount) filter (where account = $2), 0)::int as cost,
                coalesce(sum(amount) filter (where account = 'vat'), 0)::int as vat
         from ledger_entry entry join ledger_booking booking
           on booking.organization_id = entry.organization_id and booking.id = booking_id
         where entry.organization_id = $1 and kind = 'incoming_payment'`,
        [uuid(organizationId), account],
      );
      // The shortfall lowers the VAT in proportion: the invoice has 8.75 of VAT in 116.75.
      const vat = status === 'paid' ? Math.round((875 * shortfall) / 11_675) : 0;
      expect(row).toEqual({ cost: status === 'paid' ? shortfall - vat : 0, vat });
    },
  );

  it('that is too low pays the invoice when the payer instructed the whole amount', async () => {
    const organizationId = await billing.organization();
    const invoice = await issueInvoice(organizationId);
    await billing.receive({ amount: 11_655, reference: invoice.reference!, instructedAmount: chf(11_675) });
    expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
  });

  it('without a reference settles the only matching combination of invoices of a known IBAN (C-BNK-17)', async () => {
    const organizationId = await billing.organization();
    const debtorIban = 'CH3604835012345678000';
    const charge = async (type: string) => {
      const { invoiceId } = await billing.test.call(
        chargePeriod,
        billing.chargeInput(organizationId, { method: 'on_credit', type }),
        asService,
      );
      return billing.document(organizationId, invoiceId!);
    };
    const invoices = [await charge('web_hosting'), await charge('domain'), await charge('network_storage')];
    const [hosting, domain, storage] = invoices.map(({ total }) => total.amount) as [number, number, number];
    // The payer is unknown.
    expect((await billing.receive({ amount: domain + storage, debtorIban })).bookings).toMatchObject([
      { status: 'suspense' },
    ]);
    await billing.receive({ amount: hosting, debtorIban, reference: invoices[0]!.reference! });
    invoices.push(await charge('domain'));
    await billing.test.call(changePrepaidSettings, { organizationId, paysInvoices: false }, anna);
    // Two invoices have the amount of the domain.
    expect((await billing.receive({ amount: domain + storage, debtorIban })).bookings).toMatchObject([
      { status: 'prepaid', reason: 'reference_missing' },
    ]);
    expect((await billing.receive({ amount: domain + storage + domain, debtorIban })).bookings).toMatchObject([
      { status: 'paid', organizationId, reason: null, detail: expect.stringContaining(invoices[2]!.number) },
    ]);
    const documents = await Promise.all(invoices.map(({ id }) => billing.document(organizationId, id)));
    expect(documents.map(({ status }) => status)).toEqual(['paid', 'paid', 'paid', 'paid']);
    expect(await billing.balance(organizationId)).toBe(domain + storage);
  });

  it('without a reference goes to prepaid when two invoices fit, even beside many in another currency', async () => {
    const organizationId = await billing.organization();
    const debtorIban = 'CH2909000000250094239';
    const charge = async (currency: 'CHF' | 'EUR') => {
      const input = billing.chargeInput(organizationId, { method: 'on_credit', type: 'domain', currency });
      const { invoiceId } = await billing.test.call(chargePeriod, input, asService);
      return billing.document(organizationId, invoiceId!);
    };
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    await billing.receive({ amount: 1, debtorIban, reference });
    for (let count = 0; count < 16; count += 1) await charge('CHF');
    const { total } = await charge('EUR');
    await charge('EUR');
    await billing.test.call(changePrepaidSettings, { organizationId, paysInvoices: false }, anna);
    const { bookings } = await billing.receive({ amount: total.amount, currency: 'EUR', debtorIban });
    expect(bookings).toMatchObject([{ status: 'prepaid', reason: 'reference_missing' }]);
  });

  it('that pays a part of an invoice makes prepaid pay the rest when prepaid covers the rest', async () => {
    const organizationId = await billing.organization();
    await billing.test.database.query(
      `update prepaid_account set takes_part_payments = true where organization_id = $1`,
      [uuid(organizationId)],
    );
    const invoice = await issueInvoice(organizationId);
    await billing.topUp(organizationId, 8_000);
    expect(await billing.balance(organizationId)).toBe(8_000);
    await billing.receive({ amount: 4_000, reference: invoice.reference! });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'paid', open: chf(0) });
    expect(await billing.balance(organizationId)).toBe(325);
  });

  it('that is one centime short does not convert a pro forma', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    expect((await billing.receive({ amount: 11_674, reference: proForma.reference! })).bookings).toMatchObject([
      { status: 'prepaid', reason: 'amount_too_low' },
    ]);
    expect((await billing.document(organizationId, proForma.id)).status).toBe('issued');
  });

  it('with a settled reference goes to prepaid, which pays the oldest invoice that it covers (C-BNK-05)', async () => {
    const organizationId = await billing.organization();
    const { proForma } = await billing.paidOrder(organizationId);
    const [first, second] = [await issueInvoice(organizationId), await issueInvoice(organizationId)];
    const issuedProForma = await billing.proForma(organizationId);
    const report = await billing.receive({ amount: 20_000, reference: proForma.reference! });
    expect(report.bookings).toMatchObject([
      { status: 'prepaid', reason: 'reference_already_settled', documentId: proForma.id },
    ]);
    expect(
      await Promise.all(
        [first, second, issuedProForma].map(async ({ id }) => (await billing.document(organizationId, id)).status),
      ),
    ).toEqual(['paid', 'open', 'issued']);
    const { balances, entries } = await billing.prepaid(organizationId);
    expect(balances).toEqual([chf(8_325)]);
    expect(entries.map(({ amount, reason }) => [amount.amount, reason])).toEqual(
      expect.arrayContaining([
        [20_000, 'reference_already_settled'],
        [-11_675, 'used'],
      ]),
    );
  });

  it('to prepaid pays an invoice that renewal warranty holds', async () => {
    const organizationId = await billing.organization();
    const { invoiceId } = await billing.test.call(
      chargePeriod,
      billing.chargeInput(organizationId, { method: 'on_credit', heldUntil: '2027-12-31' }),
      asService,
    );
    await billing.topUp(organizationId, 11_675);
    expect(await billing.document(organizationId, invoiceId!)).toMatchObject({ status: 'paid' });
  });

  it('in another currency is credited to prepaid in that currency (C-BNK-09)', async () => {
    const organizationId = await billing.organization();
    const invoice = await issueInvoice(organizationId);
    expect(
      (await billing.receive({ amount: 11_675, currency: 'EUR', reference: invoice.reference! })).bookings,
    ).toMatchObject([{ status: 'prepaid', reason: 'wrong_currency' }]);
    expect((await billing.document(organizationId, invoice.id)).status).toBe('open');
    expect(await billing.prepaid(organizationId)).toMatchObject({ balances: [{ amount: 11_675, currency: 'EUR' }] });
  });

  it('for a cancelled order goes to prepaid, from which a new order can be paid (C-BNK-15)', async () => {
    const { test } = billing;
    const organizationId = await billing.organization();
    const order = await billing.order(organizationId);
    const proForma = await billing.document(organizationId, order.proFormaId);
    await test.call(cancelOrder, { organizationId, orderId: order.id }, anna);
    expect((await billing.receive({ amount: 11_675, reference: proForma.reference! })).bookings).toMatchObject([
      { status: 'prepaid', reason: 'reference_cancelled' },
    ]);
    const newOrder = await billing.order(organizationId);
    const invoice = await test.call(
      payDocument,
      { organizationId, documentId: newOrder.proFormaId, method: 'prepaid' },
      anna,
      billing.newKeyOptions(),
    );
    expect(invoice).toMatchObject({ kind: 'invoice', status: 'paid', orderId: newOrder.id });
    expect(await test.call(getOrder, { organizationId, orderId: newOrder.id }, anna)).toMatchObject({
      status: 'paid',
      invoiceId: invoice.id,
    });
  });
});

describe('a payment reference (C-BNK-07)', () => {
  it('is read from the reference field with spaces, and from the free text', async () => {
    const organizationId = await billing.organization();
    const [firstProForma, secondProForma] = [
      await billing.proForma(organizationId),
      await billing.proForma(organizationId),
    ];
    const spacedReference = firstProForma.reference!.replace(/(..)(.{5})(.{5})(.{5})(.{5})(.{5})/, '$1 $2 $3 $4 $5 $6');
    const report = await billing.receive(
      { amount: 11_675, reference: spacedReference },
      { amount: 11_675, text: `Merci, facture ${secondProForma.reference} de mai` },
    );
    expect(report.bookings.map(({ status }) => status)).toEqual(['paid', 'paid']);
  });

  it('is found beside a reference of another system, in the free text and in a further reference field', async () => {
    const organizationId = await billing.organization();
    const [inText, inField] = [await billing.proForma(organizationId), await billing.proForma(organizationId)];
    const otherSystem = { amount: 11_675, reference: 'RF18539007547034' };
    const first = await billing.receive({ ...otherSystem, text: `Facture ${inText.reference}` });
    const field = `<Strd><CdtrRefInf><Ref>${inField.reference}</Ref></CdtrRefInf></Strd></RmtInf>`;
    const second = await billing.importFile(billing.camt([otherSystem]).replace('</RmtInf>', field));
    expect([...first.bookings, ...second.bookings]).toMatchObject([{ status: 'paid' }, { status: 'paid' }]);
  });

  it('with a wrong check digit in the free text is invalid, and is reported as it is written (C-BNK-07)', async () => {
    const writtenReference = '11 00000 00000 00000 00000 00122';
    const { bookings } = await billing.receive({ amount: 100, text: `Rechnung ${writtenReference}` });
    expect(bookings).toMatchObject([{ status: 'suspense', reason: 'reference_invalid' }]);
    const { data } = await billing.test.call(listSuspense, { limit: 1 }, staff);
    expect(data).toMatchObject([{ bookingId: bookings[0]!.bookingId, reference: writtenReference }]);
  });

  it('that is unknown, invalid or missing leaves the money in suspense unless the payer is known by IBAN', async () => {
    const unknownReference = makeReference('QRR', 'invoice', 9_999_999);
    const reportWithoutIban = await billing.receive(
      { amount: 100, reference: unknownReference, debtorName: 'Nobody' },
      { amount: 200, reference: '123456' },
      { amount: 300 },
    );
    expect(reportWithoutIban).toMatchObject({ counts: { suspense: 3, booked: 0 } });
    expect(reportWithoutIban.bookings.map(({ status, reason }) => [status, reason])).toEqual([
      ['suspense', 'reference_unknown'],
      ['suspense', 'reference_invalid'],
      ['suspense', 'reference_missing'],
    ]);
    const { data } = await billing.test.call(listSuspense, { limit: 3 }, staff);
    expect(new Set(data.map(({ amountText, reason }) => `${amountText} ${reason}`))).toEqual(
      new Set(['1.00 CHF reference_unknown', '2.00 CHF reference_invalid', '3.00 CHF reference_missing']),
    );

    const debtorIban = 'CH5604835012345678009';
    const organizationId = await billing.organization();
    await billing.paidOrder(organizationId, { debtorIban });
    const reportWithIban = await billing.receive(
      { amount: 400, debtorIban },
      { amount: 500, reference: unknownReference, debtorIban },
    );
    expect(reportWithIban.bookings).toMatchObject([
      { status: 'prepaid', reason: 'reference_missing', organizationId },
      { status: 'prepaid', reason: 'reference_unknown', organizationId },
    ]);
    // An IBAN that paid for two organizations does not identify the payer.
    await billing.paidOrder(await billing.organization(), { debtorIban });
    expect((await billing.receive({ amount: 600, debtorIban })).bookings).toMatchObject([{ status: 'suspense' }]);
  });

  it('is unique, consists of its kind and a number, and expires by value date (C-BNK-21)', async () => {
    const organizationId = await billing.organization();
    const [swissProForma, frenchProForma] = [
      await billing.proForma(organizationId),
      await billing.proForma(await billing.organization({ country: 'FR' })),
    ];
    expect(frenchProForma.reference).toMatch(/^RF\d\dP\d+$/);
    expect(swissProForma.reference).toMatch(/^110+\d+$/);
    const { reference, dueOn } = swissProForma;
    const lateReport = await billing.receive({
      amount: 100,
      reference: reference!,
      valueDate: addDays(dueOn!, 1),
    });
    expect(lateReport.bookings).toMatchObject([{ status: 'prepaid', reason: 'reference_expired' }]);
    const punctualReport = await billing.receive({ amount: 11_675, reference: reference!, valueDate: dueOn! });
    expect(punctualReport.bookings).toMatchObject([{ status: 'paid' }]);
    const rows = await billing.test.rows(
      `select count(*)::int as total, count(distinct reference)::int as distinct_count from (
         select reference from pro_forma
         union all select reference from invoice
         union all select standing_order_reference from prepaid_account
       ) references_of_documents_and_accounts`,
    );
    expect(rows[0]!['total']).toBe(rows[0]!['distinct_count']);
  });
});

describe('a bank file', () => {
  it('is booked once when it is imported three times concurrently and then as a camt.053 (C-BNK-10)', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const content = billing.camt([
      { amount: 11_675, reference: proForma.reference!, servicerReference: 'T-10', entryReference: 'E-10' },
      { amount: 500, reference: proForma.reference!, entryReference: 'E-11' },
    ]);
    const reports = await Promise.all([1, 2, 3].map(() => billing.importFile(content)));
    expect(reports.reduce((sum, { counts }) => sum + counts.booked, 0)).toBe(2);
    expect(reports.filter(({ counts }) => counts.alreadyBooked === 2)).toHaveLength(2);
    const statement = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
      <GrpHdr><MsgId>S</MsgId><CreDtTm>2026-11-21T06:00:00Z</CreDtTm></GrpHdr>
      <Stmt><Id>S</Id><Acct><Id><IBAN>CH93 0076 2011 6238 5295 7</IBAN></Id></Acct>
      <Ntry><Amt Ccy="CHF">116.75</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
      <BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt><AcctSvcrRef>E-10</AcctSvcrRef></Ntry>
      </Stmt></BkToCstmrStmt></Document>`;
    expect(await billing.importFile(statement)).toMatchObject({
      kind: '053',
      counts: { booked: 0, totals: 1, suspense: 0 },
    });
    expect(await billing.balance(organizationId)).toBe(500);
  });

  it('without entries is accepted, and payments are known until the creation time of the file (C-BNK-12)', async () => {
    const organizationId = await billing.organization();
    const invoice = await issueInvoice(organizationId);
    const createdAt = billing.test.process.clock.now().toISOString();
    const empty = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.04"><BkToCstmrStmt>
      <GrpHdr><MsgId>S</MsgId><CreDtTm>${createdAt}</CreDtTm></GrpHdr>
      <Stmt><Id>S</Id><Acct><Id><IBAN>CH9300762011623852957</IBAN></Id></Acct></Stmt></BkToCstmrStmt></Document>`;
    const { importedAt, counts } = await billing.importFile(empty);
    expect(counts).toEqual({ ...noCounts });
    const details = await billing.test.call(
      getPaymentDetails,
      { organizationId, documentId: invoice.id },
      { service: 'reminders' },
    );
    expect(details).toMatchObject({
      iban: 'CH4431999123000889012',
      reference: invoice.reference,
      isCoveredByPrepaid: false,
      document: { id: invoice.id },
    });
    expect(new Date(importedAt).getTime() - new Date(details.paymentsKnownUntil!).getTime()).toBeLessThan(10_000);
  });

  it('with a wrong date, a broken structure, a foreign account or no XML is refused, with pointers', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const validFile = billing.camt([{ amount: 11_675, reference: proForma.reference!, servicerReference: 'T-20' }]);
    const invalidFiles = [
      validFile.replace('<ValDt>', '<ValDt><Dt>2026-02-30</Dt></ValDt><ValDt>'),
      validFile.replace('</Ntfctn>', ''),
      billing.camt([{ amount: 11_675, reference: proForma.reference! }], { account: 'CH5604835012345678009' }),
      'nothing',
    ];
    for (const content of invalidFiles) {
      const thrown = await billing.importFile(content).catch((error: unknown) => error);
      expect(thrown).toMatchObject({
        code: 'BANK_FILE_INVALID',
        errors: [{ pointer: expect.any(String), code: expect.stringMatching(/^[A-Z_]+$/) }],
      });
    }
    expect((await billing.document(organizationId, proForma.id)).status).toBe('issued');
    expect((await billing.importFile(validFile)).counts.booked).toBe(1);
  });

  it('above 50 MiB is refused', async () => {
    const fileId = await billing.upload(billing.camt([{ amount: 5_000 }]));
    const importWithSize = async (bytes: number): Promise<string> => {
      await billing.test.rows(`update file set size = $1 where id = $2`, [bytes, uuid(fileId)]);
      return billing.test.codeOf(importBankFile, { fileId }, staff);
    };
    expect(await importWithSize(50 * 1024 * 1024 + 1)).toBe('BANK_FILE_TOO_LARGE');
    expect(await importWithSize(50 * 1024 * 1024)).toBe('ok');
  });

  it('for the IBAN is recognized as a duplicate of a file for the QR-IBAN of the same account', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const payment = { amount: 11_675, reference: proForma.reference!, servicerReference: 'T-30' };
    expect(
      (await billing.importFile(billing.camt([payment], { account: 'CH4431999123000889012' }))).counts.booked,
    ).toBe(1);
    expect((await billing.importFile(billing.camt([payment]))).counts).toMatchObject({ booked: 0, alreadyBooked: 1 });
  });

  it.each([
    ['0000-01-01', 'suspense'],
    ['0001-01-01', 'suspense'],
    ['1989-12-31', 'suspense'],
    ['1999-01-01', 'paid'],
    ['2200-01-01', 'suspense'],
    ['9999-12-31', 'suspense'],
  ])('with a payment of the date %s gives the booking the status %s', async (valueDate, status) => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const content = billing.camt([{ amount: 11_675, reference: proForma.reference!, valueDate }]);
    const report = await billing.importFile(content);
    if (status === 'paid') {
      const invoice = await billing.document(organizationId, report.bookings[0]!.documentId as `inv_${string}`);
      expect(invoice).toMatchObject({
        status,
        paidOn: valueDate,
        lines: [{ periodStart: proForma.issuedOn }],
      });
    } else {
      expect(report).toMatchObject({
        counts: { booked: 0, suspense: 1 },
        bookings: [{ status, organizationId: null, amount: chf(11_675) }],
      });
      const { data } = await billing.test.call(listSuspense, { limit: 200 }, staff);
      expect(data.find(({ bookingId }) => bookingId === report.bookings[0]!.bookingId)).toMatchObject({
        reason: 'date_implausible',
        valueDate: null,
        detail: expect.stringContaining(valueDate),
        text: proForma.reference,
      });
      const [posted] = await billing.test.rows(
        `select valued_on::text, sum(-amount)::int as amount
           from ledger_booking join ledger_entry on booking_id = id
           where id = $1 and account = 'suspense' group by 1`,
        [uuid(report.bookings[0]!.bookingId as `bkg_${string}`)],
      );
      expect(posted).toEqual({ valued_on: billing.today(), amount: 11_675 });
    }
    expect((await billing.importFile(content)).counts).toMatchObject({ alreadyBooked: 1, suspense: 0, booked: 0 });
  });

  it('with an implausible creation date is refused', async () => {
    const content = billing.camt([{ amount: 100 }]).replaceAll(/<CreDtTm>[^<]*/g, '<CreDtTm>0000-01-01T00:00:00Z');
    await expect(billing.importFile(content)).rejects.toMatchObject({
      code: 'BANK_FILE_INVALID',
      errors: [{ code: 'DATE_INVALID' }],
    });
  });

  it('is imported although an outgoing payment is ignored and an unprocessable entry goes to suspense', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const content = billing.camt([{ amount: 11_675, reference: proForma.reference! }]).replace(
      '</Ntfctn>',
      `<Ntry><Amt Ccy="CHF">1.001</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
       <BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>PRECISE</AcctSvcrRef></Ntry>
       <Ntry><Amt Ccy="CHF">7.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
       <BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>OUT</AcctSvcrRef></Ntry></Ntfctn>`,
    );
    expect((await billing.importFile(content)).counts).toEqual({ ...noCounts, booked: 1, suspense: 1, ignored: 1 });
    expect((await billing.importFile(content)).counts).toEqual({ ...noCounts, alreadyBooked: 3 });
  });

  it('lists and reports its bookings in the order of the file, in whatever order they are processed', async () => {
    const { proForma } = await billing.paidOrder(await billing.organization());
    const reversed = { amount: 11_675, reference: proForma.reference!, servicerReference: 'ORDER-1' };
    await billing.receive(reversed);
    const entry = (amount: string, direction: string, reference: string, more = '') =>
      `<Ntry><Amt Ccy="CHF">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd>${more}<Sts><Cd>BOOK</Cd></Sts>
       <BookgDt><Dt>${billing.today()}</Dt></BookgDt><NtryDtls><TxDtls><Refs><AcctSvcrRef>${reference}</AcctSvcrRef>
       </Refs></TxDtls></NtryDtls></Ntry>`;
    const content = billing
      .camt([{ amount: 100 }])
      .replace(
        /<Ntry>[^]*<\/Ntry>/,
        entry('7.00', 'DBIT', 'ORDER-2') +
          entry('116.75', 'DBIT', 'ORDER-1', '<RvslInd>true</RvslInd>') +
          entry('4711.123', 'CRDT', 'ORDER-3') +
          entry('3.00', 'CRDT', 'ORDER-4') +
          entry('5.00', 'DBIT', 'ORDER-5'),
      );
    const { id: bankFileId, bookings } = await billing.importFile(content);
    const { data } = await billing.test.call(listBankBookings, { bankFileId }, staff);
    const expectedStatuses = ['ignored', 'reversed', 'suspense', 'suspense', 'ignored'];
    expect(data.map(({ status }) => status)).toEqual(expectedStatuses);
    expect(bookings.map(({ index, bookingId }) => [index, bookingId])).toEqual(
      data.map(({ bookingId }, index) => [index, bookingId]),
    );
    expect(data.map(({ amountText }) => amountText)).toEqual([
      '7.00 CHF',
      '116.75 CHF',
      '4711.123 CHF',
      '3.00 CHF',
      '5.00 CHF',
    ]);
  });

  it('lists its bookings with their ledger entries, in pages', async () => {
    const organizationId = await billing.organization();
    const invoice = await issueInvoice(organizationId);
    const { id: bankFileId } = await billing.receive(
      { amount: 12_000, reference: invoice.reference!, debtorName: 'Anna' },
      { amount: 300 },
    );
    const list = (fields: object) => billing.test.call(listBankBookings, { bankFileId, limit: 1, ...fields }, staff);
    const first = await list({});
    expect(first.data).toMatchObject([
      {
        status: 'paid',
        amountText: '120.00 CHF',
        debtorName: 'Anna',
        organizationId,
        reason: 'overpaid',
        detail: expect.stringMatching(/^to prepaid: CHF.3\.25$/),
        entries: [
          { account: 'clearing', amount: 12_000, currency: 'CHF', documentId: null },
          { account: 'receivable', amount: -11_675, documentId: invoice.id },
          { account: 'prepaid', amount: -325 },
        ],
      },
    ]);
    const second = await list({ cursor: first.nextCursor! });
    expect(second).toMatchObject({ data: [{ status: 'suspense', reason: 'reference_missing' }], nextCursor: null });
    const unknown = newId('bkf', new Date());
    expect(await billing.test.codeOf(listBankBookings, { bankFileId: unknown }, staff)).toBe('BANK_FILE_NOT_FOUND');
  });

  it('of 300 payments is imported by one call', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const content = billing.camt(Array.from({ length: 300 }, (_, index) => ({ amount: index + 1, reference })));
    const { counts } = await billing.test.call(importBankFile, { fileId: await billing.upload(content) }, staff, {
      timeoutMs: 30_000,
    });
    expect(counts.booked).toBe(300);
    expect(await billing.balance(organizationId)).toBe(45_150);
  });
});

describe('a reversal (C-BNK-14)', () => {
  it('reopens the invoice once, and the invoice can be paid again', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await billing.paidOrder(organizationId, { servicerReference: 'T-40' });
    const pdf = await billing.pdf(organizationId, invoice.id);
    const report = await billing.receive({ amount: 11_675, servicerReference: 'T-40', isReversal: true });
    expect(report).toMatchObject({
      counts: { booked: 1 },
      bookings: [{ status: 'reversed', documentId: invoice.id, organizationId }],
    });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({
      status: 'open',
      open: chf(11_675),
      paidOn: null,
    });
    expect((await billing.eventsOf(invoice.id)).at(-1)).toMatchObject({
      type: 'invoice.reopened',
      data: { open: chf(11_675), heldUntil: null, interval: 'yearly' },
    });
    expect(Buffer.compare(await billing.pdf(organizationId, invoice.id), pdf)).not.toBe(0);
    expect(
      (await billing.receive({ amount: 11_675, servicerReference: 'T-40b', reference: invoice.reference! })).bookings,
    ).toMatchObject([{ status: 'paid', documentId: invoice.id }]);
    // A second reversal with the same servicer reference is a duplicate.
    expect(
      (await billing.receive({ amount: 11_675, servicerReference: 'T-40', entryReference: 'again', isReversal: true }))
        .counts,
    ).toMatchObject({ alreadyBooked: 1 });
  });

  it('publishes the date until which renewal warranty holds the invoice', async () => {
    const organizationId = await billing.organization();
    const { invoiceId } = await billing.test.call(
      chargePeriod,
      billing.chargeInput(organizationId, { method: 'on_credit', heldUntil: '2027-12-31' }),
      asService,
    );
    const { reference } = await billing.document(organizationId, invoiceId!);
    await billing.receive({ amount: 11_675, reference: reference!, servicerReference: 'T-45' });
    await billing.receive({ amount: 11_675, servicerReference: 'T-45', isReversal: true });
    expect((await billing.eventsOf(invoiceId!)).at(-1)).toMatchObject({
      type: 'invoice.reopened',
      data: { heldUntil: '2027-12-31', interval: 'yearly' },
    });
  });

  it('of money that prepaid already spent reopens the paid invoice and leaves prepaid at zero', async () => {
    const organizationId = await billing.organization();
    const invoice = await issueInvoice(organizationId);
    const { standingOrderReference } = await billing.prepaid(organizationId);
    await billing.receive({ amount: 12_000, reference: standingOrderReference, servicerReference: 'T-50' });
    expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
    await billing.receive({
      amount: 12_000,
      reference: standingOrderReference,
      servicerReference: 'T-50',
      isReversal: true,
    });
    expect((await billing.document(organizationId, invoice.id)).status).toBe('open');
    expect(await billing.balance(organizationId)).toBe(0);
  });

  it('of money that was paid out of prepaid goes to suspense and leaves prepaid unchanged', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const payer = { debtorIban: 'CH2909000000250094239', debtorName: 'Alpine Rescue' };
    await billing.receive({ amount: 12_000, reference, servicerReference: 'T-70', ...payer });
    await billing.test.call(payOutPrepaid, { organizationId, amount: 11_000 }, anna, billing.newKeyOptions());
    const { bookings } = await billing.receive({ amount: 12_000, servicerReference: 'T-70', isReversal: true });
    expect(bookings).toMatchObject([{ status: 'suspense', detail: expect.stringContaining('already') }]);
    expect(await billing.balance(organizationId)).toBe(1_000);
  });

  describe('of a payment with an accepted shortfall', () => {
    const payWithCharges = async (organizationId: OrganizationId, amount: number, servicerReference: string) => {
      const invoice = await issueInvoice(organizationId);
      const fields = { reference: invoice.reference!, charges: chf(20), servicerReference };
      await billing.receive({ amount: amount - 20, ...fields });
      return invoice;
    };
    const creditPart = (organizationId: OrganizationId, documentId: `inv_${string}`, amount: number) =>
      billing.test.call(
        creditInvoice,
        { organizationId, documentId, reason: 'Discount', amount, refundTo: 'prepaid' },
        staff,
        billing.newKeyOptions(),
      );
    const shortfallOf = async (id: `inv_${string}`) => {
      const [row] = await billing.test.rows(`select shortfall_amount::int as amount from invoice where id = $1`, [
        uuid(id),
      ]);
      return row!['amount'];
    };
    /** The tax that the seller owes for the organization. */
    const taxOf = async (organizationId: OrganizationId) => {
      const [row] = await billing.test.rows(
        `select -sum(amount)::int as amount from ledger_entry where account = 'vat' and organization_id = $1`,
        [uuid(organizationId)],
      );
      return row!['amount'];
    };
    const receivableOf = async (id: `inv_${string}`) => {
      const [row] = await billing.test.rows(
        `select sum(amount)::int as amount from ledger_entry where account = 'receivable' and document_id = $1`,
        [id],
      );
      return row!['amount'];
    };

    it.each([
      ['all', 11_675],
      ['a part', 11_660],
    ])('opens the receivable amount after a credit note has taken back %s of the shortfall', async (_, credited) => {
      const organizationId = await billing.organization();
      await billing.test.call(changePrepaidSettings, { organizationId, paysInvoices: false }, anna);
      const { id } = await payWithCharges(organizationId, 11_675, `T-80-${credited}`);
      expect(await taxOf(organizationId)).toBe(875 - 1);
      const { vat } = await creditPart(organizationId, id as `inv_${string}`, credited);
      await billing.receive({ amount: 11_655, servicerReference: `T-80-${credited}`, isReversal: true });
      const { open, paid } = await billing.document(organizationId, id);
      expect(open.amount).toBe(await receivableOf(id as `inv_${string}`));
      expect([paid.amount, await shortfallOf(id as `inv_${string}`)]).toEqual([0, 0]);
      expect(await taxOf(organizationId)).toBe(875 - vat.amount);
      const shortfalls = (await billing.eventsOf(id)).flatMap(({ type, data }) =>
        data['shortfall'] ? [[type, data['shortfall']]] : [],
      );
      expect(shortfalls[0]).toEqual(['invoice.paid', { amount: chf(20), vat: chf(1) }]);
      const creditedShortfalls = shortfalls
        .slice(1)
        .map(([, shortfall]) => shortfall as { amount: { amount: number } });
      expect(creditedShortfalls.reduce((sum, { amount }) => sum + amount.amount, 0)).toBe(20);
    });

    it('keeps the shortfall of another payment of the invoice', async () => {
      const organizationId = await billing.organization();
      await billing.test.database.query(
        `update prepaid_account set takes_part_payments = true where organization_id = $1`,
        [uuid(organizationId)],
      );
      const invoice = await issueInvoice(organizationId);
      const reference = invoice.reference!;
      await billing.receive({ amount: 4_000, reference, servicerReference: 'T-90' });
      await billing.receive({ amount: 7_655, reference, charges: chf(20), servicerReference: 'T-91' });
      expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
      await billing.receive({ amount: 4_000, servicerReference: 'T-90', isReversal: true });
      expect((await billing.document(organizationId, invoice.id)).open).toEqual(chf(4_000));
      expect(await shortfallOf(invoice.id as `inv_${string}`)).toBe(20);
      await billing.receive({ amount: 7_655, servicerReference: 'T-91', isReversal: true });
      expect((await billing.document(organizationId, invoice.id)).open).toEqual(chf(11_675));
      expect(await shortfallOf(invoice.id as `inv_${string}`)).toBe(0);
      expect(await taxOf(organizationId)).toBe(875);
    });
  });

  it('in the file of its credit reverses the credit; a reversal of an unknown booking goes to suspense', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const report = await billing.receive(
      { amount: 500, reference: proForma.reference!, servicerReference: 'T-60' },
      { amount: 500, servicerReference: 'T-60', isReversal: true },
      { amount: 77, servicerReference: 'T-61', isReversal: true },
    );
    expect(report.bookings.map(({ status }) => status)).toEqual(['prepaid', 'reversed', 'suspense']);
    expect(await billing.balance(organizationId)).toBe(0);
  });
});
