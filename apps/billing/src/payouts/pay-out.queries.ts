import { listPaymentFiles, listPayOuts, type OutgoingPaymentStatus } from '@cordee/contracts/billing/pay-out';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { instantOf, uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller } from '@nestjs/common';
import type * as z from 'zod';

interface OutgoingRow {
  id: string;
  purpose: 'pay_out' | 'refund' | 'return';
  currency: Currency;
  amount: string;
  creditor_name: string;
  creditor_iban: string;
  document_id: string | null;
  status: z.output<typeof OutgoingPaymentStatus>;
  created_at: string;
}

interface FileRow {
  id: string;
  message_id: string;
  created_at: string;
  payments: string;
  sums: { amount: number; currency: string }[];
}

@Controller()
export class PayOutQueries {
  @Handles(listPayOuts)
  async listPayOuts(
    { organizationId, limit, cursor }: Input<typeof listPayOuts>,
    { em }: QueryContext,
  ): Promise<Output<typeof listPayOuts>> {
    const beforeId = uuidOrNull(readCursor(idSchema('pay'), cursor));
    const payments = await em.execute<OutgoingRow[]>(
      `select id, purpose, currency, amount, creditor_name, creditor_iban, document_id, status, created_at
       from outgoing_payment where organization_id = ? and (?::uuid is null or id < ?::uuid)
       order by id desc limit ?`,
      [toUuid(organizationId), beforeId, beforeId, limit + 1],
    );
    const { rows, nextCursor } = cutPage(payments, limit, ({ id }) => toId('pay', id));
    return {
      data: rows.map((row) => ({
        id: toId('pay', row.id),
        purpose: row.purpose,
        amount: { amount: Number(row.amount), currency: row.currency },
        creditorName: row.creditor_name,
        creditorIban: row.creditor_iban,
        documentId: row.document_id,
        status: row.status,
        orderedAt: instantOf(row.created_at),
      })),
      nextCursor,
    };
  }

  @Handles(listPaymentFiles)
  async listPaymentFiles(
    { limit, cursor }: Input<typeof listPaymentFiles>,
    { em }: QueryContext,
  ): Promise<Output<typeof listPaymentFiles>> {
    const beforeId = uuidOrNull(readCursor(idSchema('bkf'), cursor));
    const files = await em.execute<FileRow[]>(
      `select file.id, file.message_id, file.created_at, content.payments, content.sums
       from payment_file file, lateral (
         select sum(payments) as payments,
                json_agg(json_build_object('amount', amount, 'currency', currency) order by currency) as sums
         from (
           select currency, count(*) as payments, sum(amount) as amount from outgoing_payment
           where payment_file_id = file.id group by currency
         ) by_currency
       ) content
       where ?::uuid is null or file.id < ?::uuid order by file.id desc limit ?`,
      [beforeId, beforeId, limit + 1],
    );
    const { rows, nextCursor } = cutPage(files, limit, ({ id }) => toId('bkf', id));
    return {
      data: rows.map((row) => ({
        id: toId('bkf', row.id),
        messageId: row.message_id,
        createdAt: instantOf(row.created_at),
        payments: Number(row.payments),
        sums: row.sums,
      })),
      nextCursor,
    };
  }
}
