import { getPaymentDetails, getDocument, listDocuments } from '@cordee/contracts/billing/document';
import type { Input, Output } from '@cordee/contracts/contract';
import type { Currency } from '@cordee/contracts/values';
import { instantOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import type * as z from 'zod';
import { prepaidBalance } from '../ledger/prepaid-balance.ts';
import { Seller } from '../seller/seller.ts';
import { DocumentSortKey, filteredDocuments } from './document-filter.ts';
import { readDocument, viewDocument, type StoredDocument } from './stored-document.ts';
import { readLinesOf } from './stored-lines.ts';

@Controller()
export class DocumentQueries {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(listDocuments)
  async listDocuments(
    { limit, cursor, ...filter }: Input<typeof listDocuments>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof listDocuments>> {
    const { sql, parameters } = filteredDocuments(filter, this.seller.today(now));
    const previousPageEnd = readCursor(DocumentSortKey, cursor);
    // One row more than the page, to find out whether a next page exists.
    const rows = await em.execute<StoredDocument[]>(
      `select * from (${sql}) page${previousPageEnd ? ' where (issued_on, id) < (?, ?)' : ''}
       order by issued_on desc, id desc limit ?`,
      [...parameters, ...(previousPageEnd ?? []), limit + 1],
    );
    const sums = await em.execute<{ currency: Currency; total: string; open: string }[]>(
      `select currency, sum(total) as total, sum(open_amount) as open
       from (${sql}) filtered group by currency order by currency`,
      parameters,
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const lines = await readLinesOf(
      em,
      filter.organizationId,
      page.map(({ id }) => id),
    );
    return {
      data: page.map((row) => viewDocument(row, lines.get(row.id) ?? [])),
      nextCursor:
        rows.length > limit && last
          ? writeCursor([last.issued_on, last.id] satisfies z.output<typeof DocumentSortKey>)
          : null,
      sums: sums.map(({ currency, total, open }) => ({
        currency,
        total: { amount: Number(total), currency },
        open: { amount: Number(open), currency },
      })),
    };
  }

  @Handles(getDocument)
  async getDocument(
    { organizationId, documentId }: Input<typeof getDocument>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getDocument>> {
    const { row, lines } = await readDocument(em, organizationId, documentId, this.seller.today(now));
    return viewDocument(row, lines);
  }

  @Handles(getPaymentDetails)
  async getPaymentDetails(
    { organizationId, documentId }: Input<typeof getPaymentDetails>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getPaymentDetails>> {
    const { row, lines } = await readDocument(em, organizationId, documentId, this.seller.today(now));
    const document = viewDocument(row, lines);
    const [newestFile] = await em.execute<{ covers_until: string | null }[]>(
      `select max(covers_until) as covers_until from bank_file`,
    );
    // A pro forma is not a debt.
    const isOpenDebt = document.kind === 'invoice' && document.open.amount > 0;
    return {
      document,
      iban: Seller.ibanFor(row.seller, row.reference),
      reference: row.reference,
      paymentsKnownUntil: instantOrNull(newestFile?.covers_until ?? null),
      isCoveredByPrepaid:
        isOpenDebt && (await prepaidBalance(em, organizationId, document.open.currency)) >= document.open.amount,
    };
  }
}
