import { describe, expect, it } from '@jest/globals';
import { addDays } from './local-date.ts';
import { dueDateReminders, lifeCyclePlan, renewalAttempts, renewalNotices, warrantyPlan } from './due-plan.ts';

const expiry = '2026-12-01';
const datesOf = (steps: readonly { date: string }[]) => steps.map(({ date }) => date);

describe('renewal plan', () => {
  it('has the notices of renewal by hand and of automatic renewal with and without a payment method', () => {
    expect(datesOf(renewalNotices(expiry, 'yearly', 'by_hand'))).toEqual([
      '2026-10-02',
      '2026-11-01',
      '2026-11-17',
      '2026-11-24',
      '2026-11-30',
    ]);
    expect(datesOf(renewalNotices(expiry, 'yearly', 'automatic_without_method'))).toEqual(['2026-10-02', '2026-11-01']);
    expect(datesOf(renewalNotices(expiry, 'yearly', 'automatic'))).toEqual(['2026-11-01']);
    expect(datesOf(renewalNotices(expiry, 'monthly', 'by_hand'))).toEqual(['2026-11-28']);
  });

  it.each([
    ['15 days before the expiry', -15, ['2026-11-17', '2026-11-22', '2026-11-27', '2026-11-30']],
    [
      '14 days before the expiry, the day of the first attempt',
      -14,
      ['2026-11-17', '2026-11-22', '2026-11-27', '2026-11-30'],
    ],
    [
      '13 days before the expiry, so the missed attempt is on that day',
      -13,
      ['2026-11-18', '2026-11-22', '2026-11-27', '2026-11-30'],
    ],
    [
      '5 days before the expiry, so the last missed attempt is on that day',
      -5,
      ['2026-11-26', '2026-11-27', '2026-11-30'],
    ],
    ['1 day before the expiry', -1, ['2026-11-30']],
    ['on the day of the expiry', 0, []],
    ['after the expiry', 3, []],
  ])(
    'has these attempts when automatic renewal of a yearly product is switched on: %s',
    (_when, daysFromExpiry, dates) => {
      expect(datesOf(renewalAttempts(expiry, 'yearly', addDays(expiry, daysFromExpiry)))).toEqual(dates);
    },
  );

  it('attempts a monthly renewal 3 days and 1 day before the expiry', () => {
    expect(renewalAttempts(expiry, 'monthly', '2026-11-01')).toEqual([
      { day: -3, date: '2026-11-28' },
      { day: -1, date: '2026-11-30' },
    ]);
    expect(datesOf(renewalAttempts(expiry, 'monthly', '2026-11-29'))).toEqual(['2026-11-29', '2026-11-30']);
  });

  it('has three yearly and two monthly reminders after the due date, and the last yearly reminder is final', () => {
    expect(dueDateReminders('2026-11-10', 'yearly').map(({ date, isFinal }) => [date, isFinal])).toEqual([
      ['2026-11-11', false],
      ['2026-11-15', false],
      ['2026-11-20', true],
    ]);
    expect(dueDateReminders('2026-11-10', 'monthly')).toHaveLength(2);
  });
});

describe('renewal warranty', () => {
  it('has a yearly hold of 280 days, and the block is on the first permitted day from day 281 on', () => {
    const plan = warrantyPlan('2026-01-01', 'yearly', 'CH-ZH');
    expect(plan.notices.map(({ day }) => day)).toEqual([0, 30, 120, 210, 250, 266, 275]);
    // Day 281 is 9 October, a Friday.
    expect(plan).toMatchObject({ heldUntil: '2026-10-08', blockedFrom: '2026-10-12', terminationDate: '2026-11-11' });
  });

  it('has a monthly hold of 90 days with notices on days 0, 15, 45, 75, 85', () => {
    const plan = warrantyPlan('2026-06-01', 'monthly', 'CH-ZH');
    expect(plan.notices.map(({ day }) => day)).toEqual([0, 15, 45, 75, 85]);
    expect(plan).toMatchObject({ heldUntil: '2026-08-30', blockedFrom: '2026-08-31', terminationDate: '2026-09-30' });
  });
});

describe('life cycle without warranty', () => {
  it('blocks a yearly product 15 days after the expiry, terminates it after 45 and purges it after 75', () => {
    expect(lifeCyclePlan('2026-09-01', 'yearly', 'CH-ZH')).toEqual({
      finalWarningBy: '2026-09-11',
      blockDate: '2026-09-16',
      terminationDate: '2026-10-16',
      purgeDate: '2026-11-15',
    });
  });

  it('blocks a monthly product 8 days after the expiry, terminates it after 37 and purges it after 67', () => {
    expect(lifeCyclePlan('2026-09-01', 'monthly', 'CH-ZH')).toMatchObject({
      blockDate: '2026-09-09',
      terminationDate: '2026-10-08',
      purgeDate: '2026-11-07',
    });
  });

  it('moves the block to the next permitted day, but does not move the termination', () => {
    // The planned block is on 24 December; no product is blocked on the day before a holiday.
    expect(lifeCyclePlan('2026-12-09', 'yearly', 'CH-ZH')).toMatchObject({
      blockDate: '2026-12-28',
      terminationDate: '2027-01-23',
    });
  });

  it('moves the block and the termination when the final warning is sent less than 5 days before the block', () => {
    expect(lifeCyclePlan('2026-09-01', 'yearly', 'CH-ZH', '2026-09-11').blockDate).toBe('2026-09-16');
    expect(lifeCyclePlan('2026-09-01', 'yearly', 'CH-ZH', '2026-09-16')).toMatchObject({
      blockDate: '2026-09-21',
      terminationDate: '2026-10-21',
    });
  });
});
