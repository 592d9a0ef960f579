import { getPrepaid, getPrepaidSettings, type PrepaidReason } from '@cordee/contracts/billing/prepaid';
import type { Input, Output } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { instantOf } from '@cordee/service/database/sql-values';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { EntityManager } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import type * as z from 'zod';
import { findStandingOrderReference, findOrCreateStandingOrderReference } from './prepaid-account.ts';
import { readPrepaidBalances } from './prepaid-balance.ts';
import { readPrepaidSettings } from './prepaid-settings.ts';

const MAX_ENTRIES = 200;

interface EntryRow {
  id: string;
  booked_at: string;
  currency: Currency;
  amount: string;
  reason: z.output<typeof PrepaidReason>;
  document_id: string | null;
  receipt_number: string | null;
}

@Controller()
export class PrepaidQueries {
  constructor(@Inject(EntityManager) private readonly em: EntityManager) {}

  @Handles(getPrepaid)
  async getPrepaid(
    { organizationId }: Input<typeof getPrepaid>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getPrepaid>> {
    const [balances, entries, reference, settings] = await Promise.all([
      readPrepaidBalances(em, organizationId),
      readEntries(em, organizationId),
      findStandingOrderReference(em, organizationId),
      readPrepaidSettings(em, organizationId),
    ]);
    return {
      standingOrderReference: reference ?? (await this.createReference(organizationId, now)),
      settings,
      balances: [...balances].map(([currency, amount]) => ({ amount, currency })),
      entries: entries.map((row) => ({
        at: instantOf(row.booked_at),
        amount: { amount: Number(row.amount), currency: row.currency },
        reason: row.reason,
        bookingId: toId('bkg', row.id),
        documentId: row.document_id,
        receiptNumber: row.receipt_number,
      })),
    };
  }

  @Handles(getPrepaidSettings)
  async getPrepaidSettings(
    { organizationId }: Input<typeof getPrepaidSettings>,
    { em }: QueryContext,
  ): Promise<Output<typeof getPrepaidSettings>> {
    return readPrepaidSettings(em, organizationId);
  }

  /** A query only reads, so a missing prepaid account is created with its reference in a transaction of its own. */
  private createReference(organizationId: `org_${string}`, now: Date): Promise<string> {
    return this.em.fork().transactional(async (transaction) => {
      setTenantContext(transaction, { organizationId });
      return findOrCreateStandingOrderReference(transaction, organizationId, now);
    });
  }
}

/** Reads the newest entries of the prepaid account. In the ledger, a credit to prepaid is negative. */
const readEntries = (em: EntityManager, organizationId: `org_${string}`): Promise<EntryRow[]> =>
  em.execute<EntryRow[]>(
    `select booking.id, booking.booked_at, entry.currency, -entry.amount as amount,
            booking.reason, booking.document_id, receipt.number as receipt_number
     from ledger_entry entry
     join ledger_booking booking
       on booking.organization_id = entry.organization_id and booking.id = entry.booking_id
     left join receipt on receipt.organization_id = booking.organization_id and receipt.booking_id = booking.id
     where entry.organization_id = ? and entry.account = 'prepaid'
     order by booking.booked_at desc, booking.id desc limit ?`,
    [toUuid(organizationId), MAX_ENTRIES],
  );
