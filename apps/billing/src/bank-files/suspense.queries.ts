import { listSuspense, suggestSuspense } from '@cordee/contracts/billing/suspense';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema, toId } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import { Seller } from '../seller/seller.ts';
import { suggestOrganizations } from './suggest-suspense.ts';
import { viewResolution, type ResolutionRow } from './suspense-booking.ts';

interface SuspenseRow {
  id: string;
  bank_file_id: string;
  amount: string | null;
  currency: Currency | null;
  amount_text: string;
  direction: 'credit' | 'debit';
  value_on: string | null;
  reason: string | null;
  detail: string | null;
  reference: string | null;
  text: string;
  debtor_name: string | null;
  debtor_iban: string | null;
  resolution: ResolutionRow | null;
}

@Controller()
export class SuspenseQueries {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(listSuspense)
  async listSuspense(
    { limit, cursor, state }: Input<typeof listSuspense>,
    { em }: QueryContext,
  ): Promise<Output<typeof listSuspense>> {
    const previousPageEnd = uuidOrNull(readCursor(idSchema('bkg'), cursor));
    // A resolved booking may also be a total that only the account statement contained; a total has no reason.
    const conditionSql =
      state === 'open'
        ? `status = 'suspense' and resolution.booking_id is null
           and not exists (select from ledger_booking reversal where reversal.reverses = booking.id)
           and not exists (select from outgoing_payment_movement where statement_booking_id = booking.id)`
        : `resolution.booking_id is not null`;
    const bookings = await em.execute<SuspenseRow[]>(
      `select id, bank_file_id, amount, currency, amount_text, direction, value_on::text, booking.reason, detail,
              reference, text, debtor_name, debtor_iban, to_json(resolution) as resolution
       from bank_booking booking
       left join suspense_resolution resolution on resolution.booking_id = booking.id
       where (?::uuid is null or id < ?) and ${conditionSql}
       order by id desc limit ?`,
      [previousPageEnd, previousPageEnd, limit + 1],
    );
    const { rows, nextCursor } = cutPage(bookings, limit, ({ id }) => toId('bkg', id));
    return {
      data: rows.map((row) => ({
        bookingId: toId('bkg', row.id),
        bankFileId: toId('bkf', row.bank_file_id),
        amount: row.amount !== null && row.currency ? { amount: Number(row.amount), currency: row.currency } : null,
        amountText: row.amount_text,
        direction: row.direction,
        valueDate: row.value_on,
        reason: row.reason ?? 'uncleared',
        detail: row.detail ?? '',
        reference: row.reference,
        text: row.text,
        debtorName: row.debtor_name,
        debtorIban: row.debtor_iban,
        resolution: row.resolution && viewResolution(row.resolution),
      })),
      nextCursor,
    };
  }

  @Handles(suggestSuspense)
  async suggestSuspense(
    { bookingId }: Input<typeof suggestSuspense>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof suggestSuspense>> {
    return { suggestions: await suggestOrganizations(em, bookingId, this.seller.today(now)) };
  }
}
