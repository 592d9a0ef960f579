import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { creditInvoice, writeOffInvoice } from '@cordee/contracts/billing/credit-note';
import { listDocuments, payDocument } from '@cordee/contracts/billing/document';
import { cancelOrder } from '@cordee/contracts/billing/order';
import { createPaymentFile, payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import { changePrepaidSettings } from '@cordee/contracts/billing/prepaid';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import { getStatementOfAccount } from '@cordee/contracts/billing/statement';
import { newId, type Id } from '@cordee/contracts/id';
import { addDays } from '@cordee/calendar/local-date';
import { readPages } from '@cordee/testing/read-pages';
import { testNumber } from '@cordee/testing/test-environment';
import { uuid } from '@cordee/testing/test-service';
import fc from 'fast-check';
import {
  BillingModel,
  dueOf,
  TOLERATED_SHORTFALL,
  ModelInvoice,
  sum,
  grossAmountOf,
  type ModelPayment,
  type ModelProForma,
  type PrepaidUse,
} from '../test/billing-model.fixture.ts';
import { anna, asService, BillingFixture, prices, staff } from '../test/billing.fixture.ts';
import { setMovementRule } from '../test/movement-rule.fixture.ts';
import { SellerEntries } from '../test/seller-entries.fixture.ts';
import { accountOf, paymentReport, twoAccounts } from '../test/two-accounts.ts';

jest.setTimeout(24 * 3_600_000);
/** `ROUNDS=2000 SEED=7` makes a long run that can be repeated. */
const numRuns = testNumber('ROUNDS', 10);
const seed = testNumber('SEED', Date.now());
/** Every second seed has cash rounding of francs (C-MON-04). */
const isRounded = seed % 2 === 0;

const CURRENCIES = ['CHF', 'EUR', 'JPY', 'KWD'] as const;
const TYPES = ['web_hosting', 'domain', 'odd_price'] as const;
const PERIOD = { periodStart: '2027-01-31', periodEnd: '2028-01-31' };
const PAYER = { iban: 'CH5604835012345678009', accountHolder: 'Alpine Rescue' };

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start({ SELLER_ACCOUNTS: twoAccounts, CASH_ROUNDING: isRounded ? 'CHF:5' : '' });
});
afterAll(() => billing.stop());

const pick = fc.nat(30);
const anyCurrency = fc.constantFrom(...CURRENCIES);
const anyTypes = fc.array(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 3 });
const percent = fc.integer({ min: 1, max: 130 });
/** One step. The number `pick` selects one of the existing documents, payments or products. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('order' as const), currency: anyCurrency, types: anyTypes }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('renewal' as const), currency: anyCurrency, picks: fc.array(fc.nat(3)) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('charge' as const),
      currency: anyCurrency,
      type: fc.constantFrom(...TYPES),
      pick: fc.nat(8),
      method: fc.constantFrom('prepaid' as const, 'on_credit' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('receive' as const),
      pick,
      amount: fc.oneof(fc.constantFrom('exact' as const, 'tolerated' as const), percent),
      isWrongCurrency: fc.boolean(),
      currency: anyCurrency,
      daysAgo: fc.nat(3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('top_up' as const),
      currency: anyCurrency,
      amount: fc.integer({ min: 1, max: 60_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('import_again' as const), pick, isOtherReport: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('rule' as const),
      account: fc.constantFrom(null, 'interest' as const, 'own_movements' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('seller_entry' as const),
      report: fc.constantFrom('053' as const, '054' as const),
      index: fc.nat(3),
      amount: fc.integer({ min: 1, max: 60_000 }),
      currency: anyCurrency,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reverse' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pay' as const), pick, part: fc.option(percent) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('credit' as const),
      pick,
      part: fc.oneof(fc.constantFrom('rest' as const, 'line' as const), percent),
      refundTo: fc.constantFrom('prepaid' as const, 'bank' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('write_off' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pay_out' as const), currency: anyCurrency, percent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('payment_file' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('settings' as const),
      paysInvoices: fc.boolean(),
      takesPartPayments: fc.boolean(),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

describe('random sequences of commands that move money', () => {
  it('lead to the same documents and balances as the model after each step (C-MON-06)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 28 }), async (steps) => {
        const run = await Run.start();
        for (const each of steps) {
          await run.execute(each);
          await run.expectAgreement();
          await run.sellerEntries.expectBookedOnce();
        }
        await run.sellerEntries.expectCleared();
        await run.expectReports();
      }),
      { numRuns, seed },
    );
    await expectNumberSeries();
  });
});

/** Executes steps in the service and in the model, for one organization. */
class Run {
  readonly model = new BillingModel();
  private readonly products = Array.from({ length: 4 }, () => newId('prd', new Date()));
  private readonly payments = new Map<string, Parameters<BillingFixture['receive']>[0]>();

