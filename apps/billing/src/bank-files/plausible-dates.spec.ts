import { describe, expect, it } from '@jest/globals';
import { addDays } from '@cordee/calendar/local-date';
import { money } from '@cordee/money/money';
import type { BankEntry, BankFile } from './bank-file.ts';
import { identifyEntries, movementsOf } from './movements.ts';
import { withPlausibleDates } from './plausible-dates.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const entry = (valueDate: string, bookingDate = valueDate): BankEntry => ({
  pointer: '/',
  reference: 'E',
  amount: money(100, 'CHF'),
  direction: 'credit',
  isReversal: false,
  status: 'booked',
  bookingDate,
  valueDate,
  code: undefined,
  charges: undefined,
  // A batch without details has no transactions.
  isBatchWithoutDetails: true,
  transactions: [],
});
const file = (...entries: BankEntry[]): BankFile => ({
  kind: '053',
  version: 8,
  messageId: 'M',
  createdAt: '2026-11-20T06:00:00.000Z',
  statements: [
    {
      id: 'S',
      pointer: '/Document/BkToCstmrStmt/Stmt[1]',
      line: 1,
      account: 'A',
      currency: 'CHF',
      sequence: undefined,
      balances: {},
      entries,
      unprocessable: [],
    },
  ],
  remarks: [],
});

describe('dates of a bank file', () => {
  it.each([
    ['1989-12-31', '1989-12-31', 'implausible'],
    ['1990-01-01', '1990-01-01', 'plausible'],
    // The file was created on 2026-11-20.
    [addDays('2026-11-20', 366), '2026-11-20', 'plausible'],
    [addDays('2026-11-20', 367), '2026-11-20', 'implausible'],
    ['2026-11-20', '9999-12-31', 'implausible'],
  ])('with the value date %s and the booking date %s are %s', (valueDate, bookingDate, result) => {
    const [statement] = withPlausibleDates(file(entry(valueDate, bookingDate)), NOW).statements;
    expect([statement!.entries.length, statement!.unprocessable.length]).toEqual(
      result === 'plausible' ? [1, 0] : [0, 1],
    );
  });

  it('that are implausible appear only in the detail of the unprocessable entry, which keeps a plausible date', () => {
    const [unprocessable] = withPlausibleDates(file(entry('9999-12-31', '2026-11-20')), NOW).statements[0]!
      .unprocessable;
    expect(unprocessable).toMatchObject({
      reason: 'date_implausible',
      valueDate: undefined,
      bookingDate: '2026-11-20',
      detail: 'booked 2026-11-20, value 9999-12-31',
      amount: money(100, 'CHF'),
    });
  });

  it('give the same identity to a booking when the file is imported again much later', () => {
    const identitiesAt = (now: Date) =>
      movementsOf(
        identifyEntries(withPlausibleDates(file(entry('2028-01-01')), now)),
        () => '053',
        () => false,
      ).unprocessable.map(({ identity }) => identity);
    expect(identitiesAt(NOW)).toEqual(identitiesAt(new Date('2028-06-01T00:00:00Z')));
    expect(identitiesAt(NOW)).toHaveLength(1);
  });
});
