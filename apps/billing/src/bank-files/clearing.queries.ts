import { listStatementGaps, listUncleared } from '@cordee/contracts/billing/bank-file';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema, toId } from '@cordee/contracts/id';
import { money } from '@cordee/money/money';
import { idOrNull, uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import { Seller } from '../seller/seller.ts';
import { toMoneyValue } from './recorded-booking.ts';
import { GapKey, readGaps } from './statement-continuity.ts';

interface ClearingRow {
  id: string;
  report: '053' | '054';
  account: string;
  currency: string;
  amount: string;
  value_on: string;
  reference: string | null;
  bank_file_id: string;
  booking_id: string | null;
}

@Controller()
export class ClearingQueries {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(listStatementGaps)
  async listStatementGaps(
    { limit, cursor }: Input<typeof listStatementGaps>,
    { em }: QueryContext,
  ): Promise<Output<typeof listStatementGaps>> {
    const gaps = await readGaps(em, { limit: limit + 1, afterKey: readCursor(GapKey, cursor) });
    const { rows, nextCursor } = cutPage(gaps, limit, ({ after, account, currency }) => [after, account, currency]);
    return { data: rows, nextCursor };
  }

  @Handles(listUncleared)
  async listUncleared(
    { limit, cursor }: Input<typeof listUncleared>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof listUncleared>> {
    const previousPageEnd = uuidOrNull(readCursor(idSchema('bkg'), cursor));
    const entries = await em.execute<ClearingRow[]>(
      `select id, report, account, currency, amount, value_on::text, reference, bank_file_id, booking_id
       from clearing_entry
       where cleared_at is null and is_awaited and value_on <= ? and (?::uuid is null or id > ?)
       order by id limit ?`,
      [this.seller.clearingDeadline(now), previousPageEnd, previousPageEnd, limit + 1],
    );
    const { rows, nextCursor } = cutPage(entries, limit, ({ id }) => toId('bkg', id));
    return {
      data: rows.map((row) => {
        // The amount of a notification is stored with the opposite sign, so that cleared entries add up to zero.
        const amount = Number(row.amount) * (row.report === '053' ? 1 : -1);
        return {
          report: row.report,
          account: row.account,
          amount: toMoneyValue(money(Math.abs(amount), row.currency)),
          direction: amount > 0 ? 'credit' : 'debit',
          valueDate: row.value_on,
          reference: row.reference,
          bankFileId: toId('bkf', row.bank_file_id),
          bookingId: idOrNull('bkg', row.booking_id),
        };
      }),
      nextCursor,
    };
  }
}
