import { invoicePaid, invoiceReopened } from '@cordee/contracts/billing/document-events';
import { invoiceCredited } from '@cordee/contracts/billing/credit-note';
import { periodsPaid } from '@cordee/contracts/billing/renewal-pro-forma';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { productCreated } from '@cordee/contracts/products/product';
import { productReceived } from '@cordee/contracts/products/transfer-events';
import { localDateIn } from '@cordee/calendar/local-date';
import { firstPeriod } from '@cordee/calendar/period';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { CONFIG } from '@cordee/service/service-host';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import type { Currency } from '@cordee/contracts/values';
import type { RenewalsConfig } from '../config.ts';
import { recordPeriod } from './record-period.ts';
import { Renewal } from './renewal.entity.ts';

@Controller()
export class RenewalReactions {
  constructor(@Inject(CONFIG) private readonly config: RenewalsConfig) {}

  @Consumes(productCreated)
  async startFirstPeriod(
    { data }: CloudEvent<EventData<typeof productCreated>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const { organizationId, productId, type, name, interval, periodStart, isAutomaticRenewal, isWarranted } = data;
    const { end: periodEnd } = firstPeriod({ anchor: periodStart, interval });
    const renewal = em.create(Renewal, {
      organizationId,
      productId,
      type,
      name,
      interval,
      currency: data.currency as Currency,
      anchor: periodStart,
      periodStart,
      periodEnd,
      isAutomatic: isAutomaticRenewal,
      automaticSince: isAutomaticRenewal ? periodStart : null,
      isWarranted,
      failures: 0,
      createdAt: now,
    });
    renewal.planNextStep();
    const invoiceId = null; // The event of the product does not contain the invoice of its order.
    await publish(renewal.startedEvent('ordered', invoiceId));
    await recordPeriod(em, renewal, 'ordered', invoiceId, now);
  }

  /**
   * Creates the renewal of a transferred product. The paid period continues, without automatic renewal and renewal
   * warranty (PROD-5). The row of the paid period remains in the organization that paid it.
   */
  @Consumes(productReceived)
  async attachRenewal(
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
    else renewal.planNextStep();
    const invoiceId = null; // A transfer issues no invoice.
    await publish(renewal.startedEvent('transferred', invoiceId));
  }

  /**
   * Starts the periods that a customer paid with a pro forma. Skips a period that does not follow the current period,
   * because a charge has already started the period, and a product without a renewal, because the product left the
   * organization just before the payment.
   */
  @Consumes(periodsPaid)
  async startPaidPeriods(
    { data: { organizationId, invoiceId, periods } }: CloudEvent<EventData<typeof periodsPaid>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const renewals = await em.find(
      Renewal,
      { organizationId, productId: { $in: periods.map(({ productId }) => productId) } },
      { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { productId: 'asc' } },
    );
    for (const renewal of renewals) {
      const period = periods.find(({ productId }) => productId === renewal.productId)!;
      if (renewal.nextPeriod().start !== period.periodStart) continue;
      await publish(renewal.startNextPeriod('manual', invoiceId));
      await recordPeriod(em, renewal, 'manual', invoiceId, now);
    }
  }

  /** Ends the renewal of the products that a credit note ends. */
  @Consumes(invoiceCredited)
  async endRenewals(
    { data: { organizationId, productIds, productsEndOn } }: CloudEvent<EventData<typeof invoiceCredited>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    if (productsEndOn === null) return;
    const renewals = await em.find(
      Renewal,
      { organizationId, productId: { $in: productIds } },
      { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { productId: 'asc' } },
    );
    const today = localDateIn(this.config.SELLER_ZONE, now);
    await publish(renewals.flatMap((renewal) => renewal.end(productsEndOn, today)));
  }

  /** Stores that an invoice is paid, which ends the debt of a period on credit. */
  @Consumes(invoicePaid)
  async markInvoicePaid(
    { data: { organizationId, documentId } }: CloudEvent<EventData<typeof invoicePaid>>,
    { em }: ReactionContext,
  ): Promise<void> {
    if (!isInvoice(documentId)) return;
    await em.execute(`insert into paid_invoice (organization_id, invoice_id) values (?, ?) on conflict do nothing`, [
      toUuid(organizationId),
      toUuid(documentId),
    ]);
  }

  /** Deletes the row of an invoice whose payment was reversed: its period on credit is a debt again. */
  @Consumes(invoiceReopened)
  async markInvoiceOpen(
    { data: { organizationId, documentId } }: CloudEvent<EventData<typeof invoiceReopened>>,
    { em }: ReactionContext,
  ): Promise<void> {
    if (!isInvoice(documentId)) return;
    await em.execute(`delete from paid_invoice where organization_id = ? and invoice_id = ?`, [
      toUuid(organizationId),
      toUuid(documentId),
    ]);
  }
}

/** True for an invoice. Other documents, such as a pro forma, are never the debt of a period on credit. */
const isInvoice = (documentId: string): boolean => documentId.startsWith('inv_');