  private constructor(
    readonly organizationId: `org_${string}`,
    private readonly standingOrderReference: string,
    readonly sellerEntries: SellerEntries,
  ) {}

  static async start(): Promise<Run> {
    const organizationId = await billing.organization();
    // Takes the payments that an earlier run ordered, so that the first file of this run does not contain them.
    await billing.test.codeOf(createPaymentFile, {}, staff, billing.newKeyOptions());
    const { standingOrderReference } = await billing.prepaid(organizationId);
    const entries = await SellerEntries.start(billing, `Payer ${organizationId}`);
    return new Run(organizationId, standingOrderReference, entries);
  }

  async execute(each: Step): Promise<void> {
    const { organizationId, model } = this;
    switch (each.do) {
      case 'order': {
        const order = await billing.order(
          organizationId,
          each.types.map((type) => ({ type })),
          { currency: each.currency },
        );
        const { id, reference } = await billing.document(organizationId, order.proFormaId);
        this.addProForma({ id, reference: reference!, orderId: order.id }, each.currency, each.types, []);
        return;
      }
      case 'renewal': {
        const products = [...new Set(each.picks)].map((index) => this.products[index]!);
        if (products.length === 0) return;
        const input = {
          organizationId,
          currency: each.currency,
          validUntil: addDays(billing.today(), 100),
          periods: products.map((productId) => ({
            productId,
            type: 'domain',
            name: 'alpine.example',
            interval: 'yearly' as const,
            ...PERIOD,
          })),
        };
        await this.releaseCreditedCharges(products);
        const isCharged = products.some((product) => model.invoiceOfProduct.has(product));
        const options = billing.newKeyOptions();
        const code = await billing.test.codeOf(issueRenewalProForma, input, asService, options);
        expect(code).toBe(isCharged ? 'PERIOD_CHARGED' : 'ok');
        if (isCharged) return;
        // The same idempotency key returns the first answer.
        const proForma = await billing.test.call(issueRenewalProForma, input, asService, options);
        for (const product of products) model.cancelProFormasOf(product);
        this.addProForma(
          { id: proForma.id, reference: proForma.reference!, orderId: null },
          each.currency,
          products.map(() => 'domain'),
          products,
        );
        return;
      }
      case 'charge': {
        const productId = this.products[each.pick] ?? newId('prd', new Date());
        const { method, type } = each;
        await this.releaseCreditedCharges([productId]);
        const answer = await billing.test.call(
          chargePeriod,
          billing.chargeInput(organizationId, { productId, method, type, currency: each.currency, ...PERIOD }),
          asService,
        );
        const earlierInvoice = model.invoiceOfProduct.get(productId);
        if (earlierInvoice) {
          expect(answer.invoiceId).toBe(earlierInvoice.id);
          return;
        }
        const invoice = new ModelInvoice(each.currency, totalOf(each.currency, grossAmountOf([prices[type]!])));
        const status = model.charge(productId, invoice, method);
        expect(answer).toMatchObject({ status, total: { amount: invoice.total, currency: each.currency } });
        return;
      }
      case 'receive': {
        const document = this.documentAt(each.pick);
        if (!document) return;
        const due = dueOf(document);
        const amount =
          each.amount === 'exact'
            ? due || document.total
            : each.amount === 'tolerated'
              ? Math.max(1, due - 3)
              : Math.max(1, Math.floor((document.total * each.amount) / 100));
        // The specs of bank files decide about small shortfalls of small amounts and of pro formas.
        const isSmallShortfall = due > amount && due - amount <= TOLERATED_SHORTFALL;
        if (isSmallShortfall && (due < 500 || !('open' in document))) return;
        const paidCurrency = each.isWrongCurrency ? each.currency : document.currency;
        await this.receive(paidCurrency, amount, document, each.daysAgo);
        return;
      }
      case 'top_up':
        await this.receive(each.currency, each.amount);
        return;
      case 'import_again': {
        const payment = at([...this.payments.values()], each.pick);
        if (!payment) return;
        const { countingReport } = accountOf(payment.currency!);
        // The notification of the account whose statements count moves no money.
        await this.importPayment(payment, each.isOtherReport && countingReport === '053' ? '054' : countingReport);
        return;
      }
      case 'rule':
        await setMovementRule(billing, this.sellerEntries.party, each.account);
        return;
      case 'seller_entry':
        await this.sellerEntries.import(each.report, each);
        return;
      case 'reverse': {
        const payment = at(model.payments, each.pick);
        if (!payment || !model.canReverse(payment)) return;
        const newestUses = await this.readPrepaidUses(payment);
        await this.importPayment({
          amount: payment.amount,
          currency: payment.currency,
          servicerReference: payment.key,
          isReversal: true,
        });
        model.reverse(payment, newestUses);
        return;
      }
      case 'pay': {
        const document = this.documentAt(each.pick);
        if (!document) return;
        const amount = each.part === null ? undefined : Math.max(1, Math.floor((document.total * each.part) / 100));
        const code = await billing.test.codeOf(
          payDocument,
          { organizationId, documentId: document.id, method: 'prepaid', ...(amount && { amount }) },
          anna,
          billing.newKeyOptions(),
        );
        expect(code).toBe(model.pay(document, amount));
        return;
      }
      case 'cancel': {
        const proForma = at(
          model.proFormas.filter(({ orderId }) => orderId),
          each.pick,
        );
        if (!proForma) return;
        const code = await billing.test.codeOf(
          cancelOrder,
          { organizationId, orderId: proForma.orderId as `ord_${string}` },
          anna,
        );
        expect(code).toBe(proForma.status === 'converted' ? 'ORDER_PAID' : 'ok');
        if (proForma.status === 'issued') model.cancel(proForma);
        return;
      }
      case 'credit':
        await this.credit(each);
        return;
      case 'write_off': {
        const invoice = at(model.invoices, each.pick);
        if (!invoice) return;
        const code = await billing.test.codeOf(
          writeOffInvoice,
          { organizationId, documentId: invoice.id, reason: 'Bankruptcy' },
          staff,
        );
        expect(code).toBe(model.writeOff(invoice));
        return;
      }
      case 'pay_out': {
        const amount = Math.max(1, Math.floor((model.balance(each.currency) * each.percent) / 100));
        const code = await billing.test.codeOf(
          payOutPrepaid,
          { organizationId, amount, currency: each.currency, ...PAYER },
          anna,
          billing.newKeyOptions(),
        );
        expect(code).toBe(model.payOut(each.currency, amount));
        return;
      }
      case 'payment_file': {
        const waitingPayOuts = model.payOuts.filter(({ isInFile }) => !isInFile);
        const options = billing.newKeyOptions();
        const code = await billing.test.codeOf(createPaymentFile, {}, staff, options);
        expect(code).toBe(waitingPayOuts.length ? 'ok' : 'NO_PAYMENTS_ORDERED');
        if (waitingPayOuts.length === 0) return;
        expect(await billing.test.call(createPaymentFile, {}, staff, options)).toMatchObject({
          payments: waitingPayOuts.length,
          sums: sumsOf(waitingPayOuts),
        });
        for (const payOut of waitingPayOuts) payOut.isInFile = true;
        return;
      }
      case 'settings': {
        const { paysInvoices, takesPartPayments } = each;
        await billing.test.call(changePrepaidSettings, { organizationId, paysInvoices, takesPartPayments }, anna);
        model.changeSettings({ paysInvoices, takesPartPayments });
      }
    }
  }

