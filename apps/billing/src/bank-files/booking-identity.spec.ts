import { describe, expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import { buildCamt054, type CamtPayment } from '@cordee/testing/camt-054-builder';
import { readCamt } from '../../test/read-camt.ts';
import type { BookingIdentity } from './booking-identity.ts';
import { KnownBookings } from './known-bookings.ts';
import { identifyEntries, movementsOf, type Movements } from './movements.ts';

const ACCOUNT = 'CH9300762011623852957';
const payment = (fields: Partial<CamtPayment> = {}): CamtPayment => ({
  amount: money(10_810, 'CHF'),
  valueDate: '2026-11-20',
  ...fields,
});

const readMovements = (content: string, countingReport: '053' | '054'): Movements =>
  movementsOf(
    identifyEntries(readCamt(content)),
    () => countingReport,
    () => false,
  );

/** Returns the movements of a notification (camt.054) that counts. */
const notification = (payments: CamtPayment[], { isBatch = false, account = ACCOUNT } = {}): Movements =>
  readMovements(buildCamt054({ messageId: 'M', createdAt: '2026-11-20T06:00:00Z', account, payments, isBatch }), '054');

/** Returns the movements of a statement (camt.053) of the same account and day. */
const statement = (entries: string, countingReport: '053' | '054' = '053'): Movements =>
  readMovements(
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
      <GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-21T06:00:00Z</CreDtTm></GrpHdr>
      <Stmt><Id>S</Id><Acct><Id><IBAN>CH93 0076 2011 6238 5295 7</IBAN></Id></Acct>
      ${entries}</Stmt></BkToCstmrStmt></Document>`,
    countingReport,
  );

const entry = (reference: string, { details = '', status = 'BOOK', amount = '108.10', direction = 'CRDT' } = {}) =>
  `<Ntry><Amt Ccy="CHF">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd><Sts><Cd>${status}</Cd></Sts>
   <BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>
   ${reference && `<AcctSvcrRef>${reference}</AcctSvcrRef>`}${details}</Ntry>`;

const referenceDetails = (references: string) => `<NtryDtls><TxDtls><Refs>${references}</Refs></TxDtls></NtryDtls>`;

/** Imports files one after the other. Returns the number of payments that each file adds. */
function countNewPayments(...files: Movements[]): number[] {
  const stored: BookingIdentity[] = [];
  return files.map(({ payments }) => {
    const known = new KnownBookings('054', stored);
    const added = payments.filter(({ identity, entry: { pointer } }) => known.claim(identity, pointer));
    stored.push(...added.map(({ identity }) => identity));
    return added.length;
  });
}

describe('a booking of the report that counts (PAY-2)', () => {
  it.each<[string, CamtPayment[]]>([
    ['references', [payment({ servicerReference: 'T1', entryReference: 'E1' }), payment({ servicerReference: 'T2' })]],
    ['entry references', [payment({ entryReference: 'E1' }), payment({ entryReference: 'E2' })]],
    ['end-to-end ids', [payment({ endToEndId: 'A1' }), payment({ endToEndId: 'A2' })]],
    ['payments of different payers', [payment({ reference: 'RF18539007547034' }), payment({ debtorName: 'Anna' })]],
    ['equal payments without references', [payment(), payment()]],
    [
      'placeholders instead of references',
      [payment({ servicerReference: 'NONREF' }), payment({ servicerReference: 'NOT PROVIDED' })],
    ],
  ])('is recognized when a file with %s is imported again', (_name, payments) => {
    expect(countNewPayments(notification(payments), notification(payments))).toEqual([2, 0]);
  });

  it('without a reference is recognized as often as an earlier file contains it', () => {
    expect(countNewPayments(notification([payment()]), notification([payment(), payment()]))).toEqual([1, 1]);
  });

  it.each([
    ['amount', payment({ entryReference: 'E1', amount: money(500, 'CHF') })],
    ['currency', payment({ entryReference: 'E1', amount: money(10_810, 'EUR') })],
    ['date', payment({ entryReference: 'E1', valueDate: '2026-11-19' })],
    ['direction', payment({ entryReference: 'E1', isReversal: true })],
    ['creditor reference', payment({ entryReference: 'E1', reference: 'RF18539007547034' })],
    ['entry reference', payment({ entryReference: 'E2' })],
  ])('with another %s is another booking', (_field, other) => {
    expect(countNewPayments(notification([payment({ entryReference: 'E1' })]), notification([other]))).toEqual([1, 1]);
  });

  it.each(['EndToEndId', 'TxId', 'InstrId', 'UETR', 'ClrSysRef', 'AcctSvcrRef'])(
    'that differs only in %s is another booking, and a repeat is recognized',
    (name) => {
      const fileWith = (text: string): Movements =>
        statement(entry('E1', { details: referenceDetails(`<${name}>${text}</${name}>`) }));
      expect(countNewPayments(fileWith('A1'), fileWith('A2'), fileWith('A1'))).toEqual([1, 1, 0]);
    },
  );

  it('is recognized when one file has an additional reference', () => {
    expect(
      countNewPayments(
        notification([payment({ servicerReference: 'T1' })]),
        notification([payment({ servicerReference: 'T1', entryReference: 'E1' })]),
      ),
    ).toEqual([1, 0]);
  });

  it('that two entries of a file contain with the same reference counts once', () => {
    expect(countNewPayments(statement(entry('E1') + entry('E1')))).toEqual([1]);
  });

  it.each(['EndToEndId', 'InstrId'])('with the %s of another entry of its file is another booking', (name) => {
    const details = referenceDetails(`<${name}>RENT</${name}>`);
    const file = statement(entry('', { details }) + entry('', { details }) + entry('E1', { details }));
    expect(countNewPayments(file, file)).toEqual([3, 0]);
  });

  it('of a batch is a booking of its own, even if the payments of the batch share one reference', () => {
    const batch = notification(
      [payment({ servicerReference: 'E1', entryReference: 'E1' }), payment({ servicerReference: 'E1' })],
      { isBatch: true },
    );
    expect(countNewPayments(batch, batch)).toEqual([2, 0]);
  });

  it('of another account is another booking', () => {
    const payments = [payment({ entryReference: 'E1' })];
    expect(
      countNewPayments(notification(payments), notification(payments, { account: 'CH4431999123000889012' })),
    ).toEqual([1, 1]);
  });
});

describe('the movements of a file', () => {
  it('contain an unprocessable entry, but no announcements', () => {
    const movements = statement(
      entry('E1', { status: 'PDNG' }) + entry('E2', { status: 'INFO' }) + entry('E3', { amount: '1.001' }),
    );
    expect(movements).toMatchObject({
      payments: [],
      totals: [],
      unprocessable: [{ account: ACCOUNT, entry: { reason: 'amount_too_precise' } }],
    });
  });

  it('contain payments in the report that counts, and totals in both reports', () => {
    const counts = ({ payments, totals }: Movements) => [payments.length, totals.length];
    const batch = notification([payment(), payment()], { isBatch: true });
    expect(counts(batch)).toEqual([2, 1]);
    expect(counts(statement(entry('E1'), '053'))).toEqual([1, 1]);
    expect(counts(statement(entry('E1'), '054'))).toEqual([0, 1]);
  });

  it('contain an outgoing payment of an account statement as own movement, whichever report counts', () => {
    for (const countingReport of ['053', '054'] as const)
      expect(statement(entry('E1', { direction: 'DBIT' }), countingReport)).toMatchObject({
        payments: [],
        totals: [],
        ownMovements: [{ entry: { reference: 'E1' } }],
      });
  });
});
