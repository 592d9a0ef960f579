import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bankCalendars, bankHolidaysOf, easterSunday, isBankHoliday } from './bank-holidays.ts';
import { addBankDays, bankDayOnOrAfter, blockDayOnOrAfter, isBankDay } from './business-day.ts';
import { addDays, dayOfWeek } from './local-date.ts';

describe('Easter Sunday', () => {
  it.each([
    [1961, '1961-04-02'],
    [2000, '2000-04-23'],
    [2008, '2008-03-23'],
    [2024, '2024-03-31'],
    [2025, '2025-04-20'],
    [2026, '2026-04-05'],
    [2027, '2027-03-28'],
    [2038, '2038-04-25'],
  ])('of %d is on %s', (year, date) => {
    expect(easterSunday(year)).toBe(date);
  });
});

describe('bank holidays', () => {
  it('contain the ten days of 2026 without interbank clearing', () => {
    expect([...bankHolidaysOf('CH', 2026)]).toEqual([
      '2026-01-01',
      '2026-01-02',
      '2026-04-03',
      '2026-04-06',
      '2026-05-01',
      '2026-05-14',
      '2026-05-25',
      '2026-08-01',
      '2026-12-25',
      '2026-12-26',
    ]);
  });

  it.each([
    ['CH-GE', '2026-09-10', 'Jeûne genevois'],
    ['CH-GE', '2026-12-31', 'Restoration'],
    ['CH-VD', '2026-09-21', 'Monday of the federal fast'],
    ['CH-LU', '2026-06-04', 'Corpus Christi'],
    ['CH-TI', '2026-06-29', 'Peter and Paul'],
    ['CH-NE', '2026-03-01', 'Republic Day'],
    ['CH-GL', '2026-04-09', 'Näfels pilgrimage, moved out of Holy Week'],
    ['CH-GL', '2025-04-03', 'Näfels pilgrimage'],
  ] as const)('of %s and not of CH-ZH include %s (%s)', (calendar, date, _name) => {
    expect(isBankHoliday(date, calendar)).toBe(true);
    expect(isBankHoliday(date, 'CH-ZH')).toBe(false);
  });

  it('have 27 calendars, for the 26 cantons and for the interbank clearing, and no other calendar', () => {
    expect(bankCalendars).toHaveLength(27);
    expect(() => bankHolidaysOf('CH-XX' as 'CH', 2026)).toThrow(RangeError);
  });
});

describe('in the canton of Zurich,', () => {
  it.each([
    ['2026-11-22', '2026-11-23'],
    ['2026-04-03', '2026-04-07'],
    ['2026-12-25', '2026-12-28'],
    ['2026-11-24', '2026-11-24'],
  ])('the first bank day on or after %s is %s', (date, bankDay) => {
    expect(bankDayOnOrAfter(date, 'CH-ZH')).toBe(bankDay);
  });

  it.each([
    ['2026-11-20', 1, '2026-11-23'],
    ['2026-04-01', 5, '2026-04-10'],
    ['2026-04-07', -1, '2026-04-02'],
    ['2026-11-22', 1, '2026-11-23'],
    ['2026-11-22', 0, '2026-11-23'],
  ])('%s plus %d bank days is %s', (date, count, result) => {
    expect(addBankDays(date, count, 'CH-ZH')).toBe(result);
  });

  it.each([
    ['2026-11-26', '2026-11-26', 'a Thursday'],
    ['2026-11-27', '2026-11-30', 'a block is never on a Friday'],
    ['2026-04-01', '2026-04-01', 'the Wednesday before Maundy Thursday'],
    ['2026-04-02', '2026-04-07', 'the next day is Good Friday, and Easter Monday is a holiday'],
    ['2026-05-13', '2026-05-18', 'the next day is Ascension Day, and the day after Ascension Day is a Friday'],
    ['2026-12-24', '2026-12-28', 'the next day is Christmas'],
  ])('a block planned for %s is on %s (%s)', (date, result) => {
    expect(blockDayOnOrAfter(date, 'CH-ZH')).toBe(result);
  });
});

describe('in every calendar,', () => {
  it('adding bank days gives a bank day, subtracting reverses the addition, and no block is after Thursday', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 1, max: 15 }),
        fc.constantFrom(...bankCalendars),
        (days, count, calendar) => {
          const start = bankDayOnOrAfter(addDays('2020-01-01', days), calendar);
          const later = addBankDays(start, count, calendar);
          expect(isBankDay(later, calendar)).toBe(true);
          expect(addBankDays(later, -count, calendar)).toBe(start);
          const thursday = 4;
          expect(dayOfWeek(blockDayOnOrAfter(start, calendar))).toBeLessThanOrEqual(thursday);
        },
      ),
    );
  });
});
