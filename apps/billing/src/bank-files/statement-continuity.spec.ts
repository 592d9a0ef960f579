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

/** Imports an account statement whose balance did not change. Days count from today. */
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

const gapCodes = ({ remarks }: Awaited<ReturnType<typeof importStatement>>): string[] =>
  remarks.filter(({ code }) => code === 'STATEMENT_GAP').map(({ detail }) => detail);

async function knownUntil(): Promise<string> {
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
  it('report a gap, until which payments are known; the missing statement closes the gap later', async () => {
    const before = addDays(billing.today(), -3);
    expect(gapCodes(await importStatement({ day: -3, opening: '100.00', closing: '100.00' }))).toEqual([]);
    const report = await importStatement({ day: -1, opening: '300.00', closing: '300.00' });
    expect(gapCodes(report)).toEqual([expect.stringContaining(before)]);
    const gap = { account: IBAN, currency: 'CHF', after: before, before: addDays(billing.today(), -1) };
    expect(await billing.test.call(listStatementGaps, {}, staff)).toEqual({ gaps: [gap] });
    expect((await knownUntil()).slice(0, 10)).toBe(before);
    const missing = await importStatement({ day: -2, opening: '100.00', closing: '300.00' });
    // The balance changed but the statement has no entry, which has its own remark.
    expect(missing.remarks.map(({ code }) => code)).toEqual(['EMPTY_STATEMENT_WITH_MOVEMENT']);
    expect(await knownUntil()).toMatch(new RegExp(`^${billing.test.process.clock.now().toISOString().slice(0, 10)}`));
  });

  it('continue their sequence, which restarts in a new year; the pages of a statement are one statement', async () => {
    const statement = { currency: 'EUR', opening: '5.00', closing: '5.00' };
    await importStatement({ ...statement, day: -20, sequence: 7 });
    await importStatement({ ...statement, day: -19, sequence: 8 });
    const pages = { currency: 'EUR', day: -18, sequence: 9, id: 'PAGES' };
    const pageOf = (number: number): string =>
      `<StmtPgntn><PgNb>${number}</PgNb><LastPgInd>${number === 2}</LastPgInd></StmtPgntn>`;
    await importStatement({ ...pages, opening: '5.00', page: pageOf(1) });
    expect(gapCodes(await importStatement({ ...pages, closing: '8.00', page: pageOf(2) }))).toEqual([]);
    const jump = await importStatement({ currency: 'EUR', day: -16, opening: '8.00', closing: '8.00', sequence: 11 });
    expect(gapCodes(jump)).toHaveLength(1);
    expect(
      gapCodes(await importStatement({ currency: 'EUR', day: -400, opening: '5.00', closing: '5.00', sequence: 250 })),
    ).toHaveLength(1);
  });

  it('have a gap that staff accepts with a reason', async () => {
    const { gaps } = await billing.test.call(listStatementGaps, {}, staff);
    const [{ before, ...gap }] = gaps as [(typeof gaps)[number]];
    const input = { ...gap, reason: 'The bank skipped the number' };
    expect(await billing.test.call(acceptStatementGap, input, staff)).toEqual({ ...gap, before });
    expect(await billing.test.codeOf(acceptStatementGap, input, staff)).toBe('ok');
    expect(await billing.test.call(listStatementGaps, {}, staff)).toEqual({ gaps: [] });
    expect(await billing.test.codeOf(acceptStatementGap, { ...input, after: '2020-01-01' }, staff)).toBe(
      'STATEMENT_GAP_NOT_FOUND',
    );
  });

  it('in the format MT940 are refused; the error names the formats to order', async () => {
    await expect(
      billing.importFile(':20:STARTUMS\n:25:CH9300762011623852957\n:60F:C261120CHF100,00\n'),
    ).rejects.toMatchObject({
      code: 'BANK_FILE_INVALID',
      errors: [{ code: 'KIND_MT940', detail: expect.stringContaining('camt.053') }],
    });
  });
});