  /** Compares documents, prepaid and the ledger with the model. */
  async expectAgreement(): Promise<void> {
    const { model, organizationId } = this;
    const { data } = await billing.test.call(listDocuments, { organizationId, limit: 200 }, anna);
    const listedDocuments = new Map(data.map((document) => [document.id as string, document]));
    // The service chooses the id and the reference of a new invoice. A step creates at most one invoice.
    const knownIds = new Set(model.invoices.map(({ id }) => id));
    const unknownInvoices = data.filter(({ kind, id }) => kind === 'invoice' && !knownIds.has(id));
    const unnamedInvoices = model.invoices.filter(({ id }) => id === '');
    expect(unknownInvoices).toHaveLength(unnamedInvoices.length);
    if (unnamedInvoices.length > 0) {
      unnamedInvoices[0]!.id = unknownInvoices[0]!.id;
      unnamedInvoices[0]!.reference = unknownInvoices[0]!.reference!;
    }
    for (const { id, status, reserved, currency, invoice } of model.proFormas)
      expect(listedDocuments.get(id)).toMatchObject({
        status,
        invoiceId: invoice?.id ?? null,
        reserved: { amount: reserved, currency },
      });
    for (const invoice of model.invoices) {
      const { status, open, total, paid, credited, refunded } = listedDocuments.get(invoice.id)!;
      expect({
        status,
        amounts: [open, total, paid, credited, refunded].map(({ amount }) => amount),
      }).toEqual({
        status: invoice.status,
        amounts: [
          invoice.open,
          invoice.total,
          invoice.received + invoice.shortfall,
          invoice.credited,
          invoice.refunded,
        ],
      });
    }
    const { balances } = await billing.prepaid(organizationId);
    const balanceOf = new Map<string, number>(balances.map((each) => [each.currency, each.amount]));
    const sumOfAccounts = await this.readLedger();
    for (const each of CURRENCIES) {
      const ofCurrency = <T extends { currency: string }>(all: readonly T[]) =>
        all.filter((one) => one.currency === each);
      const receivedAmount = sum(ofCurrency(model.payments).map(({ amount }) => amount));
      expect(model.balance(each)).toBeGreaterThanOrEqual(0);
      expect({
        currency: each,
        balance: balanceOf.get(each) ?? 0,
        // `0 - sum` instead of `-sum`, because a negative zero does not equal zero here.
        prepaid: 0 - sumOfAccounts(each, 'prepaid'),
        receivable: sumOfAccounts(each, 'receivable'),
        reserved: 0 - sumOfAccounts(each, 'reserved'),
        outgoing: 0 - sumOfAccounts(each, 'outgoing'),
        bank: sumOfAccounts(each, 'bank', 'clearing', 'suspense'),
      }).toEqual({
        currency: each,
        balance: model.balance(each),
        prepaid: model.balance(each),
        receivable: sum(ofCurrency(model.invoices).map(({ open }) => open)),
        reserved: sum(ofCurrency(model.proFormas).map(({ reserved }) => reserved)),
        outgoing: sum(ofCurrency(model.payOuts).map(({ amount }) => amount)),
        bank: receivedAmount,
      });
    }
    expect(await unbalancedBookings(organizationId)).toEqual([]);
  }

