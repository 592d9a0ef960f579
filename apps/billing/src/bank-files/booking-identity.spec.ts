import { describe, expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import { bookingsOf, type Booking, type FileBookings } from './booking-identity.ts';
import { readCamt } from './camt.ts';
import { camt054, type IncomingPayment } from '@cordee/testing/camt-054-builder';

const account = 'CH9300762011623852957';
const payment = (more: Partial<IncomingPayment> = {}): IncomingPayment => ({
  amount: money(10_810, 'CHF'),
  valueDate: '2026-11-20',
  ...more,
});

function notified(payments: IncomingPayment[], isBatch = false): FileBookings {
  return bookingsOf(
    readCamt(camt054({ messageId: 'M', createdAt: '2026-11-20T06:00:00Z', account, payments, isBatch })),
  );
}

/** The same day as a statement: what 053 has and 054 has not, and the other way round. */
function stated(entries: string): FileBookings {
  return bookingsOf(
    readCamt(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
      <GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-21T06:00:00Z</CreDtTm></GrpHdr>
      <Stmt><Id>S</Id><Acct><Id><IBAN>CH93 0076 2011 6238 5295 7</IBAN></Id></Acct>${entries}</Stmt></BkToCstmrStmt></Document>`),
  );
}

const stateEntry = (reference: string, more = '', status = 'BOOK', amount = '108.10') =>
  `<Ntry><Amt Ccy="CHF">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>${status}</Cd></Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt>
   <ValDt><Dt>2026-11-20</Dt></ValDt>${reference && `<AcctSvcrRef>${reference}</AcctSvcrRef>`}${more}</Ntry>`;

/** How many bookings an importer counts that stores every identity. */
function countedOnce(...files: FileBookings[]): number {
  const known = new Set<string>();
  let counted = 0;
  for (const { identities } of files.flatMap(({ bookings }): readonly Booking[] => bookings)) {
    if (!identities.some((identity) => known.has(identity))) counted += 1;
    for (const identity of identities) known.add(identity);
  }
  return counted;
}

describe('identity of bookings', () => {
  it('the same file twice counts once', () => {
    for (const payments of [
      [
        payment({ servicerReference: 'T1', entryReference: 'E1' }),
        payment({ servicerReference: 'T2', entryReference: 'E2' }),
      ],
      [payment({ entryReference: 'E1' }), payment({ entryReference: 'E2' })],
      [payment({ reference: 'RF18539007547034' }), payment({ debtorName: 'Anna' })],
    ]) {
      expect(countedOnce(notified(payments), notified(payments))).toBe(2);
    }
  });

  it('two genuine equal bookings without any reference count twice', () => {
    const twins = [payment(), payment()];
    expect(countedOnce(notified(twins))).toBe(2);
    expect(countedOnce(notified(twins), notified(twins))).toBe(2);
  });

  it('053 and 054 of the same booking count once, whichever comes first and whatever each of them knows', () => {
    const detailed = notified([payment({ servicerReference: 'T1', entryReference: 'E1' })]);
    const plain = stated(stateEntry('E1'));
    expect(countedOnce(detailed, plain)).toBe(1);
    expect(countedOnce(plain, detailed)).toBe(1);
  });

  it('an 053 total is detailed by its 054', () => {
    const totals = stated(stateEntry('E1', '<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch></NtryDtls>', 'BOOK', '216.20'));
    const details = notified(
      [payment({ entryReference: 'E1', servicerReference: 'T1' }), payment({ servicerReference: 'T2' })],
      true,
    );
    expect(totals.bookings).toEqual([]);
    expect(totals.batchTotals).toHaveLength(1);
    expect(details.bookings.map(({ batch }) => batch)).toEqual([
      totals.batchTotals[0]!.batch,
      totals.batchTotals[0]!.batch,
    ]);
  });

  it('a reference that all payments of a batch share tells none of them', () => {
    const shared = notified(
      [payment({ servicerReference: 'E1', entryReference: 'E1' }), payment({ servicerReference: 'E1' })],
      true,
    );
    expect(countedOnce(shared, shared)).toBe(2);
  });

  it('a bank that used a reference twice does not make us lose a payment', () => {
    expect(
      countedOnce(
        notified([payment({ entryReference: 'E1' })]),
        notified([payment({ entryReference: 'E1', amount: money(500, 'CHF') })]),
      ),
    ).toBe(2);
  });

  it('a reversal is not the booking that it takes back', () => {
    expect(
      countedOnce(
        notified([payment({ entryReference: 'E1' })]),
        notified([payment({ entryReference: 'E1', isReversal: true })]),
      ),
    ).toBe(2);
  });

  it('another account, another booking', () => {
    const other = readCamt(
      camt054({
        messageId: 'M',
        createdAt: '2026-11-20T06:00:00Z',
        account: 'CH4431999123000889012',
        payments: [payment({ entryReference: 'E1' })],
      }),
    );
    expect(countedOnce(notified([payment({ entryReference: 'E1' })]), bookingsOf(other))).toBe(2);
  });

  it('what is only announced is left out, odd entries are for suspense', () => {
    const file = stated(
      stateEntry('E1', '', 'PDNG') + stateEntry('E2', '', 'INFO') + stateEntry('E3', '', 'BOOK', '1.001'),
    );
    expect(file.bookings).toEqual([]);
    expect(file.suspense).toMatchObject([{ account, odd: { reason: 'amount_too_precise' } }]);
    expect(stated(stateEntry('', '', 'BOOK', '1.001')).suspense[0]!.identities).toHaveLength(1);
  });
});
