import {
  invoiceIssued,
  invoicePaid,
  invoicePartPaid,
  invoiceReopened,
  proFormaIssued,
} from '@cordee/contracts/billing/document-events';
import { documentExportFinished } from '@cordee/contracts/billing/document-export';
import { invoiceCredited, invoiceWrittenOff } from '@cordee/contracts/billing/credit-note';
import { prepaidCredited } from '@cordee/contracts/billing/prepaid';
import { receiptIssued } from '@cordee/contracts/billing/receipt';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { bankDayOnOrAfter } from '@cordee/calendar/business-day';
import { dueDateReminders } from '@cordee/calendar/due-plan';
import type { Interval } from '@cordee/calendar/anchor';
import { addDays, localDateIn, type LocalDate } from '@cordee/calendar/local-date';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { RemindersConfig } from '../config.ts';
import {
  debtKinds,
  dropReminders,
  PAID_REASON,
  planReminders,
  resumeWarrantyNotices,
  sendingTime,
  type PlannedReminder,
} from './reminder.ts';
import { planImmediateReminders } from './plan-immediate-reminders.ts';

@Controller()
export class BillingReactions {
  constructor(
    @Inject(CONFIG) private readonly config: RemindersConfig,
    @Inject(Jobs) private readonly jobs: Jobs,
  ) {}

  @Consumes(proFormaIssued)
  async planProFormaNotice(
    { data }: CloudEvent<EventData<typeof proFormaIssued>>,
    context: ReactionContext,
  ): Promise<void> {
    await planImmediateReminders(this.jobs, context, {
      organizationId: data.organizationId,
      kind: 'pro_forma',
      subjectId: data.documentId,
    });
  }

  /**
   * Plans the delivery and the reminders of an open invoice. An invoice that the renewal warranty holds gets only the
   * notices of the warranty (WAR-3).
   */
  @Consumes(invoiceIssued)
  async planDunning({ data }: CloudEvent<EventData<typeof invoiceIssued>>, context: ReactionContext): Promise<void> {
    // A paid invoice is delivered by the mail about its payment.
    if (data.isPaid) return;
    await this.planDelivery(context, data.organizationId, data.documentId);
    if (data.heldUntil !== null) return;
    const { em, now } = context;
    await planReminders(em, now, this.dunningReminders(data, { countFrom: data.dueOn, occasion: data.dueOn }));
  }

