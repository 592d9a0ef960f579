import { exportJournal, LedgerAccountName, listJournalAccounts } from '@cordee/contracts/billing/journal';
import type { Input, Output } from '@cordee/contracts/contract';
import { inputError } from '@cordee/contracts/input-error';
import { Currency, Instant } from '@cordee/contracts/values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor, writeCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import * as z from 'zod';
import { CSV_CONTENT_TYPE } from '../csv/csv-row.ts';
import { Seller } from '../seller/seller.ts';
import { readJournalPage } from './read-journal-page.ts';

const JournalCursor = z.tuple([Instant, z.uuid(), z.uuid()]);
/** The ledger account and the currency of the last row of a page; an empty currency stands for all. */
const AccountCursor = z.tuple([LedgerAccountName, z.union([z.literal(''), Currency])]);

type AccountRow = Output<typeof listJournalAccounts>['data'][number] & { currency: Currency | null };

@Controller()
export class JournalQueries {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(exportJournal)
  async exportJournal(
    { from, to, format, cursor }: Input<typeof exportJournal>,
    { em }: QueryContext,
  ): Promise<Output<typeof exportJournal>> {
    if (to < from) throw inputError('JOURNAL_PERIOD_INVALID', '/to', 'is before /from');
    const after = readCursor(JournalCursor, cursor);
    const { text, next } = await readJournalPage(em, this.seller.periodOfDays(from, to), { format, after });
    return {
      name: `journal-${from}-${to}.csv`,
      contentType: CSV_CONTENT_TYPE,
      bytes: Buffer.from(text, 'utf8').toString('base64'),
      nextCursor: next ? writeCursor(next) : null,
    };
  }

  @Handles(listJournalAccounts)
  async listJournalAccounts(
    { limit, cursor }: Input<typeof listJournalAccounts>,
    { em }: QueryContext,
  ): Promise<Output<typeof listJournalAccounts>> {
    const [account, currency] = readCursor(AccountCursor, cursor) ?? [null, null];
    const rows = await em.execute<AccountRow[]>(
      `select account, currency, number as "accountNumber", name from journal_account
       where ?::text is null or (account, coalesce(currency, '')) > (?, ?)
       order by account, coalesce(currency, '') limit ?`,
      [account, account, currency, limit + 1],
    );
    const page = cutPage(rows, limit, (row) => [row.account, row.currency ?? '']);
    return { data: page.rows, nextCursor: page.nextCursor };
  }
}
