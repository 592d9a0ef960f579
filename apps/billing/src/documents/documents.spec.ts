import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { addAddress } from '@cordee/contracts/billing/address';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { listDocuments, payDocument } from '@cordee/contracts/billing/document';
import { downloadDocument } from '@cordee/contracts/billing/document-download';
import { cancelOrder } from '@cordee/contracts/billing/order';
import { addDays } from '@cordee/calendar/local-date';
import { newId } from '@cordee/contracts/id';
import { createSigningKey, verificationKeyOf } from '@cordee/service/token-keys';
import { openOrm } from '@cordee/service/database/orm';
import { serverUrl } from '@cordee/testing/test-environment';
import { uuid } from '@cordee/testing/test-service';
import type { BillingContext } from '../billing-context.ts';
import { billingService } from '../billing.service.ts';
import { BillingConfig } from '../config.ts';
import { Seller } from '../seller/seller.ts';
import { address, anna, asService, BillingFixture, chf, people } from '../../test/billing.fixture.ts';
import { exportCsv } from '../../test/csv-export.ts';
import { draftInvoice, numberInvoices } from './issue-invoice.ts';
import { decisionOfEarlierVersion } from '../vat/vat-decision.ts';
import { formatReference } from '../payments/payment-reference.ts';

jest.setTimeout(120_000);
let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

const lastNumberOf = async (kind: string): Promise<number> =>
  Number(
    (
      await billing.test.rows(`select coalesce(sum(last_number), 0) as last from number_series where kind = $1`, [kind])
    )[0]!['last'],
  );
const numbersOf = async (table: string): Promise<string[]> =>
  (await billing.test.rows(`select number from ${table} order by number`)).map((row) => String(row['number']));
/** Issues an invoice of 116.75 on credit. */
const openInvoice = async (organizationId: `org_${string}`) => {
  const { invoiceId } = await billing.test.call(
    chargePeriod,
    billing.chargeInput(organizationId, { method: 'on_credit' }),
    asService,
  );
  return billing.document(organizationId, invoiceId!);
};

/** Expects the numbers 1, 2, 3, … */
function expectNumbersWithoutGap(numbers: readonly string[]): void {
  // The last six digits are the number inside the year.
  const numbersInYear = numbers.map((number) => Number(number.slice(-6)));
  expect(numbersInYear).toEqual(numbersInYear.map((_, index) => index + 1));
}

describe('a pro forma (C-DOC-01)', () => {
  it('has its own number series and uses no invoice number when it is issued, downloaded and cancelled', async () => {
    const organizationId = await billing.organization();
    const [lastInvoiceNumber, lastProFormaNumber] = [await lastNumberOf('invoice'), await lastNumberOf('pro_forma')];
    const { id: orderId, proFormaId } = await billing.order(organizationId);
    const proForma = await billing.document(organizationId, proFormaId);
    expect(proForma).toMatchObject({
      kind: 'pro_forma',
      status: 'issued',
      number: expect.stringMatching(/^PRO-\d{4}-\d{6}$/),
      dueOn: addDays(billing.today(), 30),
      paidOn: null,
    });
    expect((await billing.pdf(organizationId, proFormaId)).subarray(0, 5).toString()).toBe('%PDF-');
    await billing.test.call(cancelOrder, { organizationId, orderId }, anna);
    expect(await lastNumberOf('invoice')).toBe(lastInvoiceNumber);
    expect(await lastNumberOf('pro_forma')).toBe(lastProFormaNumber + 1);
  });
});

