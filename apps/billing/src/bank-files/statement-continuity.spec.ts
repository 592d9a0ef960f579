import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { acceptStatementGap, listStatementGaps } from '@cordee/contracts/billing/bank-file';
import { getPaymentDetails } from '@cordee/contracts/billing/document';
import { addDays } from '@cordee/calendar/local-date';
import { BillingFixture, IBAN, staff } from '../../test/billing.fixture.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

interface Statement {
  currency?: string;
  day: number;
  opening?: string;
  closing?: string;
  sequence?: number;
  id?: string;
  page?: string;
}

/** Imports an account statement without entries. `day` counts from today; `page` is the XML of the pagination. */
function importStatement({ currency = 'CHF', day, opening, closing, sequence, id = 'S', page = '' }: Statement) {
  const date = addDays(billing.today(), day);
  const balance = (code: string, amount: string | undefined): string =>
    amount === undefined
      ? ''
      : `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${amount}</Amt>
         <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${date}</Dt></Dt></Bal>`;
  return billing.importFile(
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
     <GrpHdr><MsgId>S</MsgId><CreDtTm>${billing.test.process.clock.now().toISOString()}</CreDtTm></GrpHdr>
     <Stmt><Id>${id}</Id>${page}${sequence === undefined ? '' : `<ElctrncSeqNb>${sequence}</ElctrncSeqNb>`}
     <Acct><Id><IBAN>${IBAN}</IBAN></Id><Ccy>${currency}</Ccy></Acct>
     ${balance('OPBD', opening)}${balance('CLBD', closing)}</Stmt></BkToCstmrStmt></Document>`,
  );
}

const gapDetails = ({ remarks }: Awaited<ReturnType<typeof importStatement>>): string[] =>
  remarks.filter(({ code }) => code === 'STATEMENT_GAP').map(({ detail }) => detail);

/** Returns the time until which payments are known. */
async function readPaymentsKnownUntil(): Promise<string> {
  const organizationId = await billing.organization();
  const { proFormaId } = await billing.order(organizationId);
  const details = await billing.test.call(
    getPaymentDetails,
    { organizationId, documentId: proFormaId },
    { service: 'reminders' },
  );
  return details.paymentsKnownUntil!;
}

describe('account statements (C-BNK-24)', () => {
  it('have a gap until the missing statement is imported; payments are known only until the gap', async () => {
    const dayBeforeGap = addDays(billing.today(), -3);
    expect(gapDetails(await importStatement({ day: -3, opening: '100.00', closing: '100.00' }))).toEqual([]);
    const report = await importStatement({ day: -1, opening: '300.00', closing: '300.00' });
    expect(gapDetails(report)).toEqual([expect.stringContaining(dayBeforeGap)]);
    const gap = { account: IBAN, currency: 'CHF', after: dayBeforeGap, before: addDays(billing.today(), -1) };
    expect(await billing.test.call(listStatementGaps, {}, staff)).toEqual({ data: [gap], nextCursor: null });
    expect((await readPaymentsKnownUntil()).slice(0, 10)).toBe(dayBeforeGap);
    const missingReport = await importStatement({ day: -2, opening: '100.00', closing: '300.00' });
    // No remark reports a gap. A statement without entries whose balance changed has a remark of its own.
    expect(missingReport.remarks.map(({ code }) => code)).toEqual(['EMPTY_STATEMENT_WITH_MOVEMENT']);
    expect(await readPaymentsKnownUntil()).toMatch(
      new RegExp(`^${billing.test.process.clock.now().toISOString().slice(0, 10)}`),
    );
  });

  it('have a gap where a number is missing, but not between two years or two pages of a statement', async () => {
    const statement = { currency: 'EUR', opening: '5.00', closing: '5.00' };
    await importStatement({ ...statement, day: -20, sequence: 7 });
    await importStatement({ ...statement, day: -19, sequence: 8 });
    const pages = { currency: 'EUR', day: -18, sequence: 9, id: 'PAGES' };
    const pageOf = (number: number): string =>
      `<StmtPgntn><PgNb>${number}</PgNb><LastPgInd>${number === 2}</LastPgInd></StmtPgntn>`;
    await importStatement({ ...pages, opening: '5.00', page: pageOf(1) });
    expect(gapDetails(await importStatement({ ...pages, closing: '8.00', page: pageOf(2) }))).toEqual([]);
    const jumpReport = await importStatement({
      currency: 'EUR',
      day: -16,
      opening: '8.00',
      closing: '8.00',
      sequence: 11,
    });
    expect(gapDetails(jumpReport)).toHaveLength(1);
    expect(
      gapDetails(
        await importStatement({ currency: 'EUR', day: -400, opening: '5.00', closing: '5.00', sequence: 250 }),
      ),
    ).toHaveLength(1);
  });

  it('have no gap when the bank sends a statement again with another id', async () => {
    const statement = { currency: 'NOK', day: -2, opening: '100.00', closing: '150.00', sequence: 7 };
    const next = { ...statement, day: -1, opening: '150.00', closing: '160.00', sequence: 8 };
    const files = [{ ...statement, id: 'FIRST' }, { ...statement, id: 'AGAIN' }, next];
    for (const file of files) {
      const gaps = gapDetails(await importStatement(file));
      expect(gaps.filter((detail) => detail.includes('NOK'))).toEqual([]);
    }
  });

  it('have no gap any more after staff has accepted the gap', async () => {
    // An earlier test has left this gap.
    const { data } = await billing.test.call(listStatementGaps, {}, staff);
    const [{ before, ...gap }] = data as [(typeof data)[number]];
    const input = { ...gap, reason: 'The bank skipped the number' };
    expect(await billing.test.call(acceptStatementGap, input, staff)).toEqual({ ...gap, before });
    // A repeated call succeeds.
    expect(await billing.test.codeOf(acceptStatementGap, input, staff)).toBe('ok');
    expect(await billing.test.call(listStatementGaps, {}, staff)).toEqual({ data: [], nextCursor: null });
    expect(await billing.test.codeOf(acceptStatementGap, { ...input, after: '2020-01-01' }, staff)).toBe(
      'STATEMENT_GAP_NOT_FOUND',
    );
  });

  it('have their gaps on pages, the oldest gap first', async () => {
    for (const day of [-6, -7, -8, -9])
      await importStatement({ currency: 'USD', day, opening: `${-day}.00`, closing: `${-day}.00` });
    const first = await billing.test.call(listStatementGaps, { limit: 2 }, staff);
    const second = await billing.test.call(listStatementGaps, { limit: 2, cursor: first.nextCursor! }, staff);
    const dates = [-9, -8, -7].map((day) => addDays(billing.today(), day));
    expect([first, second].map(({ data }) => data.map(({ after }) => after))).toEqual([dates.slice(0, 2), [dates[2]]]);
    expect(second.nextCursor).toBeNull();
    expect(await billing.test.codeOf(listStatementGaps, { cursor: 'x' }, staff)).toBe('CURSOR_INVALID');
  });

  it('in the format MT940 are refused; the error names the formats to request', async () => {
    await expect(
      billing.importFile(':20:STARTUMS\n:25:CH9300762011623852957\n:60F:C261120CHF100,00\n'),
    ).rejects.toMatchObject({
      code: 'BANK_FILE_INVALID',
      errors: [{ code: 'KIND_MT940', detail: expect.stringContaining('camt.053') }],
    });
  });
});
