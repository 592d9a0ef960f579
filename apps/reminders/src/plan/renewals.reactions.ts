import {
  automaticRenewalFailed,
  automaticRenewalSwitched,
  periodStarted,
  renewalEnded,
  warrantyTriggered,
} from '@cordee/contracts/renewals/renewal';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { renewalNotices, warrantyPlan } from '@cordee/calendar/due-plan';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { RemindersConfig } from '../config.ts';
import {
  dropReminders,
  planReminders,
  renewalKinds,
  sendingTime,
  renewalModeReasons,
  type PlannedReminder,
} from './reminder.ts';
import { planImmediateReminders } from './plan-immediate-reminders.ts';

type Period = Pick<EventData<typeof periodStarted>, 'organizationId' | 'productId' | 'name' | 'interval' | 'periodEnd'>;

@Controller()
export class RenewalsReactions {
  constructor(
    @Inject(CONFIG) private readonly config: RemindersConfig,
    @Inject(Jobs) private readonly jobs: Jobs,
  ) {}

  @Consumes(periodStarted)
  async planNotices({ data }: CloudEvent<EventData<typeof periodStarted>>, context: ReactionContext): Promise<void> {
    await this.replaceNotices(data, data.isAutomatic, 'renewed', context);
  }

  @Consumes(automaticRenewalSwitched)
  async replanNotices(
    { data }: CloudEvent<EventData<typeof automaticRenewalSwitched>>,
    context: ReactionContext,
  ): Promise<void> {
    await this.replaceNotices(data, data.isOn, data.isOn ? renewalModeReasons.on : renewalModeReasons.off, context);
  }

  /** A product that ends is not renewed, so nobody is asked to renew it. */
  @Consumes(renewalEnded)
  async dropNotices(
    { data: { organizationId, productId } }: CloudEvent<EventData<typeof renewalEnded>>,
    { em }: ReactionContext,
  ): Promise<void> {
    await dropReminders(em, organizationId, productId, renewalKinds, 'the product ends');
  }

  @Consumes(automaticRenewalFailed)
  async planFailureNotice(
    { data }: CloudEvent<EventData<typeof automaticRenewalFailed>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, productId, name, periodEnd, attemptOn, reason, nextAttemptOn, amount } = data;
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'automatic_renewal_failed',
      subjectId: productId,
      occasion: periodEnd,
      // The date of the attempt is the level, so each failed attempt causes its own notice.
      level: attemptOn,
      payload: { product: name, due: periodEnd, next: nextAttemptOn, ...(amount ? { amount } : { refusal: reason }) },
    });
  }

  /** Plans the warranty notices of an invoice, from the first day of the period (WAR-3). */
  @Consumes(warrantyTriggered)
  async planWarrantyNotices(
    { data }: CloudEvent<EventData<typeof warrantyTriggered>>,
    { em, now, afterCommit }: ReactionContext,
  ): Promise<void> {
    const { organizationId, invoiceId, name, interval, periodStart, heldUntil } = data;
    const { SELLER_ZONE: zone, SELLER_BANK_CALENDAR: calendar } = this.config;
    const { notices, blockedFrom } = warrantyPlan(periodStart, interval, calendar);
    await planReminders(
      em,
      now,
      notices.map(({ day, date }) => ({
        organizationId,
        kind: 'warranty_notice' as const,
        subjectId: invoiceId,
        occasion: periodStart,
        // The day offset from the start of the period, for example `day 30`.
        level: `day ${day}`,
        payload: { product: name, heldUntil, blockedFrom },
        dueAt: sendingTime(date, zone),
      })),
    );
    // The first notice may be due already.
    afterCommit(() => this.jobs.wake());
  }

  /**
   * Replaces the notices before the end of a period by the notices of the renewal mode. Past notices are not planned.
   */
  private async replaceNotices(
    period: Period,
    isAutomatic: boolean,
    dropReason: string,
    { em, now }: ReactionContext,
  ): Promise<void> {
    const { organizationId, productId, name, interval, periodEnd } = period;
    await dropReminders(em, organizationId, productId, renewalKinds, dropReason);
    const notices = renewalNotices(periodEnd, interval, isAutomatic ? 'automatic' : 'by_hand').map(
      ({ day, date }): PlannedReminder => ({
        organizationId,
        kind: isAutomatic ? 'automatic_renewal_notice' : 'renewal_notice',
        subjectId: productId,
        occasion: periodEnd,
        // The day offset from the end of the period, for example `D-30`.
        level: `D${day}`,
        payload: { product: name, due: periodEnd },
        dueAt: sendingTime(date, this.config.SELLER_ZONE),
      }),
    );
    await planReminders(
      em,
      now,
      notices.filter(({ dueAt }) => dueAt >= now),
    );
  }
}