  /** Compares the statement of account and the sums of the list with the model. */
  async expectReports(): Promise<void> {
    const { model, organizationId } = this;
    const { sums } = await billing.test.call(listDocuments, { organizationId, limit: 1 }, anna);
    for (const each of CURRENCIES) {
      const invoices = model.invoices.filter((invoice) => invoice.currency === each);
      const owedAmount = sum(invoices.map(({ open }) => open));
      const expected = {
        total: { amount: sum(invoices.map(({ total, credited }) => total - credited)), currency: each },
        open: { amount: owedAmount, currency: each },
      };
      const sumsOfCurrency = sums.find((one) => one.currency === each);
      if (invoices.length > 0) expect(sumsOfCurrency).toMatchObject(expected);
      else expect(sumsOfCurrency).toBeUndefined();

      const period = { organizationId, currency: each, from: billing.today(), to: billing.today() };
      const statement = await billing.test.call(getStatementOfAccount, period, anna);
      const rows = await readPages(3, (page) => billing.test.call(getStatementOfAccount, { ...period, ...page }, anna));
      for (const column of ['owed', 'prepaid'] as const)
        expect(statement.opening[column].amount + sum(rows.map((row) => row[column].amount))).toBe(
          statement.closing[column].amount,
        );
      expect([statement.closing.owed.amount, statement.closing.prepaid.amount]).toEqual([
        owedAmount,
        model.balance(each),
      ]);
      const earlierStatement = await billing.test.call(
        getStatementOfAccount,
        { ...period, from: '2020-01-01', to: addDays(billing.today(), -1) },
        anna,
      );
      expect(earlierStatement.opening.owed.amount).toBe(0);
      expect(earlierStatement.closing).toEqual(statement.opening);
    }
    // The ledger has the cash rounding of invoices less credit notes and write-offs.
    expect(
      await billing.test.rows(
        `select document.currency, sum(sign * (total - net - vat)) as rounding
         from document, lateral (select case kind when 'invoice' then 1 else -1 end as sign) sign_of_kind
         where organization_id = $1 and kind <> 'pro_forma' group by currency
         having sum(sign * (total - net - vat)) <> coalesce((
           select -sum(amount) from ledger_entry entry join ledger_booking booking
             on booking.organization_id = entry.organization_id and booking.id = entry.booking_id
           where entry.organization_id = $1 and entry.currency = document.currency and account = 'cash_rounding'
             and booking.kind <> 'write_off'
         ), 0)`,
        [uuid(organizationId)],
      ),
    ).toEqual([]);
    // Per line, the credit notes of an invoice add up to at most the line.
    // If the invoice is credited in full, the credit notes add up to exactly the line.
    expect(
      await billing.test.rows(
        `select invoice.id from invoice join document_line line
           on line.organization_id = invoice.organization_id and line.document_id = invoice.id
         cross join lateral (
           select coalesce(sum(credited.net), 0) as net, coalesce(sum(credited.vat), 0) as vat
           from credit_note note join document_line credited
             on credited.organization_id = note.organization_id and credited.document_id = note.id
           where note.organization_id = invoice.organization_id and note.invoice_id = invoice.id
             and credited.credited_position = line.position
         ) credited
         where invoice.organization_id = $1 and (
           credited.net > line.net or credited.vat > line.vat
           or invoice.credited_amount = invoice.total and (credited.net <> line.net or credited.vat <> line.vat)
         )`,
        [uuid(organizationId)],
      ),
    ).toEqual([]);
  }

