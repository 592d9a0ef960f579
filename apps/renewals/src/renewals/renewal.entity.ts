import { dueDays, lifeCyclePlan, renewalAttempts, warrantyPlan } from '@cordee/calendar/due-plan';
import type { BankCalendar } from '@cordee/calendar/bank-holidays';
import { nextPeriod, type Period } from '@cordee/calendar/period';
import type { LocalDate } from '@cordee/calendar/local-date';
import {
  automaticRenewalFailed,
  automaticRenewalSwitched,
  periodStarted,
  renewalDetached,
  warrantySwitched,
  warrantyTriggered,
  type RenewalTerms,
} from '@cordee/contracts/renewals/renewal';
import type { Currency, MoneyValue } from '@cordee/contracts/values';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { nextTry } from './back-off.ts';

export type HowRenewed = 'ordered' | 'automatic' | 'warranty' | 'manual' | 'transferred';
/** What a day makes due: an attempt to charge, or the end of the paid period. */
export type Step = { kind: 'attempt' | 'expiry'; on: LocalDate };

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
    isAutomatic: p.boolean(),
    automaticSince: p.date().nullable(),
    isWarranted: p.boolean(),
    lastAttemptOn: p.date().nullable(),
    nextStepOn: p.date().nullable(),
    nextTryAt: p.datetime().nullable(),
    failures: p.integer(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

/** How one product goes on after the period that is paid for. */
export class Renewal extends RenewalSchema.class {
  /** The next thing that time makes due, seen from the state; a day that has passed is due at once. Undefined after an expiry that nobody covered, and while it waits after a failure. */
  step(now: Date): Step | undefined {
    if (this.nextStepOn == null || (this.nextTryAt != null && this.nextTryAt > now)) return undefined;
    return { kind: this.nextStepOn === this.nextAttempt() ? 'attempt' : 'expiry', on: this.nextStepOn };
  }

  /** The days on which automatic renewal still attempts to charge in this period. */
  attempts(): LocalDate[] {
    if (!this.isAutomatic) return [];
    const days = renewalAttempts(this.periodEnd, this.interval, this.automaticSince ?? this.periodStart).map(
      ({ date }) => date,
    );
    return days.filter((day) => this.lastAttemptOn == null || day > this.lastAttemptOn);
  }

  nextAttempt(): LocalDate | undefined {
    return this.attempts()[0];
  }

  plan(): void {
    this.nextStepOn = this.nextAttempt() ?? this.periodEnd;
    this.nextTryAt = null;
    this.failures = 0;
  }

  /** The step could not be taken: it comes again after a while, later each time. */
  tryLater(now: Date): void {
    this.nextTryAt = nextTry(now, this.failures);
    this.failures += 1;
  }

  next(): Period {
    return nextPeriod(
      { anchor: this.anchor, interval: this.interval },
      { start: this.periodStart, end: this.periodEnd },
    );
  }

  /** A further period is paid for, or on credit. */
  goOn(how: HowRenewed, invoiceId: `inv_${string}` | null): DomainEvent<typeof periodStarted> {
    const { start, end } = this.next();
    this.periodStart = start;
    this.periodEnd = end;
    this.lastAttemptOn = null;
    this.plan();
    return this.started(how, invoiceId);
  }

  started(how: HowRenewed, invoiceId: `inv_${string}` | null): DomainEvent<typeof periodStarted> {
    return domainEvent(periodStarted, { ...this.period(), how, invoiceId, isAutomatic: this.isAutomatic });
  }

  /** The attempt of a day was declined: the next one is on its own day. */
  declined(on: LocalDate, reason: string, amount: MoneyValue | null): DomainEvent<typeof automaticRenewalFailed> {
    this.lastAttemptOn = on;
    this.plan();
    return this.failed(on, reason, amount);
  }

  failed(on: LocalDate, reason: string, amount: MoneyValue | null): DomainEvent<typeof automaticRenewalFailed> {
    return domainEvent(automaticRenewalFailed, {
      ...this.period(),
      attemptOn: on,
      reason,
      nextAttemptOn: this.nextAttempt() ?? null,
      amount,
    });
  }

  /** Whether renewal warranty covers the next period, with so many periods on credit already (WAR-2). */
  isCoveredByWarranty(openPeriods: number): boolean {
    return this.isWarranted && openPeriods < dueDays[this.interval].warranty.openPeriods;
  }

  heldUntil(calendar: BankCalendar): LocalDate {
    return warrantyPlan(this.periodEnd, this.interval, calendar).heldUntil;
  }

  /** The end of the grace time, if nothing covers the product. */
  blockedOn(calendar: BankCalendar): LocalDate {
    return lifeCyclePlan(this.periodEnd, this.interval, calendar).blocked;
  }

  /** The credit is given; `this` is already in the new period. */
  warrantyTriggered(invoiceId: `inv_${string}`, heldUntil: LocalDate): DomainEvent<typeof warrantyTriggered> {
    return domainEvent(warrantyTriggered, { ...this.period(), invoiceId, heldUntil });
  }

  /** Nobody paid and nothing covers it: the product has expired. */
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
    if (!this.hasExpired()) this.plan();
    return domainEvent(automaticRenewalSwitched, { ...this.period(), isOn });
  }

  switchWarranty(isOn: boolean): DomainEvent<typeof warrantySwitched> | undefined {
    if (this.isWarranted === isOn) return undefined;
    this.isWarranted = isOn;
    return domainEvent(warrantySwitched, { ...this.period(), isOn });
  }

  /** What moves with the product to whoever has it next (PROD-5). */
  terms(): RenewalTerms {
    const { interval, currency, anchor, periodStart, periodEnd } = this;
    return { interval, currency, anchor, periodStart, periodEnd, hasExpired: this.hasExpired() };
  }

  detached(transferId: `trf_${string}`): DomainEvent<typeof renewalDetached> {
    return domainEvent(renewalDetached, { ...this.period(), transferId });
  }

  private period() {
    const { organizationId, productId, name, type, interval, periodStart, periodEnd } = this;
    return { organizationId, productId, name, type, interval, periodStart, periodEnd };
  }
}
RenewalSchema.setClass(Renewal);
