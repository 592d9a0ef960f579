import { lifeCyclePlan, warrantyPlan } from '@cordee/calendar/due-plan';
import type { BankCalendar } from '@cordee/calendar/bank-holidays';
import { addDays, type LocalDate } from '@cordee/calendar/local-date';
import type { Renewal } from './renewal.entity.ts';

export interface PlannedStep {
  on: LocalDate;
  what: 'automatic_attempt' | 'renewed_on_credit' | 'expired' | 'blocked' | 'terminated' | 'purged' | 'hold_ends';
  text: string;
}

/** What happens to a product on which date if nothing is paid from today (WAR-4). */
export function simulatePlan(
  renewal: Renewal,
  openPeriods: number,
  today: LocalDate,
  calendar: BankCalendar,
): PlannedStep[] {
  const { periodEnd, interval } = renewal;
  const isFirst = renewal.lastAttemptOn == null;
  const steps: PlannedStep[] = renewal.attempts().map((on, index) => ({
    on,
    what: 'automatic_attempt',
    text: isFirst && index === 0 ? 'first attempt to renew automatically' : 'next attempt to renew automatically',
  }));
  // What has expired is not covered any more (C-REN-17).
  if (!renewal.hasExpired() && renewal.isCoveredByWarranty(openPeriods)) {
    const plan = warrantyPlan(periodEnd, interval, calendar);
    steps.push(
      {
        on: periodEnd,
        what: 'renewed_on_credit',
        text: 'renewal warranty renews the product on credit: an invoice is issued, nothing is interrupted',
      },
      { on: addDays(plan.heldUntil, 1), what: 'hold_ends', text: 'the debt is no longer held' },
      { on: plan.blocked, what: 'blocked', text: 'the product is blocked' },
      { on: plan.terminated, what: 'terminated', text: 'the product is terminated' },
    );
  } else {
    const plan = lifeCyclePlan(periodEnd, interval, calendar);
    steps.push(
      { on: periodEnd, what: 'expired', text: 'the paid period ends; the product goes on for a grace time' },
      { on: plan.blocked, what: 'blocked', text: 'the product is blocked' },
      { on: plan.terminated, what: 'terminated', text: 'the product is terminated' },
      { on: plan.purged, what: 'purged', text: 'what is in it is deleted' },
    );
  }
  return steps.filter(({ on }) => on >= today);
}
