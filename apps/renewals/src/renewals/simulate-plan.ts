import { dueDays, lifeCyclePlan, renewalAttempts, warrantyPlan } from '@cordee/calendar/due-plan';
import type { BankCalendar } from '@cordee/calendar/bank-holidays';
import { addDays, type LocalDate } from '@cordee/calendar/local-date';
import type { Renewal } from './renewal.entity.ts';

export interface PlannedStep {
  on: LocalDate;
  what: 'automatic_attempt' | 'renewed_on_credit' | 'expired' | 'blocked' | 'terminated' | 'purged' | 'hold_ends';
  text: string;
}

/** What happens to a product on which date if nothing is paid from today (WAR-4). */
export function simulatePlan(renewal: Pick<Renewal, 'periodEnd' | 'interval' | 'isAutomatic' | 'isWarranted' | 'automaticSince' | 'periodStart'>, openPeriods: number, today: LocalDate, calendar: BankCalendar): PlannedStep[] {
  const { periodEnd, interval } = renewal;
  const attempts = renewal.isAutomatic ? renewalAttempts(periodEnd, interval, renewal.automaticSince ?? renewal.periodStart) : [];
  const steps: PlannedStep[] = attempts.map(({ date }, index) => ({ on: date, what: 'automatic_attempt', text: index === 0 ? 'first attempt to renew automatically' : 'next attempt to renew automatically' }));
  if (renewal.isWarranted && openPeriods < dueDays[interval].warranty.openPeriods) {
    const plan = warrantyPlan(periodEnd, interval, calendar);
    steps.push(
      { on: periodEnd, what: 'renewed_on_credit', text: 'renewal warranty renews the product on credit: an invoice is issued, nothing is interrupted' },
      { on: addDays(plan.heldUntil, 1), what: 'hold_ends', text: `the debt is no longer held` },
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
