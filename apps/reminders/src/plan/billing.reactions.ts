import { invoiceIssued, invoicePaid, proFormaIssued } from '@cordee/contracts/billing/document';
import { prepaidCredited } from '@cordee/contracts/billing/prepaid';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { bankDayOnOrAfter } from '@cordee/calendar/business-day';
import { dueDateReminders } from '@cordee/calendar/due-plan';
import { instantAt } from '@cordee/calendar/local-date';
import { Consumes, type ReactionContext } from '@cordee/service/handles';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { RemindersConfig } from '../config.ts';
import { debtKinds, dropReminders, planReminders } from './reminder.ts';

/** The hour of the day, in the seller's zone, at which reminders go out. */
export const SEND_TIME = '08:00';

@Controller()
export class BillingReactions {
  constructor(
    @Inject(CONFIG) private readonly config: RemindersConfig,
    @Inject(Jobs) private readonly jobs: Jobs,
  ) {}

  @Consumes(proFormaIssued)
  async announceProForma({ data }: CloudEvent<EventData<typeof proFormaIssued>>, { em, now, afterCommit }: ReactionContext): Promise<void> {
    await planReminders(em, now, [{ organizationId: data.organizationId, kind: 'pro_forma', subjectId: data.documentId, occasion: '', level: 'now', dueAt: now }]);
    afterCommit(() => this.jobs.wake());
  }

  /** Dunning of an open invoice. One that renewal warranty holds gets the notices of the warranty only (WAR-3). */
  @Consumes(invoiceIssued)
  async planDunning({ data }: CloudEvent<EventData<typeof invoiceIssued>>, { em, now }: ReactionContext): Promise<void> {
    if (data.isPaid || data.heldUntil !== null) return;
    const { SELLER_ZONE: zone, SELLER_BANK_CALENDAR: calendar } = this.config;
    await planReminders(em, now, dueDateReminders(data.dueOn, data.interval ?? 'yearly').map(({ day, date, isFinal }) => ({
      organizationId: data.organizationId, kind: isFinal ? ('invoice_final_reminder' as const) : ('invoice_reminder' as const), subjectId: data.documentId, occasion: data.dueOn, level: `D+${day}`,
      dueAt: new Date(instantAt(bankDayOnOrAfter(date, calendar), SEND_TIME, zone)),
    })));
  }

  @Consumes(invoicePaid)
  async settle({ data }: CloudEvent<EventData<typeof invoicePaid>>, { em, now, afterCommit }: ReactionContext): Promise<void> {
    const { organizationId, documentId } = data;
    await em.execute(`insert into settled_debt (organization_id, document_id) values (?, ?) on conflict do nothing`, [toUuid(organizationId), documentId]);
    await dropReminders(em, organizationId, documentId, debtKinds, 'paid');
    await planReminders(em, now, [{ organizationId, kind: 'receipt', subjectId: documentId, occasion: data.paidOn, level: 'now', dueAt: now }]);
    afterCommit(() => this.jobs.wake());
  }

  @Consumes(prepaidCredited)
  async tellPrepaid({ data }: CloudEvent<EventData<typeof prepaidCredited>>, { em, now, afterCommit }: ReactionContext): Promise<void> {
    const { organizationId, bookingId, amount, reason } = data;
    await planReminders(em, now, [{ organizationId, kind: 'prepaid_credited', subjectId: bookingId, occasion: '', level: 'now', facts: { amount, reason }, dueAt: now }]);
    afterCommit(() => this.jobs.wake());
  }
}