describe('document numbers', () => {
  it('have no gap after 200 concurrent invoices when every tenth transaction rolls back (C-DOC-03)', async () => {
    const organizationId = await billing.organization();
    const url = new URL(serverUrl('DATABASE_ADMIN_URL'));
    url.pathname = `/${billing.test.database.database}`;
    const orm = await openOrm({ url: url.href, entities: billingService.entities, poolSize: 20 });
    const keys = JSON.stringify({ keys: [verificationKeyOf(createSigningKey())] });
    const seller = new Seller(
      BillingConfig.parse({ CORDEE_MODE: 'test', DATABASE_URL: url.href, TOKEN_VERIFICATION_KEYS: keys }),
    );
    const countBefore = (await numbersOf('invoice')).length;
    const line = {
      productId: newId('prd', new Date()),
      text: 'Web hosting',
      interval: 'yearly' as const,
      net: 10_800,
      costCentre: null,
      vatBasisPoints: 810,
      vatCategory: 'S' as const,
      vat: 875,
      periodStart: '2027-01-31',
      periodEnd: '2028-01-31',
    };
    const createNumberedInvoice = (index: number): Promise<void> =>
      orm.em.fork().transactional(async (em) => {
        const context: BillingContext = {
          em,
          now: billing.test.process.clock.now(),
          seller,
          publish: async () => undefined,
        };
        const draft = draftInvoice(context, {
          organizationId,
          currency: 'CHF',
          language: 'fr',
          vatDecision: decisionOfEarlierVersion(false, '2027-01-31'),
          buyer: { ...address, vatNumber: null },
          addressId: null,
          orderId: null,
          proFormaId: null,
          proFormaNumber: null,
          heldUntil: null,
          lines: [line],
        });
        await numberInvoices(context, [draft]);
        if (index % 10 === 0) throw new Error('rolled back');
      });
    const results = await Promise.allSettled(Array.from({ length: 200 }, (_, index) => createNumberedInvoice(index)));
    await orm.close(true);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(20);
    const numbers = await numbersOf('invoice');
    expect(numbers).toHaveLength(countBefore + 180);
    expectNumbersWithoutGap(numbers);
    expect(await lastNumberOf('invoice')).toBe(numbers.length);
  });

  it('ascend with dates and have no gap after concurrent requests', async () => {
    await Promise.all(Array.from({ length: 10 }, async () => billing.paidOrder(await billing.organization())));
    expect(
      await billing.test.rows(
        `select from (
           select issued_on, lag(issued_on) over (order by number) as previous_date from invoice
         ) numbered where issued_on < previous_date`,
      ),
    ).toEqual([]);
    expectNumbersWithoutGap(await numbersOf('invoice'));
    expectNumbersWithoutGap(await numbersOf('pro_forma'));
  });
});

describe('an issued document', () => {
  it('cannot be edited or deleted by any role of the service (C-DOC-05)', async () => {
    const { database } = billing.test;
    await billing.paidOrder(await billing.organization());
    const statements = [
      'update invoice set total = 1',
      `update invoice set buyer = '{}'`,
      'delete from invoice',
      'update pro_forma set number = number',
      'delete from pro_forma',
      `update document_line set text = ''`,
      'delete from document_line',
    ];
    for (const role of ['cordee_billing', 'cordee_billing_staff', 'cordee_billing_sweep']) {
      for (const statement of statements) {
        await database.query(`begin; set local role ${role};`);
        await expect(database.query(statement)).rejects.toThrow('permission denied');
        await database.query('rollback');
      }
    }
  });

  it('keeps its address; a new address appears on later documents only (C-DOC-13)', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const { invoice } = await billing.paidOrder(organizationId);
    await billing.test.call(addAddress, { organizationId, ...address, town: 'Bern', isDefault: true }, anna);
    expect((await billing.document(organizationId, invoice.id)).buyer.town).toBe('Genève');
    expect((await billing.document(organizationId, proForma.id)).buyer.town).toBe('Genève');
    await billing.receive({ amount: 11_675, reference: proForma.reference! });
    expect((await billing.proForma(organizationId)).buyer.town).toBe('Bern');
  });

  it('has reverse charge for an EU business, and its invoice keeps the VAT of the pro forma (C-DOC-14)', async () => {
    const organizationId = await billing.organization({ country: 'FR', vatNumber: 'FR40303265045' });
    const { proForma, invoice } = await billing.paidOrder(organizationId);
    expect(proForma).toMatchObject({ vat: chf(0), total: chf(10_800), reference: expect.stringMatching(/^RF/) });
    expect(invoice).toMatchObject({ status: 'paid', vat: chf(0), lines: [{ vatRate: '0', vatCategory: 'AE' }] });
    expect(invoice.vatTotals).toEqual([{ rate: '0', category: 'AE', net: chf(10_800), vat: chf(0) }]);
    const secondProForma = await billing.proForma(organizationId);
    await billing.test.call(addAddress, { organizationId, ...address, isDefault: true }, anna);
    // The new address is in Switzerland, but 108.00 without VAT still pays the pro forma in full.
    await billing.receive({ amount: 10_800, reference: secondProForma.reference! });
    expect((await billing.document(organizationId, secondProForma.id)).status).toBe('converted');
  });
});