  /** Ends the reminders of a paid invoice and plans the mail about its payment. */
  @Consumes(invoicePaid)
  async endPaidDunning({ data }: CloudEvent<EventData<typeof invoicePaid>>, context: ReactionContext): Promise<void> {
    const { organizationId, documentId } = data;
    await this.endDunning(context, data, PAID_REASON);
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'receipt',
      subjectId: documentId,
      occasion: data.paidOn,
    });
  }

  /** Plans the mail about a part payment, with the received amount and the amount that is still open (PAY-3). */
  @Consumes(invoicePartPaid)
  async planPartPaymentNotice(
    { data, id }: CloudEvent<EventData<typeof invoicePartPaid>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, documentId, amount, shortfall, paidOn } = data;
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'invoice_part_paid',
      subjectId: documentId,
      // Each payment has its own notice.
      occasion: id,
      payload: {
        amount: { ...amount, amount: amount.amount - (shortfall?.amount.amount ?? 0) },
        valueDate: paidOn,
      },
    });
  }

  /** Plans the delivery of a credit note. A credit note that leaves nothing open ends the reminders of the invoice. */
  @Consumes(invoiceCredited)
  async endCreditedDunning(
    { data }: CloudEvent<EventData<typeof invoiceCredited>>,
    context: ReactionContext,
  ): Promise<void> {
    await this.planDelivery(context, data.organizationId, data.creditNoteId);
    if (data.open.amount === 0) await this.endDunning(context, data, 'the invoice is credited');
  }

  @Consumes(invoiceWrittenOff)
  async endWrittenOffDunning(
    { data }: CloudEvent<EventData<typeof invoiceWrittenOff>>,
    context: ReactionContext,
  ): Promise<void> {
    await this.endDunning(context, data, 'the invoice is written off');
  }

  /** Plans the mail to the person who requested an export by mail. */
  @Consumes(documentExportFinished)
  async planExportMail(
    { data }: CloudEvent<EventData<typeof documentExportFinished>>,
    context: ReactionContext,
  ): Promise<void> {
    if (data.delivery !== 'mail') return;
    await planImmediateReminders(this.jobs, context, {
      organizationId: data.organizationId,
      kind: 'document_export',
      subjectId: data.documentExportId,
      accountId: data.requestedBy,
    });
  }

  @Consumes(receiptIssued)
  async planReceiptDelivery(
    { data }: CloudEvent<EventData<typeof receiptIssued>>,
    context: ReactionContext,
  ): Promise<void> {
    await this.planDelivery(context, data.organizationId, data.bookingId);
  }

  /** Plans the mails to the mailboxes of the billing address (ADDR-1). */
  private planDelivery(context: ReactionContext, organizationId: `org_${string}`, subjectId: string): Promise<void> {
    return planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'document_delivery',
      subjectId,
    });
  }

  private async endDunning(
    { em }: ReactionContext,
    { organizationId, documentId }: { organizationId: `org_${string}`; documentId: string },
    reason: string,
  ): Promise<void> {
    // The statement that claims a message reads this table, so that no reminder of a settled debt is sent.
    await em.execute(`insert into paid_invoice (organization_id, document_id) values (?, ?) on conflict do nothing`, [
      toUuid(organizationId),
      documentId,
    ]);
    await dropReminders(em, organizationId, documentId, debtKinds, reason);
  }

  /**
   * A reversed payment reopens the invoice. The reminders start again, on the next day at the earliest. An invoice that
   * the renewal warranty still holds continues with the notices of the warranty (WAR-3).
   */
  @Consumes(invoiceReopened)
  async resumeDunning(
    { data, id }: CloudEvent<EventData<typeof invoiceReopened>>,
    { em, now }: ReactionContext,
  ): Promise<void> {
    const { organizationId, documentId, dueOn, heldUntil } = data;
    await em.execute(`delete from paid_invoice where organization_id = ? and document_id = ?`, [
      toUuid(organizationId),
      documentId,
    ]);
    const today = localDateIn(this.config.SELLER_ZONE, now);
    if (heldUntil !== null && heldUntil >= today) {
      await resumeWarrantyNotices(
        em,
        organizationId,
        documentId,
        sendingTime(addDays(today, 1), this.config.SELLER_ZONE),
      );
    } else {
      await planReminders(
        em,
        now,
        // The event id is a new occasion, because the reminders with the due date as the occasion exist already.
        this.dunningReminders(data, { countFrom: dueOn > today ? dueOn : today, occasion: id }),
      );
    }
  }

  @Consumes(prepaidCredited)
  async planPrepaidNotice(
    { data }: CloudEvent<EventData<typeof prepaidCredited>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, bookingId, amount, reason, documentId, valueDate } = data;
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'prepaid_credited',
      subjectId: bookingId,
      payload: { amount, reason, documentId, valueDate },
    });
  }

  private dunningReminders(
    debt: { organizationId: `org_${string}`; documentId: string; interval: Interval | null },
    { countFrom, occasion }: { countFrom: LocalDate; occasion: string },
  ): PlannedReminder[] {
    const { SELLER_ZONE: zone, SELLER_BANK_CALENDAR: calendar } = this.config;
    // An invoice without an interval gets the reminders of a yearly product.
    return dueDateReminders(countFrom, debt.interval ?? 'yearly').map(({ day, date, isFinal }) => ({
      organizationId: debt.organizationId,
      kind: isFinal ? 'invoice_final_reminder' : 'invoice_reminder',
      subjectId: debt.documentId,
      occasion,
      // The day offset from `countFrom`, for example `D+5`.
      level: `D+${day}`,
      dueAt: sendingTime(bankDayOnOrAfter(date, calendar), zone),
    }));
  }
}