  /** Forgets the invoices whose lines of a product are credited in full: the period can be charged again. */
  private async releaseCreditedCharges(products: readonly string[]): Promise<void> {
    for (const product of products) {
      const invoice = this.model.invoiceOfProduct.get(product);
      if (!invoice) continue;
      const [lines] = await billing.test.rows(
        `select sum(line.net + line.vat - coalesce((
           select sum(credited.net + credited.vat) from credit_note note join document_line credited
             on credited.organization_id = note.organization_id and credited.document_id = note.id
           where note.invoice_id = $1 and credited.credited_position = line.position
         ), 0)) as left from document_line line where line.document_id = $1 and line.product_id = $2`,
        [uuid(invoice.id as `inv_${string}`), uuid(product as `prd_${string}`)],
      );
      if (Number(lines!['left']) === 0) this.model.invoiceOfProduct.delete(product);
    }
  }

  private async credit({ pick: index, part, refundTo }: Step & { do: 'credit' }): Promise<void> {
    const { model, organizationId } = this;
    const invoice = at(model.invoices, index);
    if (!invoice) return;
    const document = await billing.document(organizationId, invoice.id as `inv_${string}`);
    const amount = typeof part === 'number' ? Math.max(1, Math.floor((invoice.total * part) / 100)) : undefined;
    const position = index % document.lines.length;
    const [left] = await billing.test.rows(
      `select line.net + line.vat - coalesce((
         select sum(credited.net + credited.vat) from credit_note note join document_line credited
           on credited.organization_id = note.organization_id and credited.document_id = note.id
         where note.invoice_id = $1 and credited.credited_position = line.position
       ), 0) as left from document_line line where line.document_id = $1 and line.position = $2`,
      [uuid(document.id), position],
    );
    const leftOfLine = Number(left!['left']);
    const leftOfLines = await this.readUncredited(document.id);
    const rest = invoice.total - invoice.credited;
    // The spec of cash rounding decides about a rest of one minor unit.
    if (amount && amount < rest && leftOfLines === 1) return;
    // The credit of all remaining lines is the credit of the rest. Lines are not left without an amount.
    const isLastLine = leftOfLine > 0 && leftOfLine === leftOfLines;
    const amountOfLine = isLastLine ? rest : leftOfLine < rest ? leftOfLine : 0;
    const code = await billing.test.codeOf(
      creditInvoice,
      {
        organizationId,
        documentId: invoice.id,
        reason: 'x',
        ...(amount && { amount }),
        ...(part === 'line' && { lines: [{ position }] }),
        refundTo,
        ...(refundTo === 'bank' && { iban: PAYER.iban }),
      },
      staff,
      billing.newKeyOptions(),
    );
    // A line that is credited in full is refused like an amount that is too high.
    const tooHigh = invoice.total + 1;
    expect(code).toBe(model.credit(invoice, part === 'line' ? amountOfLine || tooHigh : amount, refundTo));
  }

