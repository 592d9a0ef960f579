import { invoicePaid, invoiceReopened } from '@cordee/contracts/billing/document';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { productCreated } from '@cordee/contracts/products/product';
import { productReceived } from '@cordee/contracts/products/transfer';
import { nthPeriod } from '@cordee/calendar/period';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import type { Currency } from '@cordee/contracts/values';
import { recordPeriod } from './record-period.ts';
import { Renewal } from './renewal.entity.ts';

@Controller()
export class RenewalReactions {
  @Consumes(productCreated)
  async startFirstPeriod(
    { data }: CloudEvent<EventData<typeof productCreated>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const { organizationId, productId, type, name, interval, periodStart, isAutomaticRenewal, isWarranted } = data;
    const { end } = nthPeriod({ anchor: periodStart, interval }, 0);
    const renewal = em.create(Renewal, {
      organizationId,
      productId,
      type,
      name,
      interval,
      currency: data.currency as Currency,
      anchor: periodStart,
      periodStart,
      periodEnd: end,
      isAutomatic: isAutomaticRenewal,
      automaticSince: isAutomaticRenewal ? periodStart : null,
      isWarranted,
      failures: 0,
      createdAt: now,
    });
    renewal.plan();
    await publish(renewal.started('ordered', null));
    await recordPeriod(em, renewal, 'ordered', null, now);
  }

  /**
   * The renewal of a product that came from another organization: its paid period goes on here, and nothing renews it by itself (PROD-5).
   * The period stays on record where it was paid.
   */
  @Consumes(productReceived)
  async takeOver(
    { data }: CloudEvent<EventData<typeof productReceived>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const { organizationId, productId, type, name } = data;
    const { hasExpired, ...terms } = data.renewal;
    const renewal = em.create(Renewal, {
      ...terms,
      organizationId,
      productId,
      type,
      name,
      isAutomatic: false,
      automaticSince: null,
      isWarranted: false,
      failures: 0,
      createdAt: now,
    });
    if (hasExpired) renewal.expire();
    else renewal.plan();
    await publish(renewal.started('transferred', null));
  }

  /** A period that was renewed on credit is a debt until its invoice is paid. */
  @Consumes(invoicePaid)
  async settleCredit(
    { data: { organizationId, documentId } }: CloudEvent<EventData<typeof invoicePaid>>,
    { em }: ReactionContext,
  ): Promise<void> {
    if (!isInvoice(documentId)) return;
    await em.execute(`insert into settled_invoice (organization_id, invoice_id) values (?, ?) on conflict do nothing`, [
      toUuid(organizationId),
      toUuid(documentId),
    ]);
  }

  @Consumes(invoiceReopened)
  async owesAgain(
    { data: { organizationId, documentId } }: CloudEvent<EventData<typeof invoiceReopened>>,
    { em }: ReactionContext,
  ): Promise<void> {
    if (!isInvoice(documentId)) return;
    await em.execute(`delete from settled_invoice where organization_id = ? and invoice_id = ?`, [
      toUuid(organizationId),
      toUuid(documentId),
    ]);
  }
}

const isInvoice = (documentId: string): boolean => documentId.startsWith('inv_');
