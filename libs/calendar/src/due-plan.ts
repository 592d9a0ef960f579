import type { Interval } from './anchor.ts';
import type { BankCalendar } from './bank-holidays.ts';
import { blockDayOnOrAfter } from './business-day.ts';
import { addDays, type LocalDate } from './local-date.ts';

/** Day offsets of a plan for one interval, relative to the expiry unless the name says otherwise. */
export interface DueDays {
  /** Notices for manual renewal. */
  readonly noticesByHand: readonly number[];
  /** Notices if automatic renewal is on but has no valid payment method. */
  readonly noticesWithoutMethod: readonly number[];
  /**
   * Notices if automatic renewal is on with a valid payment method. A monthly renewal has no notice, only the receipt
   * of the charge.
   */
  readonly noticesWithMethod: readonly number[];
  /** Attempts of an automatic renewal to charge the payment method. */
  readonly attempts: readonly number[];
  /** Reminders of an open invoice, relative to its due date. The last reminder is final and contains the block date. */
  readonly remindersAfterDueDate: readonly number[];
  readonly warranty: WarrantyDays;
  readonly lifeCycle: LifeCycleDays;
}

/** Day offsets of renewal warranty, relative to the expiry that triggers it. */
export interface WarrantyDays {
  /** Last day of the hold: until then there is no fee, block or interruption. */
  readonly holdEnd: number;
  /** Maximum number of unpaid periods on credit. */
  readonly maxOpenPeriods: number;
  readonly notices: readonly number[];
  /** First possible day of the block. */
  readonly blockFrom: number;
  /** The number of days from the block to the termination. */
  readonly terminationAfterBlock: number;
}

/** Day offsets of the life cycle without warranty, relative to the expiry. */
export interface LifeCycleDays {
  readonly block: number;
  readonly termination: number;
  readonly purge: number;
}

/** Minimum number of days between the final warning and the block. */
export const finalWarningDays = 5;

/** The default plan of each interval. */
export const dueDays: Readonly<Record<Interval, DueDays>> = {
  yearly: {
    noticesByHand: [-60, -30, -14, -7, -1],
    noticesWithoutMethod: [-60, -30],
    noticesWithMethod: [-30],
    attempts: [-14, -9, -4, -1],
    remindersAfterDueDate: [1, 5, 10],
    warranty: {
      holdEnd: 280,
      maxOpenPeriods: 1,
      notices: [0, 30, 120, 210, 250, 266, 275],
      blockFrom: 281,
      terminationAfterBlock: 30,
    },
    lifeCycle: { block: 15, termination: 45, purge: 75 },
  },
  monthly: {
    noticesByHand: [-3],
    noticesWithoutMethod: [-3],
    noticesWithMethod: [],
    attempts: [-3, -1],
    remindersAfterDueDate: [1, 3],
    warranty: {
      holdEnd: 90,
      maxOpenPeriods: 3,
      notices: [0, 15, 45, 75, 85],
      blockFrom: 91,
      terminationAfterBlock: 30,
    },
    lifeCycle: { block: 8, termination: 37, purge: 67 },
  },
};

/** A step of a plan with its day offset and the resulting date. */
export interface DatedStep {
  readonly day: number;
  readonly date: LocalDate;
}

/** Converts day offsets to dates. Offset 0 is the day `from`. */
export function datedSteps(from: LocalDate, days: readonly number[]): DatedStep[] {
  return days.map((day) => ({ day, date: addDays(from, day) }));
}

export type RenewalMode = 'by_hand' | 'automatic' | 'automatic_without_method';

/** All notices before the expiry, including notices in the past. */
export function renewalNotices(expiry: LocalDate, interval: Interval, mode: RenewalMode): DatedStep[] {
  const { noticesByHand, noticesWithMethod, noticesWithoutMethod } = dueDays[interval];
  return datedSteps(
    expiry,
    { by_hand: noticesByHand, automatic: noticesWithMethod, automatic_without_method: noticesWithoutMethod }[mode],
  );
}