describe('the PDF of an invoice (C-DOC-06)', () => {
  it('is not stored until the invoice is paid; then all downloads return the same stored bytes', async () => {
    const { test } = billing;
    const organizationId = await billing.organization();
    const invoiceOnCredit = await openInvoice(organizationId);
    const pdfOfOpenInvoice = await billing.pdf(organizationId, invoiceOnCredit.id);
    expect(await test.rows(`select pdf_file_id from invoice where id = $1`, [uuid(invoiceOnCredit.id)])).toEqual([
      { pdf_file_id: null },
    ]);
    await billing.receive({ amount: 11_675, reference: invoiceOnCredit.reference! });
    const files = await Promise.all(
      Array.from({ length: 5 }, () =>
        test.call(downloadDocument, { organizationId, documentId: invoiceOnCredit.id }, people.externalViewer),
      ),
    );
    expect(new Set(files.map(({ fileId }) => fileId)).size).toBe(1);
    expect(files[0]).toMatchObject({ name: `${invoiceOnCredit.number}.pdf`, contentType: 'application/pdf' });
    const pdfOfPaidInvoice = await billing.readFile(organizationId, files[0]!.fileId);
    expect(Buffer.compare(pdfOfPaidInvoice, pdfOfOpenInvoice)).not.toBe(0);
    const [stored] = await test.rows(`select encode(pdf_sha256, 'hex') as hash from invoice where id = $1`, [
      uuid(invoiceOnCredit.id),
    ]);
    expect(stored!['hash']).toBe(createHash('sha256').update(pdfOfPaidInvoice).digest('hex'));
    expect(Buffer.compare(await billing.pdf(organizationId, invoiceOnCredit.id), pdfOfPaidInvoice)).toBe(0);
  });
});

describe('the list of documents (DOC-1)', () => {
  it('returns filtered documents with their sums; new documents do not shift the pages', async () => {
    const { test } = billing;
    const organizationId = await billing.organization();
    const { invoice, order } = await billing.paidOrder(organizationId);
    const invoiceOnCredit = await openInvoice(organizationId);
    const proFormaOfTwoProducts = await billing.proForma(organizationId, [{}, { type: 'domain', interval: 'monthly' }]);
    const listPage = async (filter: object = {}) =>
      test.call(listDocuments, { organizationId, ...filter }, people.viewer);
    const idsMatching = async (filter: object) => new Set((await listPage(filter)).data.map(({ id }) => id));
    expect(await idsMatching({})).toEqual(
      new Set([invoice.id, order.proFormaId, invoiceOnCredit.id, proFormaOfTwoProducts.id]),
    );
    expect(await idsMatching({ kind: 'invoice' })).toEqual(new Set([invoice.id, invoiceOnCredit.id]));
    expect(await idsMatching({ status: 'paid' })).toEqual(new Set([invoice.id]));
    expect(await idsMatching({ status: 'issued' })).toEqual(new Set([proFormaOfTwoProducts.id]));
    expect(await idsMatching({ status: 'overdue' })).toEqual(new Set());
    expect(await idsMatching({ productId: order.lines[0]!.productId })).toEqual(
      new Set([invoice.id, order.proFormaId]),
    );
    expect((await idsMatching({ from: billing.today(), to: billing.today() })).size).toBe(4);
    expect((await listPage({ from: addDays(billing.today(), 1) })).data).toEqual([]);
    expect((await listPage({ to: addDays(billing.today(), -1) })).sums).toEqual([]);
    expect((await listPage({ kind: 'invoice', limit: 1 })).sums).toEqual([
      {
        currency: 'CHF',
        net: chf(21_600),
        vat: chf(1_750),
        total: chf(23_350),
        open: chf(11_675),
        overdue: chf(0),
      },
    ]);
    // A pro forma and its invoice are the same money.
    expect((await listPage({})).sums).toMatchObject([{ total: chf(23_350), open: chf(11_675) }]);
    expect(await idsMatching({ text: invoice.number.toLowerCase() })).toEqual(new Set([invoice.id]));
    expect(await idsMatching({ text: formatReference(invoice.reference!) })).toEqual(new Set([invoice.id]));
    expect(await idsMatching({ text: '%' })).toEqual(new Set());
    expect((await idsMatching({ text: 'HÉBERGEMENT WEB' })).size).toBe(4);

    const listedIds: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listPage({ limit: 1, cursor });
      listedIds.push(...page.data.map(({ id }) => id));
      if (listedIds.length === 1) await billing.order(organizationId);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(listedIds)).toEqual(
      new Set([invoice.id, order.proFormaId, invoiceOnCredit.id, proFormaOfTwoProducts.id]),
    );
    expect(listedIds).toHaveLength(4);
    for (const invalidCursor of ['x', Buffer.from('[1,2]').toString('base64url')])
      expect(await test.codeOf(listDocuments, { organizationId, cursor: invalidCursor }, anna)).toBe('CURSOR_INVALID');
  });

  it('is exported as CSV in two formats, with escaped formulas and decimal points (C-DOC-12)', async () => {
    const organizationId = await billing.organization({ name: '=HYPERLINK("x";1), "AG"' });
    const { invoice } = await billing.paidOrder(organizationId);
    const csv = (format: 'comma' | 'semicolon_bom') => exportCsv(billing, organizationId, { kind: 'invoice', format });
    const [header, row, textAfterLastRow] = (await csv('comma')).split('\r\n');
    expect(header).toBe(
      'number,kind,status,issuedOn,taxPoint,dueOn,paidOn,currency,vatRate,vatCategory,net,vat,total,open,totalChf,' +
        'reference,buyer,town,country,buyerReference,purchaseOrder,vatNumber,proForma,correctedInvoice,language,' +
        'mailboxes,delivery,costCentres,rounding',
    );
    const today = billing.today();
    expect(row).toBe(
      [
        `${invoice.number},invoice,paid,${today},${today},${invoice.dueOn},${today},CHF,8.1,S,108.00,8.75,116.75,0.00`,
        `116.75,${formatReference(invoice.reference!)},"'=HYPERLINK(""x"";1), ""AG""",Genève,CH,,,`,
        `${invoice.proFormaNumber},,fr,,mail_with_pdf,,0.00`,
      ].join(','),
    );
    expect(textAfterLastRow).toBe('');
    expect(await csv('semicolon_bom')).toMatch(/^\uFEFFnumber;kind;.*\r\n.*;116\.75;0\.00;/);
  });
});

