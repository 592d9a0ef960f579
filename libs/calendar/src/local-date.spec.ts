import { describe, expect, it } from '@jest/globals';
import { dayOfWeek, daysBetween, formatLocalDate, instantAt, isLocalDate, isPast, localDateIn } from './local-date.ts';

const zurich = 'Europe/Zurich';

describe('a local date', () => {
  it.each(['2026-02-29', '2026-13-01', '2026-1-01', '2026-01-01T00:00:00Z', '', '20260101', '+002026-01-01'])(
    'is not "%s"',
    (text) => {
      expect(isLocalDate(text)).toBe(false);
    },
  );

  it('is a date that exists, such as 29 February 2024', () => {
    expect(isLocalDate('2024-02-29')).toBe(true);
  });

  it.each([
    ['2026-03-31T21:59:59.999Z', '2026-03-31'],
    ['2026-03-31T22:00:00.000Z', '2026-04-01'],
    ['2026-12-31T23:00:00.000Z', '2027-01-01'],
  ])('at the instant %s is %s in Zurich', (instant, date) => {
    expect(localDateIn(zurich, instant)).toBe(date);
    expect(localDateIn(zurich, new Date(instant))).toBe(date);
  });

  it('is past from the next midnight in the zone on', () => {
    expect(isPast('2026-03-31', '2026-03-31T21:59:59.999Z', zurich)).toBe(false);
    expect(isPast('2026-03-31', '2026-03-31T22:00:00.000Z', zurich)).toBe(true);
  });

  it('with a skipped time gives an instant one hour later, with a repeated time the earlier of two instants', () => {
    expect(instantAt('2026-03-29', '02:30', zurich)).toBe('2026-03-29T01:30:00.000Z');
    expect(instantAt('2026-10-25', '02:30', zurich)).toBe('2026-10-25T00:30:00.000Z');
  });

  it('has a distance in days to another date, a day of the week, and a format for each language or locale tag', () => {
    expect(daysBetween('2026-01-01', '2027-01-01')).toBe(365);
    expect(daysBetween('2026-03-30', '2026-03-28')).toBe(-2);
    expect(dayOfWeek('2026-11-22')).toBe(7);
    expect(['de', 'fr', 'it', 'en', 'fr-FR'].map((locale) => formatLocalDate('2026-01-05', locale))).toEqual([
      '05.01.2026',
      '05.01.2026',
      '05.01.2026',
      '5 Jan 2026',
      '05/01/2026',
    ]);
  });
});