/**
 * The attempts of an automatic renewal that was switched on on the day `switchedOn`. When attempts were missed before
 * `switchedOn`, the last missed attempt is made on `switchedOn` and keeps its day offset. No attempt is on or after the
 * expiry.
 */
export function renewalAttempts(expiry: LocalDate, interval: Interval, switchedOn: LocalDate): DatedStep[] {
  if (switchedOn >= expiry) return [];
  const attempts = datedSteps(expiry, dueDays[interval].attempts);
  const remainingAttempts = attempts.filter(({ date }) => date >= switchedOn);
  const hasMissedAttempts = remainingAttempts.length < attempts.length;
  if (!hasMissedAttempts || remainingAttempts[0]?.date === switchedOn) return remainingAttempts;
  const lastMissedAttempt = attempts[attempts.length - remainingAttempts.length - 1]!;
  return [{ day: lastMissedAttempt.day, date: switchedOn }, ...remainingAttempts];
}

/** Reminders of an open invoice. The last reminder is final. */
export function dueDateReminders(dueDate: LocalDate, interval: Interval): (DatedStep & { isFinal: boolean })[] {
  const days = dueDays[interval].remindersAfterDueDate;
  return datedSteps(dueDate, days).map((step, index) => ({ ...step, isFinal: index === days.length - 1 }));
}

/** The plan of a renewal warranty when no payment arrives. */
export interface WarrantyPlan {
  readonly notices: readonly DatedStep[];
  readonly heldUntil: LocalDate;
  readonly blockedFrom: LocalDate;
  readonly terminationDate: LocalDate;
}

/** Computes the plan of a renewal warranty that triggers at the expiry. `heldUntil` is the last day of the hold. */
export function warrantyPlan(expiry: LocalDate, interval: Interval, calendar: BankCalendar): WarrantyPlan {
  const { notices, holdEnd, blockFrom, terminationAfterBlock } = dueDays[interval].warranty;
  const blockedFrom = blockDayOnOrAfter(addDays(expiry, blockFrom), calendar);
  return {
    notices: datedSteps(expiry, notices),
    heldUntil: addDays(expiry, holdEnd),
    blockedFrom,
    terminationDate: addDays(blockedFrom, terminationAfterBlock),
  };
}

/** The plan of a product that expired without warranty and without payment. */
export interface LifeCyclePlan {
  /** Last day on which the final warning can be sent without moving the block. */
  readonly finalWarningBy: LocalDate;
  readonly blockDate: LocalDate;
  readonly terminationDate: LocalDate;
  readonly purgeDate: LocalDate;
}

/**
 * Computes the plan of a product without warranty. A late final warning moves the block, the termination and the purge.
 * Otherwise the termination and the purge depend on the expiry only.
 */
export function lifeCyclePlan(
  expiry: LocalDate,
  interval: Interval,
  calendar: BankCalendar,
  finalWarningSent?: LocalDate,
): LifeCyclePlan {
  const days = dueDays[interval].lifeCycle;
  const plannedBlock = blockDayOnOrAfter(addDays(expiry, days.block), calendar);
  const earliestBlockAfterWarning =
    finalWarningSent === undefined
      ? plannedBlock
      : blockDayOnOrAfter(addDays(finalWarningSent, finalWarningDays), calendar);
  const isWarningLate = earliestBlockAfterWarning > plannedBlock;
  const blockDate = isWarningLate ? earliestBlockAfterWarning : plannedBlock;
  // After a late warning, the later steps keep their planned distance to the block instead of to the expiry.
  const countStart = isWarningLate ? addDays(blockDate, -days.block) : expiry;
  return {
    finalWarningBy: addDays(blockDate, -finalWarningDays),
    blockDate,
    terminationDate: addDays(countStart, days.termination),
    purgeDate: addDays(countStart, days.purge),
  };
}
