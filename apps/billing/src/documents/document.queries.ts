import { getPaymentDetails, getDocument, listDocuments } from '@cordee/contracts/billing/document';
import { exportDocuments } from '@cordee/contracts/billing/document-download';
import type { Input, Output } from '@cordee/contracts/contract';
import type { MoneyValue } from '@cordee/contracts/values';
import { instantOrNull, sqlArray } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import { CSV_CONTENT_TYPE } from '../csv/csv-row.ts';
import { readPrepaidBalances } from '../ledger/prepaid-balance.ts';
import { Seller } from '../seller/seller.ts';
import { DocumentSortKey } from './document-filter.ts';
import { readCsvPage } from './read-csv-page.ts';
import { readDocumentPage } from './read-document-page.ts';
import { readDocument, viewDocument } from './stored-document.ts';
import { toLine } from './stored-lines.ts';

@Controller()
export class DocumentQueries {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(listDocuments)
  async listDocuments(
    input: Input<typeof listDocuments>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof listDocuments>> {
    const { documents, sums, nextCursor } = await readDocumentPage(em, input, this.seller.today(now));
    return {
      data: documents.map((document) => viewDocument(document, document.lines.map(toLine))),
      nextCursor,
      sums: sums.map(({ currency, ...amounts }) => {
        const toMoney = (amount: string): MoneyValue => ({ amount: Number(amount), currency });
        return {
          currency,
          net: toMoney(amounts.net),
          vat: toMoney(amounts.vat),
          total: toMoney(amounts.total),
          open: toMoney(amounts.open),
          overdue: toMoney(amounts.overdue),
        };
      }),
    };
  }

  @Handles(exportDocuments)
  async exportDocuments(
    { format, cursor, ...filter }: Input<typeof exportDocuments>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof exportDocuments>> {
    const after = readCursor(DocumentSortKey, cursor);
    const { text, next } = await readCsvPage(em, filter, { today: this.seller.today(now), format, after });
    return {
      name: 'documents.csv',
      contentType: CSV_CONTENT_TYPE,
      bytes: Buffer.from(text, 'utf8').toString('base64'),
      nextCursor: next ? writeCursor(next) : null,
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
    const [{ row, lines }, coverages, balances] = await Promise.all([
      readDocument(em, organizationId, documentId, this.seller.today(now)),
      em.execute<{ account: string; covers_until: string | null; gap_after: string | null }[]>(
        `select account,
                (select max(covers_until) from bank_file where accounts is null or account = any(accounts))
                  as covers_until,
                (select min(gap_after)::text from bank_statement
                 where bank_statement.account = own.account and gap_after is not null and accepted_at is null)
                  as gap_after
         from unnest(?::text[]) as own (account)`,
        [sqlArray(this.seller.ibans)],
      ),
      readPrepaidBalances(em, organizationId),
    ]);
    // Documents of an earlier configuration may name an account that the seller no longer has.
    const account = this.seller.ownAccount(row.seller.iban) ?? this.seller.accountFor(row.currency).iban;
    const coverage = coverages.find((each) => each.account === account);
    const document = viewDocument(row, lines);
    // A pro forma is not a debt.
    const isOpenDebt = document.kind === 'invoice' && document.open.amount > 0;
    const balance = balances.get(document.open.currency) ?? 0;
    return {
      document,
      iban: Seller.ibanFor(row.seller, row.reference),
      reference: row.reference,
      paymentsKnownUntil: this.seller.paymentsKnownUntil(instantOrNull(coverage!.covers_until), coverage!.gap_after),
      isCoveredByPrepaid: isOpenDebt && balance >= document.open.amount,
    };
  }
}
