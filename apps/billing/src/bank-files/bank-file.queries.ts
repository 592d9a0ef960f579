import { listBankBookings } from '@cordee/contracts/billing/bank-file';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import { idOrNull, uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller } from '@nestjs/common';
import type { BookingStatus } from './recorded-booking.ts';

interface BookingRow {
  id: string;
  account: string | null;
  status: BookingStatus;
  direction: 'credit' | 'debit';
  amount_text: string;
  value_on: string | null;
  reference: string | null;
  text: string;
  debtor_name: string | null;
  debtor_iban: string | null;
  organization_id: string | null;
  reason: string | null;
  detail: string | null;
  entries: { account: string; amount: number; currency: string; documentId: string | null }[];
}

@Controller()
export class BankFileQueries {
  @Handles(listBankBookings)
  async listBankBookings(
    { bankFileId, limit, cursor }: Input<typeof listBankBookings>,
    { em }: QueryContext,
  ): Promise<Output<typeof listBankBookings>> {
    const previousPageEnd = uuidOrNull(readCursor(idSchema('bkg'), cursor));
    const bookings = await em.execute<(BookingRow | { id: null })[]>(
      `select booking.* from bank_file left join lateral (
         select id, account, status, direction, amount_text, value_on::text, reference, text, debtor_name, debtor_iban,
                organization_id, reason, detail, position, coalesce((
                  select json_agg(json_build_object(
                    'account', entry.account, 'amount', amount, 'currency', currency, 'documentId', document_id
                  ) order by entry.position)
                  from ledger_entry entry where entry.booking_id = bank_booking.id
                ), '[]') as entries
         from bank_booking
         where bank_file_id = bank_file.id
           and (?::uuid is null or position > (select position from bank_booking where id = ?))
         order by position limit ?
       ) booking on true
       where bank_file.id = ? order by booking.position`,
      [previousPageEnd, previousPageEnd, limit + 1, toUuid(bankFileId)],
    );
    if (bookings.length === 0) throw new DomainError('BANK_FILE_NOT_FOUND');
    const { rows, nextCursor } = cutPage(
      bookings.flatMap((row) => (row.id === null ? [] : [row])),
      limit,
      ({ id }) => toId('bkg', id),
    );
    return {
      data: rows.map((row) => ({
        bookingId: toId('bkg', row.id),
        account: row.account,
        status: row.status,
        direction: row.direction,
        amountText: row.amount_text,
        valueDate: row.value_on,
        reference: row.reference,
        text: row.text,
        debtorName: row.debtor_name,
        debtorIban: row.debtor_iban,
        organizationId: idOrNull('org', row.organization_id),
        reason: row.reason,
        detail: row.detail,
        entries: row.entries,
      })),
      nextCursor,
    };
  }
}