  /** Reads the gross amount of the lines of an invoice that no credit note has taken. */
  private async readUncredited(id: Id<'pfm' | 'inv' | 'crn'>): Promise<number> {
    const [row] = await billing.test.rows(
      `select coalesce(sum(line.net + line.vat), 0) - coalesce((
         select sum(credited.net + credited.vat) from credit_note note join document_line credited
           on credited.organization_id = note.organization_id and credited.document_id = note.id
         where note.invoice_id = $1
       ), 0) as left from document_line line where line.document_id = $1`,
      [uuid(id)],
    );
    return Number(row!['left']);
  }

  private async receive(
    paidCurrency: string,
    amount: number,
    document?: ModelProForma | ModelInvoice,
    daysAgo = 0,
  ): Promise<void> {
    const key = `P-${this.organizationId}-${this.payments.size}`;
    const payment = {
      amount,
      currency: paidCurrency,
      servicerReference: key,
      reference: document?.reference ?? this.standingOrderReference,
      valueDate: addDays(billing.today(), -daysAgo),
      debtorName: this.sellerEntries.party,
    };
    this.payments.set(key, payment);
    // A payment that is imported again remains a payment of a customer when a rule for its party is added later.
    await setMovementRule(billing, this.sellerEntries.party, null);
    await this.importPayment(payment);
    this.model.receive(key, paidCurrency, amount, document);
  }

