import { lifeCyclePlan, warrantyPlan } from '@cordee/calendar/due-plan';
import type { BankCalendar } from '@cordee/calendar/bank-holidays';
import { addDays, type LocalDate } from '@cordee/calendar/local-date';
import type { Locale } from '@cordee/contracts/values';
import type { Renewal } from './renewal.entity.ts';
import { simulationTexts } from './simulation-texts.ts';

interface PlannedStep {
  on: LocalDate;
  step: 'automatic_attempt' | 'renewed_on_credit' | 'expired' | 'blocked' | 'terminated' | 'purged' | 'hold_ends';
  text: string;
}

/** The future steps of a product if the customer pays nothing from today on (WAR-4). */
export function simulatePlan(
  renewal: Renewal,
  openPeriodCount: number,
  today: LocalDate,
  calendar: BankCalendar,
  language: Locale,
): PlannedStep[] {
  const texts = simulationTexts[language];
  const { periodEnd, interval } = renewal;
  const expiresOn = renewal.expiresOn();
  const hasNoAttemptYet = renewal.lastAttemptOn == null;
  const steps: PlannedStep[] = renewal.remainingAttempts().map((on, index) => ({
    on,
    step: 'automatic_attempt',
    text: hasNoAttemptYet && index === 0 ? texts.first_automatic_attempt : texts.next_automatic_attempt,
  }));
  // Renewal warranty does not cover an expired product.
  if (!renewal.hasExpired() && renewal.isCoveredByWarranty(openPeriodCount)) {
    const plan = warrantyPlan(periodEnd, interval, calendar);
    steps.push(
      {
        on: periodEnd,
        step: 'renewed_on_credit',
        text: texts.renewed_on_credit,
      },
      // `heldUntil` is the last day of the hold.
      { on: addDays(plan.heldUntil, 1), step: 'hold_ends', text: texts.hold_ends },
      { on: plan.blockedFrom, step: 'blocked', text: texts.blocked },
      { on: plan.terminationDate, step: 'terminated', text: texts.terminated },
    );
  } else {
    const plan = lifeCyclePlan(expiresOn, interval, calendar);
    steps.push(
      { on: expiresOn, step: 'expired', text: texts.expired },
      { on: plan.blockDate, step: 'blocked', text: texts.blocked },
      { on: plan.terminationDate, step: 'terminated', text: texts.terminated },
      { on: plan.purgeDate, step: 'purged', text: texts.purged },
    );
  }
  return steps.filter(({ on }) => on >= today);
}
