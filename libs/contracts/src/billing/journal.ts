import * as z from 'zod';
import { command, query } from '../contract.ts';
import { FilePage } from '../file.ts';
import { Currency, LocalDate, pageErrors, pageInput, page, text } from '../values.ts';
import { csvFormat } from './document-download.ts';

export const LedgerAccountName = z
  .enum([
    'bank',
    'clearing',
    'card',
    'outgoing',
    'prepaid',
    'reserved',
    'receivable',
    'revenue',
    'vat',
    'bank_fees',
    'card_fees',
    'payment_differences',
    'cash_rounding',
    'bad_debt',
    'interest',
    'suspense',
    'own_movements',
  ])
  .meta({ id: 'LedgerAccountName', description: 'An account of the ledger' });

const fields = {
  accountNumber: text(20).min(1).describe('The number of the account in the chart of accounts of the seller'),
  name: text(100).min(1),
};

export const JournalAccount = z
  .object({
    account: LedgerAccountName,
    currency: Currency.nullable().describe('Null: for all currencies without an account of their own'),
    ...fields,
  })
  .meta({ id: 'JournalAccount', description: 'The account of the seller’s bookkeeping for an account of the ledger' });

const example = { account: 'receivable' as const, currency: null, accountNumber: '1100', name: 'Debtors' };

export const listJournalAccounts = query({
  subject: 'rpc.billing.journal.list_accounts.v1',
  http: { method: 'GET', path: '/v1/staff/journal/accounts' },
  access: 'staff',
  summary: 'List the accounts of the journal, by ledger account',
  input: z.object(pageInput),
  output: page(JournalAccount),
  errors: pageErrors,
  example: { input: {}, output: { data: [example], nextCursor: null } },
});

export const setJournalAccount = command({
  subject: 'rpc.billing.journal.set_account.v1',
  http: { method: 'PUT', path: '/v1/staff/journal/accounts/:account' },
  access: 'staff',
  summary: 'Set the account of the journal for a ledger account, in all currencies or in one',
  description: 'Affects later exports only: the ledger does not contain numbers of accounts.',
  input: z.object({ account: LedgerAccountName, currency: Currency.nullable().default(null), ...fields }),
  output: JournalAccount,
  errors: {},
  example: { input: example, output: example },
});

export const exportJournal = query({
  subject: 'rpc.billing.journal.export.v1',
  http: { method: 'GET', path: '/v1/staff/journal.csv', download: ['text/csv; charset=utf-8'], isPaged: true },
  access: 'staff',
  // DOC-2
  summary: 'Export the ledger bookings of a period as journal, oldest first',
  description:
    'One row per entry, with a debit or a credit. The debits and credits of a booking are equal in each currency. A ' +
    'booking belongs to the day on which it was booked, in the time zone of the seller, so the journal of a past ' +
    'period never changes; `valueDate` can be earlier.',
  input: z.object({
    from: LocalDate.describe('The first day'),
    to: LocalDate.describe('The last day'),
    format: csvFormat,
    cursor: pageInput.cursor,
  }),
  output: FilePage,
  errors: {
    ...pageErrors,
    JOURNAL_PERIOD_INVALID: { status: 422, title: 'The last day is before the first day' },
  },
  example: {
    input: { from: '2026-01-01', to: '2026-01-31' },
    output: {
      name: 'journal-2026-01-01-2026-01-31.csv',
      contentType: 'text/csv; charset=utf-8',
      bytes: 'Ym9va2luZyxkYXRlDQo=',
      nextCursor: null,
    },
  },
});
