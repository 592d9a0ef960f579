import * as z from 'zod';
import { command, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Instant, LocalDate, MoneyValue, page, pageErrors, pageInput, text } from '../values.ts';
import { PrepaidReason } from './prepaid.ts';

export const BankFileReport = z
  .object({
    id: idSchema('bkf'),
    // The message type: camt.053 is an account statement, camt.054 is a notification of credits and debits.
    kind: z.enum(['053', '054']),
    messageId: z.string(),
    importedAt: Instant,
    counts: z.object({
      booked: z.int(),
      alreadyBooked: z.int(),
      suspense: z.int(),
      totals: z.int().describe('Entries of the report that only proves totals'),
      ownMovements: z.int().describe('Money of the seller, such as fees'),
      ignored: z.int().describe('Money of the seller that the account statement books'),
    }),
    remarks: z
      .array(
        z.object({
          code: z.enum([
            'BALANCES_NOT_COMPARABLE',
            'EMPTY_STATEMENT_WITH_MOVEMENT',
            'SUMS_NOT_COMPARABLE',
            'CHARGES_IN_ENTRY',
            'STATEMENT_GAP',
          ]),
          pointer: z.string().describe('Path of the element of the file; empty for a remark about several files'),
          detail: z.string(),
        }),
      )
      .describe('The first 1,000 remarks about unusual content, and all gaps between account statements'),
    bookings: z
      .array(
        z.object({
          index: z.int(),
          bookingId: idSchema('bkg').nullable(),
          amount: MoneyValue.nullable().describe('Null when the file has no amount in a known currency'),
          status: z.enum([
            'paid',
            'prepaid',
            'reversed',
            'already_booked',
            'suspense',
            'total',
            'own_movement',
            'ignored',
          ]),
          organizationId: idSchema('org').nullable(),
          documentId: z.string().nullable(),
          reason: PrepaidReason.nullable(),
          detail: z.string().nullable(),
        }),
      )
      .describe('The first 1,000 bookings in the order of the file'),
  })
  .meta({ id: 'BankFileReport', description: 'The result of each booking of a bank file' });

