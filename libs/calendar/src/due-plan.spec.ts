import { describe, expect, it } from '@jest/globals';
import { addDays } from './local-date.ts';
import { dueDateReminders, lifeCyclePlan, renewalAttempts, renewalNotices, warrantyPlan } from './due-plan.ts';

const expiry = '2026-12-01';
const datesOf = (steps: readonly { date: string }[]) => steps.map(({ date }) => date);

describe('renewal plan', () => {
  it('has the notices of each renewal mode', () => {
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
    ['D-15', -15, ['2026-11-17', '2026-11-22', '2026-11-27', '2026-11-30']],
    ['D-14 exactly', -14, ['2026-11-17', '2026-11-22', '2026-11-27', '2026-11-30']],
    ['D-13: today', -13, ['2026-11-18', '2026-11-22', '2026-11-27', '2026-11-30']],
    ['D-5: today', -5, ['2026-11-26', '2026-11-27', '2026-11-30']],
    ['D-1', -1, ['2026-11-30']],
    ['at expiry', 0, []],
    ['after expiry', 3, []],
  ])('has the yearly attempts when automatic renewal is switched on at %s', (_when, day, dates) => {
    expect(datesOf(renewalAttempts(expiry, 'yearly', addDays(expiry, day)))).toEqual(dates);
  });

  it('has the monthly attempts', () => {
    expect(renewalAttempts(expiry, 'monthly', '2026-11-01')).toEqual([
      { day: -3, date: '2026-11-28' },
      { day: -1, date: '2026-11-30' },
    ]);
    expect(datesOf(renewalAttempts(expiry, 'monthly', '2026-11-29'))).toEqual(['2026-11-29', '2026-11-30']);
  });

  it('has reminders after the due date, and the last reminder is final', () => {
    expect(dueDateReminders('2026-11-10', 'yearly').map(({ date, isFinal }) => [date, isFinal])).toEqual([
      ['2026-11-11', false],
      ['2026-11-15', false],
      ['2026-11-20', true],
    ]);
    expect(dueDateReminders('2026-11-10', 'monthly')).toHaveLength(2);
  });
});

describe('renewal warranty', () => {
  it('has a hold of 280 days and a block on the first permitted day from day 281 on', () => {
    const plan = warrantyPlan('2026-01-01', 'yearly', 'CH-ZH');
    expect(plan.notices.map(({ day }) => day)).toEqual([0, 30, 120, 210, 250, 266, 275]);
    // Day 281 is 9 October, a Friday.
    expect(plan).toMatchObject({ heldUntil: '2026-10-08', blocked: '2026-10-12', terminated: '2026-11-11' });
  });

  it('has a monthly hold of 90 days with notices on days 0, 15, 45, 75, 85', () => {
    const plan = warrantyPlan('2026-06-01', 'monthly', 'CH-ZH');
    expect(plan.notices.map(({ day }) => day)).toEqual([0, 15, 45, 75, 85]);
    expect(plan).toMatchObject({ heldUntil: '2026-08-30', blocked: '2026-08-31', terminated: '2026-09-30' });
  });
});

describe('life cycle without warranty', () => {
  it('has yearly block D+15, termination D+45, purge D+75', () => {
    expect(lifeCyclePlan('2026-09-01', 'yearly', 'CH-ZH')).toEqual({
      finalWarningBy: '2026-09-11',
      blocked: '2026-09-16',
      terminated: '2026-10-16',
      purged: '2026-11-15',
    });
  });

  it('has monthly block D+8, termination D+37, purge D+67', () => {
    expect(lifeCyclePlan('2026-09-01', 'monthly', 'CH-ZH')).toMatchObject({
      blocked: '2026-09-09',
      terminated: '2026-10-08',
      purged: '2026-11-07',
    });
  });

  it('moves a block from a day that is not permitted, but not the later steps', () => {
    // D+15 is 24 December, before a holiday.
    expect(lifeCyclePlan('2026-12-09', 'yearly', 'CH-ZH')).toMatchObject({
      blocked: '2026-12-28',
      terminated: '2027-01-23',
    });
  });

  it('moves all steps after a late final warning', () => {
    expect(lifeCyclePlan('2026-09-01', 'yearly', 'CH-ZH', '2026-09-11').blocked).toBe('2026-09-16');
    expect(lifeCyclePlan('2026-09-01', 'yearly', 'CH-ZH', '2026-09-16')).toMatchObject({
      blocked: '2026-09-21',
      terminated: '2026-10-21',
    });
  });
});
