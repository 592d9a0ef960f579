import { describe, expect, it } from '@jest/globals';
import { addDays } from '@cordee/calendar/local-date';
import { money } from '@cordee/money/money';
import type { BankEntry, BankFile } from './bank-file.ts';
import { bookingsOf } from './booking-identity.ts';
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
  isBatchTotal: true,
  transactions: [],
});
const file = (...entries: BankEntry[]): BankFile => ({
  kind: '053',
  version: 8,
  messageId: 'M',
  createdAt: '2026-11-20T06:00:00.000Z',
  statements: [{ id: 'S', account: 'A', currency: 'CHF', entries, odd: [] }],
  remarks: [],
});

describe('dates of a bank file', () => {
  it.each([
    ['1989-12-31', undefined, 'odd'],
    ['1990-01-01', undefined, 'fine'],
    [addDays('2026-11-20', 366), undefined, 'fine'],
    [addDays('2026-11-20', 367), undefined, 'odd'],
    ['2026-11-20', '9999-12-31', 'odd'],
  ])('value %s, booked %s: %s', (value, booked, kind) => {
    const [statement] = withPlausibleDates(file(entry(value, booked)), NOW).statements;
    expect([statement!.entries.length, statement!.odd.length]).toEqual(kind === 'fine' ? [1, 0] : [0, 1]);
  });

  it('that cannot be meant are kept as words only, a good one beside them as it is', () => {
    const [odd] = withPlausibleDates(file(entry('9999-12-31', '2026-11-20')), NOW).statements[0]!.odd;
    expect(odd).toMatchObject({
      reason: 'date_implausible',
      valueDate: undefined,
      bookingDate: '2026-11-20',
      detail: 'booked 2026-11-20, value 9999-12-31',
      amount: money(100, 'CHF'),
    });
  });

  it('are judged alike whenever the file comes again, so that it counts once', () => {
    const identities = (now: Date) =>
      bookingsOf(withPlausibleDates(file(entry('2028-01-01')), now)).suspense.map((each) => each.identities);
    expect(identities(NOW)).toEqual(identities(new Date('2028-06-01T00:00:00Z')));
    expect(identities(NOW)).toHaveLength(1);
  });
});