export const importBankFile = command({
  subject: 'rpc.billing.bank_file.import.v1',
  http: { method: 'POST', path: '/v1/staff/bank-files', status: 201, upload: ['application/xml', 'text/xml'] },
  access: 'staff',
  summary: 'Import a bank file (camt.053 or camt.054)',
  // PAY-2
  description:
    'The import can be repeated: a booking that is already booked is skipped. ' +
    'A file with an error in structure or sums is refused as a whole. For a larger file, see `startBankFileImport`.',
  input: z.object({ fileId: idSchema('fil') }),
  output: BankFileReport,
  errors: {
    BANK_FILE_INVALID: { status: 422, title: 'The bank file has an error in structure or sums; nothing was booked' },
    BANK_FILE_TOO_LARGE: { status: 413, title: 'The bank file is larger than 50 MiB' },
    FILE_NOT_FOUND: { status: 404, title: 'There is no such file' },
  },
  example: {
    input: { fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg' },
    output: {
      id: 'bkf_01je5nryg0fgz9y05x3mqpmjrg',
      kind: '054',
      messageId: 'MSG-1',
      importedAt: '2026-01-31T09:00:00.000Z',
      counts: { booked: 1, alreadyBooked: 0, suspense: 0, totals: 0, ownMovements: 0, ignored: 0 },
      remarks: [],
      bookings: [
        {
          index: 0,
          bookingId: 'bkg_01je5nryg0fgz9y05x3mqpmjrg',
          amount: { amount: 11_675, currency: 'CHF' },
          status: 'paid',
          organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
          documentId: 'inv_01je5nryg0fgz9y05x3mqpmjrg',
          reason: null,
          detail: null,
        },
      ],
    },
  },
});

export const listBankBookings = query({
  subject: 'rpc.billing.bank_file.list_bookings.v1',
  http: { method: 'GET', path: '/v1/staff/bank-files/:bankFileId/bookings' },
  access: 'staff',
  // PAY-2
  summary: 'List the bookings of a bank file in the order of the file, each with its entries in the ledger',
  description: 'A booking that an earlier file contains is listed only with that file.',
  input: z.object({ ...pageInput, bankFileId: idSchema('bkf') }),
  output: page(
    z.object({
      bookingId: idSchema('bkg'),
      account: z.string().nullable(),
      status: z.enum(['paid', 'prepaid', 'reversed', 'suspense', 'total', 'own_movement', 'ignored']),
      direction: z.enum(['credit', 'debit']),
      amountText: z.string().describe('Amount and currency as written in the file'),
      valueDate: LocalDate.nullable(),
      reference: z.string().nullable(),
      text: z.string(),
      debtorName: z.string().nullable(),
      debtorIban: z.string().nullable(),
      organizationId: idSchema('org').nullable(),
      reason: z.string().nullable(),
      detail: z.string().nullable(),
      entries: z
        .array(
          z.object({
            account: z.string().describe('Account of the ledger'),
            amount: z.int().describe('Minor units; a debit is positive'),
            currency: z.string(),
            documentId: z.string().nullable(),
          }),
        )
        .describe('Entries of the ledger; empty when the booking changed nothing'),
    }),
  ),
  errors: { ...pageErrors, BANK_FILE_NOT_FOUND: { status: 404, title: 'There is no such bank file' } },
  example: {
    input: { bankFileId: 'bkf_01je5nryg0fgz9y05x3mqpmjrg' },
    output: {
      data: [
        {
          bookingId: 'bkg_01je5nryg0fgz9y05x3mqpmjrg',
          account: 'CH9300762011623852957',
          status: 'paid',
          direction: 'credit',
          amountText: '116.75 CHF',
          valueDate: '2026-01-31',
          reference: '210000000000000000000000018',
          text: '',
          debtorName: 'Alpine Rescue',
          debtorIban: 'CH5604835012345678009',
          organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
          reason: null,
          detail: null,
          entries: [
            { account: 'clearing', amount: 11_675, currency: 'CHF', documentId: null },
            {
              account: 'receivable',
              amount: -11_675,
              currency: 'CHF',
              documentId: 'inv_01je5nryg0fgz9y05x3mqpmjrg',
            },
          ],
        },
      ],
      nextCursor: null,
    },
  },
});

export const listUncleared = query({
  subject: 'rpc.billing.bank_clearing.list.v1',
  http: { method: 'GET', path: '/v1/staff/bank-clearing' },
  access: 'staff',
  // PAY-2
  summary: 'List entries that only one of the two bank reports contains after 3 bank days, oldest first',
  description:
    'One report moves the money of customers; the other report proves the totals. An entry of the account statement ' +
    'without a notification is money whose payer is unknown: staff decides about its booking like about a booking in ' +
    'suspense.',
  input: z.object(pageInput),
  output: page(
    z.object({
      report: z.enum(['053', '054']).describe('The report that contains the entry'),
      account: z.string(),
      amount: MoneyValue.nullable().describe('Null when no product is sold in the currency'),
      direction: z.enum(['credit', 'debit']),
      valueDate: LocalDate,
      reference: z.string().nullable().describe('Reference of the bank'),
      bankFileId: idSchema('bkf'),
      bookingId: idSchema('bkg').nullable().describe('Null for an entry whose payments are booked'),
    }),
  ),
  errors: pageErrors,
  example: {
    input: {},
    output: {
      data: [
        {
          report: '053',
          account: 'CH9300762011623852957',
          amount: { amount: 11_675, currency: 'CHF' },
          direction: 'credit',
          valueDate: '2026-01-31',
          reference: '20260131-1',
          bankFileId: 'bkf_01je5nryg0fgz9y05x3mqpmjrg',
          bookingId: 'bkg_01je5nryg0fgz9y05x3mqpmjrg',
        },
      ],
      nextCursor: null,
    },
  },
});

const StatementGap = z.object({
  account: z.string(),
  currency: z.string(),
  after: LocalDate.describe('Closing date of the last statement before the gap'),
  before: LocalDate.describe('Closing date of the first statement after the gap'),
});
/** A text that identifies a gap, without the control characters that PostgreSQL cannot store. */
const GapText = z
  .string()
  .refine((value) => !/[\p{Cc}\p{Cs}]/u.test(value), 'must not contain control characters or lone surrogates');
const gapExample = { account: 'CH9300762011623852957', currency: 'CHF', after: '2026-01-29', before: '2026-01-31' };

export const listStatementGaps = query({
  subject: 'rpc.billing.bank_statement.list_gaps.v1',
  http: { method: 'GET', path: '/v1/staff/bank-statement-gaps' },
  access: 'staff',
  // PAY-2
  summary: 'List gaps between account statements, oldest first',
  description:
    'At a gap, the opening balance or the number of a statement does not continue the previous statement. ' +
    'Until the missing statement is imported, payments count as known only until the gap.',
  input: z.object(pageInput),
  output: page(StatementGap),
  errors: pageErrors,
  example: { input: {}, output: { data: [gapExample], nextCursor: null } },
});

export const acceptStatementGap = command({
  subject: 'rpc.billing.bank_statement.accept_gap.v1',
  http: { method: 'POST', path: '/v1/staff/bank-statement-gaps/accept' },
  access: 'staff',
  summary: 'Accept a gap between account statements, when the missing statement cannot be obtained',
  description: 'A repeated call changes nothing.',
  input: z.object({
    account: GapText,
    currency: GapText,
    after: StatementGap.shape.after,
    reason: text(500).min(1).describe('Stored with the statement'),
  }),
  output: StatementGap,
  errors: { STATEMENT_GAP_NOT_FOUND: { status: 404, title: 'There is no such gap between account statements' } },
  example: {
    input: { account: gapExample.account, currency: 'CHF', after: '2026-01-29', reason: 'The bank skipped the number' },
    output: gapExample,
  },
});