  /** Imports the report that counts, or another report, of the account of a payment. */
  private async importPayment(
    payment: Parameters<BillingFixture['receive']>[0],
    report = accountOf(payment.currency!).countingReport,
  ): Promise<void> {
    await billing.importFile(paymentReport(billing, report, payment));
  }

  private addProForma(
    fields: Pick<ModelProForma, 'id' | 'reference' | 'orderId'>,
    currency: string,
    types: readonly string[],
    products: readonly string[],
  ): void {
    this.model.proFormas.push({
      ...fields,
      currency,
      total: totalOf(currency, grossAmountOf(types.map((type) => prices[type]!))),
      products,
      status: 'issued',
      reserved: 0,
    });
  }

  private documentAt(index: number): ModelProForma | ModelInvoice | undefined {
    return at([...this.model.proFormas, ...this.model.invoices], index);
  }

  /**
   * Reads the payments from prepaid that are not reversed, the newest first. The model does not know their order when
   * one call made several payments.
   */
  private async readPrepaidUses({ currency }: ModelPayment): Promise<PrepaidUse[]> {
    const rows = await billing.test.rows(
      `select payment.document_id, entry.amount::int from ledger_booking payment
       join ledger_entry entry on entry.booking_id = payment.id and entry.account = 'prepaid' and entry.currency = $2
       where payment.organization_id = $1 and payment.kind = 'prepaid_payment'
         and not exists (select from ledger_booking reversal where reversal.reverses = payment.id)
       order by payment.booked_at desc, payment.id desc`,
      [uuid(this.organizationId), currency],
    );
    const uses = rows.map((row) => ({
      document: [...this.model.invoices, ...this.model.proFormas].find(({ id }) => id === row['document_id'])!,
      amount: Number(row['amount']),
    }));
    const keyOf = ({ document, amount }: PrepaidUse): string => `${document.id} ${amount}`;
    const expected = this.model.prepaidUses.filter(({ document }) => document.currency === currency);
    expect(uses.map(keyOf).sort()).toEqual(expected.map(keyOf).sort());
    return uses;
  }

  /** Reads the ledger. Returns a function that sums the balances of ledger accounts. */
  private async readLedger(): Promise<(currency: string, ...accounts: string[]) => number> {
    const rows = await billing.test.rows(
      `select currency, account, sum(amount)::int as amount from ledger_entry where organization_id = $1
       group by currency, account`,
      [uuid(this.organizationId)],
    );
    return (currency, ...accounts) =>
      sum(
        rows
          .filter((row) => row['currency'] === currency && accounts.includes(String(row['account'])))
          .map((row) => Number(row['amount'])),
      );
  }
}

const at = <T>(all: readonly T[], index: number): T | undefined => all[index % Math.max(1, all.length)];

const unbalancedBookings = (organizationId: `org_${string}`) =>
  billing.test.rows(
    `select booking_id from ledger_entry where organization_id = $1 group by booking_id, currency
     having sum(amount) <> 0`,
    [uuid(organizationId)],
  );

/** The total of a document with a gross amount. */
const totalOf = (currency: string, gross: number): number =>
  isRounded && currency === 'CHF' ? Math.floor((gross + 2) / 5) * 5 : gross;

const sumsOf = (payments: readonly { currency: string; amount: number }[]) =>
  CURRENCIES.filter((each) => payments.some((payment) => payment.currency === each)).map((each) => ({
    amount: sum(payments.filter((payment) => payment.currency === each).map(({ amount }) => amount)),
    currency: each,
  }));

/** Expects number series without gaps, whose numbers ascend with the dates. */
async function expectNumberSeries(): Promise<void> {
  for (const table of ['invoice', 'pro_forma', 'credit_note']) {
    const rows = await billing.test.rows(`select number, issued_on::text from ${table} order by number`);
    expect(rows.map(({ number }) => Number(String(number).slice(-6)))).toEqual(rows.map((_, index) => index + 1));
    const dates = rows.map(({ issued_on }) => String(issued_on));
    expect(dates).toEqual(dates.toSorted());
  }
}