describe('when the clock moves forward', () => {
  it('a pro forma expires, an invoice becomes overdue, and PDFs of unpaid documents are deleted', async () => {
    const { test } = billing;
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const invoiceOnCredit = await openInvoice(organizationId);
    const { invoice } = await billing.paidOrder(organizationId);
    await billing.topUp(organizationId, 100);
    await Promise.all([proForma, invoiceOnCredit, invoice].map(({ id }) => billing.pdf(organizationId, id)));
    const overdueIds = async () =>
      (await test.call(listDocuments, { organizationId, status: 'overdue' }, anna)).data.map(({ id }) => id);
    test.moveClockTo(`${invoiceOnCredit.dueOn!}T12:00:00Z`);
    expect(await overdueIds()).toEqual([]);
    test.moveClockTo(`${addDays(invoiceOnCredit.dueOn!, 1)}T12:00:00Z`);
    expect(await overdueIds()).toEqual([invoiceOnCredit.id]);
    expect(await billing.document(organizationId, proForma.id)).toMatchObject({
      status: 'expired',
      open: chf(0),
    });
    expect(
      await test.codeOf(
        payDocument,
        { organizationId, documentId: proForma.id, method: 'prepaid' },
        anna,
        billing.newKeyOptions(),
      ),
    ).toBe('DOCUMENT_NOT_PAYABLE');
    const readFileRows = () => test.rows(`select name from file where organization_id = $1`, [uuid(organizationId)]);
    // No column references the PDF of an unpaid document, so the file is deleted.
    const remainingFiles = await test.until(async () => {
      const rows = await readFileRows();
      return rows.length === 1 && rows;
    }, 'deletion of PDFs of unpaid documents');
    expect(remainingFiles).toEqual([{ name: `${invoice.number}.pdf` }]);
  });

  it('number series restart with the local year of the seller (DOC-4)', async () => {
    const currentYear = Number(billing.today().slice(0, 4));
    const nextYear = currentYear + 1;
    // It is already 1 January in Zurich.
    billing.test.moveClockTo(`${currentYear}-12-31T23:30:00Z`);
    const organizationId = await billing.organization();
    const [first, second] = [await billing.paidOrder(organizationId), await billing.paidOrder(organizationId)];
    expect(first.invoice).toMatchObject({ number: `INV-${nextYear}-000001`, issuedOn: `${nextYear}-01-01` });
    expect(first.proForma.number).toBe(`PRO-${nextYear}-000001`);
    expect(second.invoice.number).toBe(`INV-${nextYear}-000002`);
  });
});
