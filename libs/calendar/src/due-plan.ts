import type { Interval } from './anchor.ts';
import type { BankCalendar } from './bank-holidays.ts';
import { blockDayOnOrAfter } from './business-day.ts';
import { addDays, type LocalDate } from './local-date.ts';

/** Days of a plan for one interval. All are counted from expiry, negative before it, unless the name says otherwise. */
export interface DueDays {
  /** Notices to who renews by hand. */
  readonly noticesByHand: readonly number[];
  /** Notices when automatic renewal is on but no method would be charged: somebody has to act. */
  readonly noticesWithoutMethod: readonly number[];
  /** The one notice when automatic renewal is on and a method is valid; a monthly charge is announced by its receipt alone. */
  readonly noticesWithMethod: readonly number[];
  /** Attempts of automatic renewal. */
  readonly attempts: readonly number[];
  /** Reminders after the due date of an open invoice, counted from that date; the last one is final and names the block date. */
  readonly remindersAfterDueDate: readonly number[];
  readonly warranty: WarrantyDays;
  readonly lifeCycle: LifeCycleDays;
}

/** Days of renewal warranty, counted from the expiry at which it triggers. */
export interface WarrantyDays {
  /** How long the debt is held: no fee, no block, no interruption. */
  readonly held: number;
  /** Most periods on credit at the same time. */
  readonly openPeriods: number;
  readonly notices: readonly number[];
  /** First day on which a block is possible. */
  readonly blockFrom: number;
  /** Counted from the block. */
  readonly terminationAfterBlock: number;
}

/** Days of the life cycle without warranty. */
export interface LifeCycleDays {
  readonly blocked: number;
  readonly terminated: number;
  readonly purged: number;
}

/** A block needs its final warning at least so many days before. */
export const finalWarningDays = 5;

/** The default plan; organizations adjust it within limits, countries and buyer kinds have their own rows. */
export const dueDays: Readonly<Record<Interval, DueDays>> = {
  yearly: {
    noticesByHand: [-60, -30, -14, -7, -1],
    noticesWithoutMethod: [-60, -30],
    noticesWithMethod: [-30],
    attempts: [-14, -9, -4, -1],
    remindersAfterDueDate: [1, 5, 10],
    warranty: {
      held: 280,
      openPeriods: 1,
      notices: [0, 30, 120, 210, 250, 266, 275],
      blockFrom: 281,
      terminationAfterBlock: 30,
    },
    lifeCycle: { blocked: 15, terminated: 45, purged: 75 },
  },
  monthly: {
    noticesByHand: [-3],
    noticesWithoutMethod: [-3],
    noticesWithMethod: [],
    attempts: [-3, -1],
    remindersAfterDueDate: [1, 3],
    warranty: { held: 90, openPeriods: 3, notices: [0, 15, 45, 75, 85], blockFrom: 91, terminationAfterBlock: 30 },
    lifeCycle: { blocked: 8, terminated: 37, purged: 67 },
  },
};

/** A row of a dated plan. `day` is its offset from the date it was counted from. */
export interface DatedStep {
  readonly day: number;
  readonly date: LocalDate;
}

/** Dates of offsets from a day. */
export function datedSteps(from: LocalDate, days: readonly number[]): DatedStep[] {
  return days.map((day) => ({ day, date: addDays(from, day) }));
}

/** How a product is to be renewed, for {@link renewalNotices}. */
export type RenewalMode = 'by_hand' | 'automatic' | 'automatic_without_method';

/** Notices before expiry, all of them; those before today are the caller's to leave out. */
export function renewalNotices(expiry: LocalDate, interval: Interval, mode: RenewalMode): DatedStep[] {
  const { noticesByHand, noticesWithMethod, noticesWithoutMethod } = dueDays[interval];
  return datedSteps(
    expiry,
    { by_hand: noticesByHand, automatic: noticesWithMethod, automatic_without_method: noticesWithoutMethod }[mode],
  );
}

/**
 * Attempts of automatic renewal that are still to come on a day. Switched on inside the window, the first one is that day itself,
 * in place of those that were missed; none from expiry on.
 */
export function renewalAttempts(expiry: LocalDate, interval: Interval, switchedOn: LocalDate): DatedStep[] {
  const all = datedSteps(expiry, dueDays[interval].attempts);
  const ahead = all.filter(({ date }) => date >= switchedOn);
  const isInsideWindow = switchedOn < expiry && ahead.length < all.length;
  if (!isInsideWindow || ahead[0]?.date === switchedOn) return switchedOn < expiry ? ahead : [];
  const missed = all[all.length - ahead.length - 1]!;
  return [{ day: missed.day, date: switchedOn }, ...ahead];
}

/** Reminders of an open invoice; the last one is final. */
export function dueDateReminders(dueDate: LocalDate, interval: Interval): (DatedStep & { isFinal: boolean })[] {
  const days = dueDays[interval].remindersAfterDueDate;
  return datedSteps(dueDate, days).map((step, index) => ({ ...step, isFinal: index === days.length - 1 }));
}

/** The dated plan of a renewal warranty that triggers at the expiry, if nothing is paid. */
export interface WarrantyPlan {
  readonly notices: readonly DatedStep[];
  readonly heldUntil: LocalDate;
  readonly blocked: LocalDate;
  readonly terminated: LocalDate;
}

/** What happens on which date under renewal warranty. `heldUntil` is the last day without consequences. */
export function warrantyPlan(expiry: LocalDate, interval: Interval, calendar: BankCalendar): WarrantyPlan {
  const { notices, held, blockFrom, terminationAfterBlock } = dueDays[interval].warranty;
  const blocked = blockDayOnOrAfter(addDays(expiry, blockFrom), calendar);
  return {
    notices: datedSteps(expiry, notices),
    heldUntil: addDays(expiry, held),
    blocked,
    terminated: addDays(blocked, terminationAfterBlock),
  };
}

/** The dated plan of a product that expired without warranty, if nothing is paid. */
export interface LifeCyclePlan {
  /** Last day on which the final warning still allows the block on its date. */
  readonly finalWarningBy: LocalDate;
  readonly blocked: LocalDate;
  readonly terminated: LocalDate;
  readonly purged: LocalDate;
}

/**
 * What happens on which date without warranty. A final warning that went out late moves the block, and what follows it keeps at least
 * its distance from the planned block; otherwise termination and purge stay on their days after expiry.
 */
export function lifeCyclePlan(
  expiry: LocalDate,
  interval: Interval,
  calendar: BankCalendar,
  finalWarningSent?: LocalDate,
): LifeCyclePlan {
  const days = dueDays[interval].lifeCycle;
  const planned = blockDayOnOrAfter(addDays(expiry, days.blocked), calendar);
  const warned =
    finalWarningSent === undefined ? planned : blockDayOnOrAfter(addDays(finalWarningSent, finalWarningDays), calendar);
  const isLate = warned > planned;
  const blocked = isLate ? warned : planned;
  const from = isLate ? addDays(blocked, -days.blocked) : expiry;
  return {
    finalWarningBy: addDays(blocked, -finalWarningDays),
    blocked,
    terminated: addDays(from, days.terminated),
    purged: addDays(from, days.purged),
  };
}
