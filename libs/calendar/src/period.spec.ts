import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dateAfterMonths } from './anchor.ts';
import { addDays } from './local-date.ts';
import { contains, nextPeriod, nthPeriod, periodIndexOn } from './period.ts';

describe('the anchor', () => {
  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2026-01-31', 2, '2026-03-31'],
    ['2026-01-31', 3, '2026-04-30'],
    ['2026-01-31', 4, '2026-05-31'],
    ['2026-01-31', -2, '2025-11-30'],
    ['2026-10-30', 4, '2027-02-28'],
  ])('%s plus %d months is %s', (anchor, months, date) => {
    expect(dateAfterMonths(anchor, months)).toBe(date);
  });
});

const monthlySchedule = { anchor: '2026-01-31', interval: 'monthly' } as const;

describe('periods', () => {
  it('are counted from the anchor, not from a clamped date', () => {
    const february = nthPeriod(monthlySchedule, 1);
    expect(february).toEqual({ start: '2026-02-28', end: '2026-03-31' });
    expect(nextPeriod(monthlySchedule, february)).toEqual({ start: '2026-03-31', end: '2026-04-30' });
  });

  it('have the length of two intervals when the caller requests this length', () => {
    const lengthInIntervals = 2;
    expect(nthPeriod({ anchor: '2024-02-29', interval: 'yearly' }, 0, lengthInIntervals)).toEqual({
      start: '2024-02-29',
      end: '2026-02-28',
    });
  });

  it('contain their start date but not their end date', () => {
    const period = { start: '2026-01-01', end: '2026-02-01' };
    expect(['2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01'].map((date) => contains(period, date))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  const dates = fc.integer({ min: -20_000, max: 20_000 }).map((days) => addDays('2026-01-01', days));
  const schedules = fc.record({ anchor: dates, interval: fc.constantFrom('monthly' as const, 'yearly' as const) });

  it('contain each date once, and have no gap', () => {
    fc.assert(
      fc.property(schedules, dates, (schedule, date) => {
        const index = periodIndexOn(schedule, date);
        const period = nthPeriod(schedule, index);
        expect(contains(period, date)).toBe(true);
        expect(nthPeriod(schedule, index - 1).end).toBe(period.start);
        expect(nextPeriod(schedule, period).start).toBe(period.end);
      }),
    );
  });
});
