import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listUncleared } from '@cordee/contracts/billing/bank-file';
import { listBankMovementRules, retireBankMovementRule } from '@cordee/contracts/billing/bank-movement-rule';
import { creditInvoice } from '@cordee/contracts/billing/credit-note';
import { billingFiles } from '@cordee/contracts/billing/document-download';
import { createPaymentFile, downloadPaymentFile } from '@cordee/contracts/billing/pay-out';
import { listSuspense, returnSuspense } from '@cordee/contracts/billing/suspense';
import { toId } from '@cordee/contracts/id';
import { addDays } from '@cordee/calendar/local-date';
import { decimalText, money } from '@cordee/money/money';
import fc from 'fast-check';
import { BillingFixture, chf, IBAN, staff, type FilePayment, sellerAccount } from '../../test/billing.fixture.ts';

const PRICE = 11_675;
const fixtures: BillingFixture[] = [];
let counter = 0;

/** Starts billing with a database of its own, because the tests of a group sum up whole ledger accounts. */
async function startBilling(report: '053' | '054'): Promise<BillingFixture> {
  const billing = await BillingFixture.start({ SELLER_ACCOUNTS: sellerAccount(report) });
  fixtures.push(billing);
  return billing;
}
afterAll(async () => {
  for (const billing of fixtures) await billing.stop();
});

interface StatementEntry {
  amount: number;
  reference?: string;
  direction?: 'CRDT' | 'DBIT';
  isReversal?: boolean;
  code?: string;
  details?: string;
  valueDate?: string;
}

