import type { SuspenseResolution } from '@cordee/contracts/billing/suspense';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { Currency } from '@cordee/contracts/values';
import { idOrNull, instantOf } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

/** A row of the table `suspense_resolution`. */
export interface ResolutionRow {
  kind: z.output<typeof SuspenseResolution>['kind'];
  organization_id: string | null;
  document_id: string | null;
  payment_id: string | null;
  reason: string;
  resolved_by: string;
  resolved_at: string;
  /** The request for this decision. */
  request: object;
}

export const viewResolution = (row: ResolutionRow): z.output<typeof SuspenseResolution> => ({
  kind: row.kind,
  organizationId: idOrNull('org', row.organization_id),
  documentId: row.document_id as `inv_${string}` | null,
  paymentId: idOrNull('pay', row.payment_id),
  reason: row.reason,
  resolvedBy: toId('acc', row.resolved_by),
  resolvedAt: instantOf(row.resolved_at),
});

/** Money in a ledger account that belongs to no organization. */
export interface BookedMoney {
  readonly account: 'suspense' | 'clearing';
  /** The account of the seller; undefined for money in suspense. */
  readonly bankAccount?: string | undefined;
  /** Minor units; negative for a debit. */
  readonly amount: number;
  readonly currency: string;
}

/** Returns a currency in which products are sold. Throws SUSPENSE_CURRENCY_NOT_SOLD. */
export function soldCurrencyOf(text: string): Currency {
  const currency = Currency.safeParse(text);
  if (currency.success) return currency.data;
  throw new DomainError('SUSPENSE_CURRENCY_NOT_SOLD', {
    detail: `no product is sold in ${text}: return the money to its payer, or write it off`,
  });
}

/** A booking that staff assigns, returns or writes off. Its money is in suspense or, for a total, in clearing. */
export interface SuspenseBooking {
  readonly id: `bkg_${string}`;
  readonly valueDate: string | null;
  readonly reference: string | null;
  readonly text: string;
  readonly debtorName: string | null;
  readonly debtorIban: string | null;
  /** Undefined when the bank file has no readable amount. */
  readonly bookedMoney: BookedMoney | undefined;
  /** True when the bank took a payment back. */
  readonly isReversal: boolean;
  /** Undefined while the booking is open. */
  readonly resolution: z.output<typeof SuspenseResolution> | undefined;
  /** The request for the resolution. */
  readonly request: object | undefined;
}

/**
 * Reads a booking that is in suspense or resolved, or the total of an entry that only the account statement contains.
 * Throws SUSPENSE_NOT_FOUND, also when the bank has reversed the booking, or when the booking was a returned pay-out.
 */
export async function readSuspenseBooking(em: EntityManager, id: `bkg_${string}`): Promise<SuspenseBooking> {
  const [row] = await em.execute<
    {
      value_on: string | null;
      reference: string | null;
      text: string;
      debtor_name: string | null;
      debtor_iban: string | null;
      is_settled: boolean;
      booked_money: BookedMoney | null;
      is_reversal: boolean;
      resolution: ResolutionRow | null;
    }[]
  >(
    `select value_on::text, reference, text, debtor_name, debtor_iban, is_reversal, to_json(resolution) as resolution,
            exists (select from ledger_booking where reverses = booking.id)
              or status = 'suspense' and exists (
                select from outgoing_payment_movement where statement_booking_id = booking.id
              ) as is_settled,
            -- When both accounts have an entry, the money is in suspense.
            (
              select json_strip_nulls(json_build_object(
                'account', account, 'bankAccount', bank_account, 'amount', -amount, 'currency', currency
              ))
              from ledger_entry where booking_id = booking.id and account in ('suspense', 'clearing')
              order by account desc limit 1
            ) as booked_money
     from bank_booking booking
     left join suspense_resolution resolution on resolution.booking_id = booking.id
     where booking.id = ? and (
       status = 'suspense' or resolution.booking_id is not null or exists (
         select from clearing_entry entry
         where entry.booking_id = booking.id and report = '053' and is_awaited and cleared_at is null
       )
     )`,
    [toUuid(id)],
  );
  if (!row || row.is_settled) throw new DomainError('SUSPENSE_NOT_FOUND');
  return {
    id,
    valueDate: row.value_on,
    reference: row.reference,
    text: row.text,
    debtorName: row.debtor_name,
    debtorIban: row.debtor_iban,
    bookedMoney: row.booked_money ?? undefined,
    isReversal: row.is_reversal,
    resolution: row.resolution ? viewResolution(row.resolution) : undefined,
    request: row.resolution?.request,
  };
}
