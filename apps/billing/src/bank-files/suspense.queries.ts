import { listSuspense } from '@cordee/contracts/billing/bank-file';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema, toId } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import { Controller } from '@nestjs/common';

interface SuspenseRow {
  id: string;
  bank_file_id: string;
  amount: string | null;
  currency: Currency | null;
  amount_text: string;
  value_on: string | null;
  reason: string;
  detail: string;
  reference: string | null;
  text: string;
  debtor_name: string | null;
  debtor_iban: string | null;
}

@Controller()
export class SuspenseQueries {
  @Handles(listSuspense)
  async listSuspense(
    { limit, cursor }: Input<typeof listSuspense>,
    { em }: QueryContext,
  ): Promise<Output<typeof listSuspense>> {
    const previousPageEnd = uuidOrNull(readCursor(idSchema('bkg'), cursor));
    // One row more than the page, to find out whether a next page exists.
    const rows = await em.execute<SuspenseRow[]>(
      `select id, bank_file_id, amount, currency, amount_text, value_on::text, reason, detail, reference, text,
              debtor_name, debtor_iban
       from bank_booking where status = 'suspense' and (?::uuid is null or id < ?)
         and not exists (select from ledger_booking reversal where reversal.reverses = bank_booking.id)
       order by id desc limit ?`,
      [previousPageEnd, previousPageEnd, limit + 1],
    );
    const page = rows.slice(0, limit);
    return {
      data: page.map((row) => ({
        bookingId: toId('bkg', row.id),
        bankFileId: toId('bkf', row.bank_file_id),
        amount: row.amount !== null && row.currency ? { amount: Number(row.amount), currency: row.currency } : null,
        amountText: row.amount_text,
        valueDate: row.value_on,
        reason: row.reason,
        detail: row.detail,
        reference: row.reference,
        text: row.text,
        debtorName: row.debtor_name,
        debtorIban: row.debtor_iban,
      })),
      nextCursor: rows.length > limit ? writeCursor(toId('bkg', page.at(-1)!.id)) : null,
    };
  }
}