/** Returns an account statement (camt.053). */
function statementOf(billing: BillingFixture, entries: StatementEntry[]): string {
  const now = billing.test.process.clock.now().toISOString();
  return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
    <GrpHdr><MsgId>S-${(counter += 1)}</MsgId><CreDtTm>${now}</CreDtTm></GrpHdr>
    <Stmt><Id>S</Id><Acct><Id><IBAN>${IBAN}</IBAN></Id></Acct>${entries
      .map((entry) => {
        const date = `<Dt>${entry.valueDate ?? billing.today()}</Dt>`;
        const [domain, family, subFamily] = (entry.code ?? 'PMNT.RCDT.VCOM').split('.');
        return `<Ntry><Amt Ccy="CHF">${decimalText(money(entry.amount, 'CHF'))}</Amt>
          <CdtDbtInd>${entry.direction ?? 'CRDT'}</CdtDbtInd><RvslInd>${entry.isReversal ?? false}</RvslInd>
          <Sts><Cd>BOOK</Cd></Sts><BookgDt>${date}</BookgDt><ValDt>${date}</ValDt>
          ${entry.reference ? `<AcctSvcrRef>${entry.reference}</AcctSvcrRef>` : ''}
          <BkTxCd><Domn><Cd>${domain}</Cd>
            <Fmly><Cd>${family}</Cd><SubFmlyCd>${subFamily}</SubFmlyCd></Fmly></Domn></BkTxCd>
          ${entry.details ? `<NtryDtls><TxDtls>${entry.details}</TxDtls></NtryDtls>` : ''}</Ntry>`;
      })
      .join('')}</Stmt></BkToCstmrStmt></Document>`;
}

/** Returns the sum of each ledger account over all organizations, without sums of zero. */
async function readLedger(billing: BillingFixture): Promise<Record<string, number>> {
  const rows = await billing.test.rows(
    `select account, sum(amount)::int as amount from ledger_entry group by account having sum(amount) <> 0`,
  );
  return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]));
}

describe('an account whose notifications (camt.054) count (C-BNK-23)', () => {
  let billing: BillingFixture;
  beforeAll(async () => {
    billing = await startBilling('054');
  });

  it.each([
    ['statement, notification', ['053', '054']],
    ['notification, statement', ['054', '053']],
    ['statement, notification, statement, notification', ['053', '054', '053', '054']],
    ['statement, statement, notification', ['053', '053', '054']],
  ])('books a batch once when the files come in the order %s', async (_name, order) => {
    const sumsBefore = await readLedger(billing);
    const organizationId = await billing.organization();
    const proFormas = [await billing.proForma(organizationId), await billing.proForma(organizationId)];
    const reference = `BATCH-${(counter += 1)}`;
    const files: Record<string, string> = {
      // The statement states neither that the entry is a batch nor its number of payments.
      '053': statementOf(billing, [{ amount: 2 * PRICE, reference }]),
      '054': billing.camt(
        proFormas.map((each, index) => ({
          amount: PRICE,
          reference: each.reference!,
          ...(index === 0 && { entryReference: reference }),
        })),
        { isBatch: true },
      ),
    };
    for (const kind of order) await billing.importFile(files[kind]!);
    for (const { id } of proFormas) expect((await billing.document(organizationId, id)).status).toBe('converted');
    const sumsAfter = await readLedger(billing);
    expect(sumsAfter['bank']! - (sumsBefore['bank'] ?? 0)).toBe(2 * PRICE);
    expect(sumsAfter).not.toHaveProperty('clearing');
    expect(sumsAfter).not.toHaveProperty('suspense');
    expect(await readUnclearedEntries(billing)).toEqual([]);
  });

  it('books a single payment when the notification with its details comes', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const report = await billing.importFile(statementOf(billing, [{ amount: PRICE, reference: 'SINGLE' }]));
    expect(report).toMatchObject({ counts: { totals: 1, booked: 0, suspense: 0 }, bookings: [{ status: 'total' }] });
    expect(await readLedger(billing)).toMatchObject({ clearing: -PRICE });
    await billing.receive({ amount: PRICE, reference: proForma.reference!, entryReference: 'SINGLE' });
    expect((await billing.document(organizationId, proForma.id)).status).toBe('converted');
    expect(await readLedger(billing)).not.toHaveProperty('clearing');
  });

  it('clears entries without a bank reference, and a batch that the other report divides', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    await billing.receive({ amount: 100, reference }, { amount: 250, reference }, { amount: 77, reference });
    await billing.importFile(statementOf(billing, [{ amount: 350, reference: 'TOGETHER' }, { amount: 77 }]));
    expect(await readUnclearedEntries(billing)).toEqual([]);
    expect(await readLedger(billing)).not.toHaveProperty('clearing');
  });

  it('books the reversal of a payment once', async () => {
    const organizationId = await billing.organization();
    await billing.paidOrder(organizationId, { entryReference: 'R-1', servicerReference: 'R-1' });
    await billing.receive({ amount: PRICE, entryReference: 'R-2', servicerReference: 'R-1', isReversal: true });
    await billing.importFile(
      statementOf(billing, [
        { amount: PRICE, reference: 'R-1' },
        { amount: PRICE, reference: 'R-2', direction: 'DBIT', isReversal: true },
      ]),
    );
    expect(await readUnclearedEntries(billing)).toEqual([]);
    expect(await readLedger(billing)).not.toHaveProperty('clearing');
  });

  it('lists entries that are not cleared after 3 bank days, in pages', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference } = await billing.prepaid(organizationId);
    const oldDate = addDays(billing.today(), -8);
    await billing.importFile(
      statementOf(billing, [
        { amount: 1_001, reference: 'LATE', valueDate: oldDate },
        { amount: 1_002, reference: 'NEW' },
      ]),
    );
    await billing.receive({ amount: 1_003, reference: standingOrderReference, valueDate: oldDate });
    const first = await billing.test.call(listUncleared, { limit: 1 }, staff);
    const second = await billing.test.call(listUncleared, { limit: 1, cursor: first.nextCursor! }, staff);
    expect([...first.data, ...second.data]).toMatchObject([
      { report: '053', amount: chf(1_001), direction: 'credit', valueDate: oldDate, reference: 'LATE' },
      { report: '054', amount: chf(1_003), direction: 'credit', valueDate: oldDate, bookingId: null },
    ]);
    expect(second.nextCursor).toBeNull();
  });
});

describe('an account whose statements (camt.053) count', () => {
  let billing: BillingFixture;
  beforeAll(async () => {
    billing = await startBilling('053');
  });

  it('books payments from the statement, and only totals from the notification (C-BNK-23)', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const details = `<RmtInf><Strd><CdtrRefInf><Ref>${proForma.reference}</Ref></CdtrRefInf></Strd></RmtInf>`;
    const notification = billing.camt([{ amount: PRICE, reference: proForma.reference!, entryReference: 'P-1' }]);
    expect(await billing.importFile(notification)).toMatchObject({ counts: { totals: 1, booked: 0 } });
    expect(await readLedger(billing)).toEqual({});
    const statement = statementOf(billing, [{ amount: PRICE, reference: 'P-1', details }]);
    expect((await billing.importFile(statement)).counts.booked).toBe(1);
    expect((await billing.importFile(notification)).counts.alreadyBooked).toBe(1);
    expect((await billing.document(organizationId, proForma.id)).status).toBe('converted');
    expect(await readLedger(billing)).toMatchObject({ bank: PRICE });
    expect(await readUnclearedEntries(billing)).toEqual([]);
  });

  it('lists a payment that only the notification contains, but none that only the statement contains', async () => {
    const oldDate = addDays(billing.today(), -8);
    await billing.importFile(statementOf(billing, [{ amount: 55, reference: 'P-2', valueDate: oldDate }]));
    await billing.receive({ amount: 66, entryReference: 'P-3', valueDate: oldDate });
    const { data } = await billing.test.call(listUncleared, {}, staff);
    expect(data).toMatchObject([{ report: '054', amount: chf(66) }]);
  });

  it('books two payments whose bank references are placeholders, with references in divided free text', async () => {
    const organizationId = await billing.organization();
    const proFormas = [await billing.proForma(organizationId), await billing.proForma(organizationId)];
    const entries = proFormas.map((proForma) => {
      const [head, tail] = [proForma.reference!.slice(0, 14), proForma.reference!.slice(14)];
      const details = `<RmtInf><Ustrd>Zahlung ${head}</Ustrd><Ustrd>${tail} Danke</Ustrd></RmtInf>`;
      return { amount: PRICE, reference: 'NONREF', details };
    });
    expect((await billing.importFile(statementOf(billing, entries))).counts.booked).toBe(2);
    for (const { id } of proFormas) expect((await billing.document(organizationId, id)).status).toBe('converted');
  });
});

describe('files in any order, repeated and overlapping', () => {
  it('property: are booked once; nothing stays in clearing', async () => {
    const billing = await startBilling('054');
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    let received = 0;
    let run = 0;
    const amounts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 });
    // Amounts and totals of different notifications differ, because entries without references are matched by amount.
    const startAmounts = [0, 100, 10_000];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ amounts, isBatch: fc.boolean(), hasReferences: fc.boolean() }), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
        async (notifications, order) => {
          run += 1;
          // Equal payments without references need a date of their own in each run.
          const valueDate = addDays(billing.today(), -run);
          const files = notifications.flatMap(({ amounts: parts, isBatch, hasReferences }, index) => {
            const key = `${run}-${index}`;
            const payments = parts.map((amount, number) => ({
              amount: amount + startAmounts[index]!,
              reference,
              valueDate,
              servicerReference: hasReferences ? `T-${key}-${number}` : 'NONREF',
              ...(hasReferences && { entryReference: isBatch ? key : `${key}-${number}` }),
            }));
            const total = payments.reduce((sum, { amount }) => sum + amount, 0);
            const entries = isBatch
              ? [{ amount: total, valueDate, ...(hasReferences && { reference: key }) }]
              : payments.map(({ amount, entryReference }) => ({
                  amount,
                  valueDate,
                  ...(entryReference && { reference: entryReference }),
                }));
            received += total;
            return [billing.camt(payments, { isBatch }), statementOf(billing, entries)];
          });
          // Each file at least once, and some of them again.
          const imports = [...files, ...order.slice(0, 3).map((pick) => files[pick % files.length]!)];
          for (const pick of order) {
            const [file] = imports.splice(pick % Math.max(1, imports.length), 1);
            if (file) await billing.importFile(file);
          }
          for (const file of imports) await billing.importFile(file);
          expect(await readLedger(billing)).toEqual({ bank: received, prepaid: -received });
          expect(await readUnclearedEntries(billing)).toEqual([]);
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe('the own movements of the seller (C-BNK-25)', () => {
  it('are booked from the statement to the accounts of their rules, and nothing is in suspense', async () => {
    const billing = await startBilling('054');
    const entries: StatementEntry[] = [
      { amount: 300, reference: 'FEE', direction: 'DBIT', code: 'ACMT.MDOP.CHRG' },
      { amount: 20, reference: 'INTEREST', code: 'ACMT.MCOP.INTR' },
      { amount: 50_000, reference: 'RENT', direction: 'DBIT', code: 'PMNT.ICDT.DMCT' },
      {
        amount: 9_700,
        reference: 'CARDS',
        code: 'PMNT.MCRD.POSP',
        details: '<Amt Ccy="CHF">97.00</Amt><Chrgs><TtlChrgsAndTaxAmt Ccy="CHF">3.00</TtlChrgsAndTaxAmt></Chrgs>',
      },
    ];
    const report = await billing.importFile(statementOf(billing, entries));
    expect(report.counts).toMatchObject({ ownMovements: 4, suspense: 0 });
    expect(await readLedger(billing)).toEqual({
      bank: -300 + 20 - 50_000 + 9_700,
      bank_fees: 300,
      interest: -20,
      own_movements: 50_000,
      card: -10_000,
      card_fees: 300,
    });
  });

  it.each<[string, object[]]>([
    ['a payment', [{ amount: 9_700 }]],
    ['a batch', [{ amount: 9_000 }, { amount: 700 }]],
  ])('that came before their rule in a notification, as %s, are cleared by the statement', async (_, payments) => {
    const billing = await startBilling('054');
    const [payment, ...others] = payments as [FilePayment, ...FilePayment[]];
    const notified = [{ ...payment, entryReference: 'CARDS' }, ...others];
    const notification = billing.camt(notified, { isBatch: others.length > 0 });
    await billing.importFile(notification);
    expect(await readLedger(billing)).toEqual({ clearing: 9_700, suspense: -9_700 });
    const statement = statementOf(billing, [{ amount: 9_700, reference: 'CARDS', code: 'PMNT.MCRD.POSP' }]);
    for (const file of [statement, statement, notification, statement]) {
      await billing.importFile(file);
      expect(await readLedger(billing)).toEqual({ bank: 9_700, suspense: -9_700 });
      expect(await readUnclearedEntries(billing)).toEqual([]);
    }
  });

  it('without a rule are in suspense, and staff see that no rule matches', async () => {
    const billing = await startBilling('054');
    const { data: rules } = await billing.test.call(listBankMovementRules, {}, staff);
    const ruleId = rules.find(({ position }) => position === 90)!.id;
    await billing.test.call(retireBankMovementRule, { ruleId, reason: 'Staff decides about debits' }, staff);
    await billing.importFile(statementOf(billing, [{ amount: 50_000, reference: 'RENT', direction: 'DBIT' }]));
    const { data } = await billing.test.call(listSuspense, {}, staff);
    expect(data).toMatchObject([{ reason: 'rule_missing', detail: 'no rule matches this debit' }]);
    expect(await readLedger(billing)).toEqual({ bank: -50_000, suspense: 50_000 });
  });

  it('include executed payments to customers; a returned payment goes to prepaid or to suspense', async () => {
    const billing = await startBilling('054');
    const organizationId = await billing.organization();
    const { invoice } = await billing.paidOrder(organizationId, { debtorIban: 'CH5604835012345678009' });
    await billing.test.call(
      creditInvoice,
      { organizationId, documentId: invoice.id, reason: 'Cancelled' },
      staff,
      billing.newKeyOptions(),
    );
    const { bookings } = await billing.receive({ amount: 900, debtorName: 'Nobody' });
    const { paymentId } = await billing.test.call(
      returnSuspense,
      { bookingId: bookings[0]!.bookingId!, iban: 'CH5604835012345678009', reason: 'Not a customer' },
      staff,
    );
    const [refund] = await billing.test.rows(`select id from outgoing_payment where purpose = 'refund'`);
    const refundId = toId('pay', refund!['id'] as string);
    const endToEndIds = await createPaymentFileForBank(billing);
    const entryOfPayment = (id: string, amount: number, direction: 'CRDT' | 'DBIT'): StatementEntry => ({
      amount,
      direction,
      reference: `${direction}-${id}`,
      details: `<Refs><EndToEndId>${endToEndIds.find((each) => id.endsWith(each.toLowerCase()))}</EndToEndId></Refs>`,
    });
    expect(await readLedger(billing)).toMatchObject({ outgoing: -PRICE - 900 });
    const executed = await billing.importFile(
      statementOf(billing, [entryOfPayment(refundId, PRICE, 'DBIT'), entryOfPayment(paymentId!, 900, 'DBIT')]),
    );
    expect(executed.counts.ownMovements).toBe(2);
    expect(await readLedger(billing)).not.toHaveProperty('outgoing');
    const returned = await billing.importFile(
      statementOf(billing, [entryOfPayment(refundId, PRICE, 'CRDT'), entryOfPayment(paymentId!, 900, 'CRDT')]),
    );
    expect(returned.bookings.map(({ status }) => status)).toEqual(['prepaid', 'suspense']);
    expect(await billing.balance(organizationId)).toBe(PRICE);
    expect(await readLedger(billing)).toMatchObject({ suspense: -900 });
    expect(await billing.test.rows(`select distinct status from outgoing_payment`)).toEqual([{ status: 'failed' }]);
  });
});

/** Creates the payment file for the bank. Returns the end-to-end ids of the file. */
async function createPaymentFileForBank(billing: BillingFixture): Promise<string[]> {
  const { id: paymentFileId } = await billing.test.call(createPaymentFile, {}, staff, billing.newKeyOptions());
  const { fileId } = await billing.test.call(downloadPaymentFile, { paymentFileId }, staff);
  const chunk = await billing.test.call(billingFiles.readFileChunk, { fileId, position: 0 }, { service: 'gateway' });
  const xml = Buffer.from(chunk.bytes!, 'base64').toString();
  return [...xml.matchAll(/<EndToEndId>([^<]+)</g)].map(([, id]) => id!);
}

async function readUnclearedEntries(billing: BillingFixture): Promise<unknown[]> {
  return billing.test.rows(
    `select report, amount, reference from clearing_entry where cleared_at is null and is_awaited`,
  );
}
