import { describe, expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import { bookingsOf, type Booking, type FileBookings } from './booking-identity.ts';
import { readCamt } from './camt.ts';
import { camt054, type CamtPayment } from '@cordee/testing/camt-054-builder';

const account = 'CH9300762011623852957';
const payment = (fields: Partial<CamtPayment> = {}): CamtPayment => ({
  amount: money(10_810, 'CHF'),
  valueDate: '2026-11-20',
  ...fields,
});

/** Returns the bookings of a notification (camt.054). */
function bookingsOfNotification(payments: CamtPayment[], { isBatch = false } = {}): FileBookings {
  return bookingsOf(
    readCamt(camt054({ messageId: 'M', createdAt: '2026-11-20T06:00:00Z', account, payments, isBatch })),
  );
}

/** Returns the bookings of a statement (camt.053) that has the same account and day as the notifications. */
function bookingsOfStatement(entries: string): FileBookings {
  return bookingsOf(
    readCamt(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
      <GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-21T06:00:00Z</CreDtTm></GrpHdr>
      <Stmt><Id>S</Id><Acct><Id><IBAN>CH93 0076 2011 6238 5295 7</IBAN></Id></Acct>
      ${entries}</Stmt></BkToCstmrStmt></Document>`),
  );
}

const statementEntry = (reference: string, { details = '', status = 'BOOK', amount = '108.10' } = {}) =>
  `<Ntry><Amt Ccy="CHF">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>${status}</Cd></Sts>
   <BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>
   ${reference && `<AcctSvcrRef>${reference}</AcctSvcrRef>`}${details}</Ntry>`;

/** Returns the number of bookings that an importer processes if the importer stores every identity. */
function processedCount(...files: FileBookings[]): number {
  const storedIdentities = new Set<string>();
  let processed = 0;
  for (const { identities } of files.flatMap(({ bookings }): readonly Booking[] => bookings)) {
    if (!identities.some((identity) => storedIdentities.has(identity))) processed += 1;
    for (const identity of identities) storedIdentities.add(identity);
  }
  return processed;
}

describe('an importer that compares booking identities', () => {
  it('processes the bookings of a repeated file once', () => {
    for (const payments of [
      [
        payment({ servicerReference: 'T1', entryReference: 'E1' }),
        payment({ servicerReference: 'T2', entryReference: 'E2' }),
      ],
      [payment({ entryReference: 'E1' }), payment({ entryReference: 'E2' })],
      [payment({ reference: 'RF18539007547034' }), payment({ debtorName: 'Anna' })],
    ]) {
      expect(processedCount(bookingsOfNotification(payments), bookingsOfNotification(payments))).toBe(2);
    }
  });

  it('processes two equal bookings without a reference as two, and no booking of a repeated file', () => {
    const equalPayments = [payment(), payment()];
    expect(processedCount(bookingsOfNotification(equalPayments))).toBe(2);
    expect(processedCount(bookingsOfNotification(equalPayments), bookingsOfNotification(equalPayments))).toBe(2);
  });

  it('processes a booking once if a camt.053 and a camt.054 contain it, in either order', () => {
    const bookingsOfFile054 = bookingsOfNotification([payment({ servicerReference: 'T1', entryReference: 'E1' })]);
    const bookingsOfFile053 = bookingsOfStatement(statementEntry('E1'));
    expect(processedCount(bookingsOfFile054, bookingsOfFile053)).toBe(1);
    expect(processedCount(bookingsOfFile053, bookingsOfFile054)).toBe(1);
  });

  it('links the payments of a camt.054 to the batch total of a camt.053', () => {
    const totals = bookingsOfStatement(
      statementEntry('E1', {
        details: '<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch></NtryDtls>',
        amount: '216.20',
      }),
    );
    const details = bookingsOfNotification(
      [payment({ entryReference: 'E1', servicerReference: 'T1' }), payment({ servicerReference: 'T2' })],
      { isBatch: true },
    );
    expect(totals.bookings).toEqual([]);
    expect(totals.batchTotals).toHaveLength(1);
    expect(details.bookings.map(({ batch }) => batch)).toEqual([
      totals.batchTotals[0]!.batch,
      totals.batchTotals[0]!.batch,
    ]);
  });

  it('processes every payment of a batch whose payments share one reference, and each only once', () => {
    const batchWithSharedReference = bookingsOfNotification(
      [payment({ servicerReference: 'E1', entryReference: 'E1' }), payment({ servicerReference: 'E1' })],
      { isBatch: true },
    );
    expect(processedCount(batchWithSharedReference, batchWithSharedReference)).toBe(2);
  });

  it('processes two payments with different amounts if a bank uses a reference twice', () => {
    expect(
      processedCount(
        bookingsOfNotification([payment({ entryReference: 'E1' })]),
        bookingsOfNotification([payment({ entryReference: 'E1', amount: money(500, 'CHF') })]),
      ),
    ).toBe(2);
  });

  it('processes a reversal and the reversed booking as two bookings', () => {
    expect(
      processedCount(
        bookingsOfNotification([payment({ entryReference: 'E1' })]),
        bookingsOfNotification([payment({ entryReference: 'E1', isReversal: true })]),
      ),
    ).toBe(2);
  });

  it('processes equal bookings of two accounts as two bookings', () => {
    const fileOfOtherAccount = readCamt(
      camt054({
        messageId: 'M',
        createdAt: '2026-11-20T06:00:00Z',
        account: 'CH4431999123000889012',
        payments: [payment({ entryReference: 'E1' })],
      }),
    );
    expect(
      processedCount(bookingsOfNotification([payment({ entryReference: 'E1' })]), bookingsOf(fileOfOtherAccount)),
    ).toBe(2);
  });

  it('skips announcements and returns an identity for an unprocessable entry with or without a reference', () => {
    const file = bookingsOfStatement(
      statementEntry('E1', { status: 'PDNG' }) +
        statementEntry('E2', { status: 'INFO' }) +
        statementEntry('E3', { amount: '1.001' }),
    );
    expect(file.bookings).toEqual([]);
    expect(file.unprocessable).toMatchObject([{ account, entry: { reason: 'amount_too_precise' } }]);
    const withoutReference = bookingsOfStatement(statementEntry('', { amount: '1.001' }));
    expect(withoutReference.unprocessable[0]!.identities).toHaveLength(1);
  });
});
