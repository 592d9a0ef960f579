import { dueDays, lifeCyclePlan, warrantyPlan } from '@cordee/calendar/due-plan';
import type { BankCalendar } from '@cordee/calendar/bank-holidays';
import { nextPeriod, type Period } from '@cordee/calendar/period';
import { addDays, type LocalDate } from '@cordee/calendar/local-date';
import {
  automaticRenewalFailed,
  automaticRenewalSwitched,
  periodStarted,
  renewalDetached,
  renewalEnded,
  warrantySwitched,
  warrantyTriggered,
  type RenewalTerms,
} from '@cordee/contracts/renewals/renewal';
import type { Currency, MoneyValue } from '@cordee/contracts/values';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { retryTime } from './retry-time.ts';
import { remainingAttempts } from './remaining-attempts.ts';

/**
 * How a period started. `transferred` occurs only in events: the period is already recorded for the organization that
 * paid it, so a transfer records no second row.
 */
export type PeriodOrigin = 'ordered' | 'automatic' | 'warranty' | 'manual' | 'transferred';
/** `attempt`: automatic renewal charges the prepaid account. `expiry`: the paid period ends. */
type RenewalStep = { kind: 'attempt' | 'expiry'; on: LocalDate };

export const RenewalSchema = defineEntity({
  name: 'Renewal',
  tableName: 'renewal',
  properties: {
    organizationId: idColumn('org').primary(),
    productId: idColumn('prd').primary(),
    type: p.string(),
    name: p.string(),
    interval: p.string().$type<'monthly' | 'yearly'>(),
    currency: p.string().$type<Currency>(),
    anchor: p.date(),
    periodStart: p.date(),
    periodEnd: p.date(),
    endsOn: p.date().nullable(),
    isAutomatic: p.boolean(),
    automaticSince: p.date().nullable(),
    isWarranted: p.boolean(),
    lastAttemptOn: p.date().nullable(),
    nextStepOn: p.date().nullable(),
    nextRetryAt: p.datetime().nullable(),
    failures: p.integer(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

/** The renewal of one product: its current period and the rules for the next period. */
export class Renewal extends RenewalSchema.class {
  /** The next step, which may be in the past. Undefined when the product has expired or the step waits for a retry. */
  nextStep(now: Date): RenewalStep | undefined {
    if (this.nextStepOn == null || (this.nextRetryAt != null && this.nextRetryAt > now)) return undefined;
    return { kind: this.nextStepOn === this.nextAttempt() ? 'attempt' : 'expiry', on: this.nextStepOn };
  }

  /** The days of this period on which automatic renewal still attempts a charge. */
  remainingAttempts(): LocalDate[] {
    return remainingAttempts(this);
  }

  nextAttempt(): LocalDate | undefined {
    return this.remainingAttempts()[0];
  }

  /** Plans the next attempt, or the expiry when no attempt remains. */
  planNextStep(): void {
    this.nextStepOn = this.nextAttempt() ?? this.expiresOn();
    this.nextRetryAt = null;
    this.failures = 0;
  }

  /** Schedules a retry of a failed step with increasing delay. */
  scheduleRetry(now: Date): void {
    this.nextRetryAt = retryTime(now, this.failures);
    this.failures += 1;
  }

  nextPeriod(): Period {
    return nextPeriod(
      { anchor: this.anchor, interval: this.interval },
      { start: this.periodStart, end: this.periodEnd },
    );
  }

  startNextPeriod(origin: PeriodOrigin, invoiceId: `inv_${string}` | null): DomainEvent<typeof periodStarted> {
    const { start, end } = this.nextPeriod();
    this.periodStart = start;
    this.periodEnd = end;
    this.lastAttemptOn = null;
    this.planNextStep();
    return this.startedEvent(origin, invoiceId);
  }

  startedEvent(origin: PeriodOrigin, invoiceId: `inv_${string}` | null): DomainEvent<typeof periodStarted> {
    return domainEvent(periodStarted, { ...this.eventFields(), how: origin, invoiceId, isAutomatic: this.isAutomatic });
  }

  /** Records that the charge of the day `attemptOn` was declined, and plans the next step. */
  decline(attemptOn: LocalDate, reason: string, amount: MoneyValue | null): DomainEvent<typeof automaticRenewalFailed> {
    this.lastAttemptOn = attemptOn;
    this.planNextStep();
    return this.failedEvent(attemptOn, reason, amount);
  }

  failedEvent(
    attemptOn: LocalDate,
    reason: string,
    amount: MoneyValue | null,
  ): DomainEvent<typeof automaticRenewalFailed> {
    return domainEvent(automaticRenewalFailed, {
      ...this.eventFields(),
      attemptOn,
      reason,
      nextAttemptOn: this.nextAttempt() ?? null,
      amount,
    });
  }

  /** True when renewal warranty covers the next period, given the number of unpaid periods on credit (WAR-2). */
  isCoveredByWarranty(openPeriodCount: number): boolean {
    return this.isWarranted && openPeriodCount < dueDays[this.interval].warranty.maxOpenPeriods;
  }

  /** The last day of the hold if renewal warranty starts the next period. Must be called before `startNextPeriod`. */
  heldUntil(calendar: BankCalendar): LocalDate {
    return warrantyPlan(this.periodEnd, this.interval, calendar).heldUntil;
  }

  /** The day after the grace time, on which a product without renewal is blocked. */
  blockedOn(calendar: BankCalendar): LocalDate {
    return lifeCyclePlan(this.periodEnd, this.interval, calendar).blockDate;
  }

  /** Must be called after `startNextPeriod`, because the event contains the new period. */
  warrantyTriggeredEvent(invoiceId: `inv_${string}`, heldUntil: LocalDate): DomainEvent<typeof warrantyTriggered> {
    return domainEvent(warrantyTriggered, { ...this.eventFields(), invoiceId, heldUntil });
  }

  /**
   * Marks the product as expired: no step is planned any more. Call this when the period has ended and neither a
   * payment nor renewal warranty covers the next period.
   */
  expire(): void {
    this.nextStepOn = null;
  }

  hasExpired(): boolean {
    return this.nextStepOn == null;
  }

  switchAutomatic(isOn: boolean, today: LocalDate): DomainEvent<typeof automaticRenewalSwitched> | undefined {
    if (this.isAutomatic === isOn) return undefined;
    this.isAutomatic = isOn;
    this.automaticSince = isOn ? today : null;
    if (!this.hasExpired()) this.planNextStep();
    return domainEvent(automaticRenewalSwitched, { ...this.eventFields(), isOn });
  }

  switchWarranty(isOn: boolean): DomainEvent<typeof warrantySwitched> | undefined {
    if (this.isWarranted === isOn) return undefined;
    this.isWarranted = isOn;
    return domainEvent(warrantySwitched, { ...this.eventFields(), isOn });
  }

  /**
   * Ends the renewal, because a credit note ends the product (PAY-5): switches automatic renewal and renewal warranty
   * off, and expires the product after its last day. An end never moves to a later day.
   */
  end(endsOn: LocalDate, today: LocalDate): DomainEvent[] {
    if (this.endsOn != null && this.endsOn <= endsOn) return [];
    this.endsOn = endsOn;
    const switchEvents = [this.switchAutomatic(false, today), this.switchWarranty(false)];
    if (!this.hasExpired()) this.planNextStep();
    const endedEvent = domainEvent(renewalEnded, { ...this.eventFields(), endsOn });
    return [...switchEvents.filter((event) => event !== undefined), endedEvent];
  }

  /** The first day without the product, when nothing renews it. */
  expiresOn(): LocalDate {
    const dayAfterEnd = this.endsOn == null ? undefined : addDays(this.endsOn, 1);
    return dayAfterEnd !== undefined && dayAfterEnd < this.periodEnd ? dayAfterEnd : this.periodEnd;
  }

  /** The terms that a transfer moves to the next organization (PROD-5). */
  terms(): RenewalTerms {
    const { interval, currency, anchor, periodStart, periodEnd } = this;
    return { interval, currency, anchor, periodStart, periodEnd, hasExpired: this.hasExpired() };
  }

  detachedEvent(transferId: `trf_${string}`): DomainEvent<typeof renewalDetached> {
    return domainEvent(renewalDetached, { ...this.eventFields(), transferId });
  }

  private eventFields() {
    const { organizationId, productId, name, type, interval, periodStart, periodEnd } = this;
    return { organizationId, productId, name, type, interval, periodStart, periodEnd };
  }
}
RenewalSchema.setClass(Renewal);
