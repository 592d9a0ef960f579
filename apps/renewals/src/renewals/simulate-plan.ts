import { lifeCyclePlan, warrantyPlan } from '@cordee/calendar/due-plan';
import type { BankCalendar } from '@cordee/calendar/bank-holidays';
import { addDays, type LocalDate } from '@cordee/calendar/local-date';
import type { Renewal } from './renewal.entity.ts';

interface PlannedStep {
  on: LocalDate;
  step: 'automatic_attempt' | 'renewed_on_credit' | 'expired' | 'blocked' | 'terminated' | 'purged' | 'hold_ends';
  text: string;
}

/** The future steps of a product if the customer pays nothing from today on (WAR-4). */
export function simulatePlan(
  renewal: Renewal,
  openPeriods: number,
  today: LocalDate,
  calendar: BankCalendar,
): PlannedStep[] {
  const { periodEnd, interval } = renewal;
  const hasNoAttemptYet = renewal.lastAttemptOn == null;
  const steps: PlannedStep[] = renewal.remainingAttempts().map((on, index) => ({
    on,
    step: 'automatic_attempt',
    text:
      hasNoAttemptYet && index === 0 ? 'first attempt to renew automatically' : 'next attempt to renew automatically',
  }));
  // Renewal warranty does not cover an expired product (C-REN-17).
  if (!renewal.hasExpired() && renewal.isCoveredByWarranty(openPeriods)) {
    const plan = warrantyPlan(periodEnd, interval, calendar);
    steps.push(
      {
        on: periodEnd,
        step: 'renewed_on_credit',
        text: 'renewal warranty renews the product on credit: an invoice is issued and the service continues',
      },
      // `heldUntil` is the last day of the hold.
      { on: addDays(plan.heldUntil, 1), step: 'hold_ends', text: 'the hold of the debt ends' },
      { on: plan.blockedFrom, step: 'blocked', text: 'the product is blocked' },
      { on: plan.terminated, step: 'terminated', text: 'the product is terminated' },
    );
  } else {
    const plan = lifeCyclePlan(periodEnd, interval, calendar);
    steps.push(
      { on: periodEnd, step: 'expired', text: 'the paid period ends; the service continues during the grace time' },
      { on: plan.blocked, step: 'blocked', text: 'the product is blocked' },
      { on: plan.terminated, step: 'terminated', text: 'the product is terminated' },
      { on: plan.purged, step: 'purged', text: 'the content of the product is deleted' },
    );
  }
  return steps.filter(({ on }) => on >= today);
}
