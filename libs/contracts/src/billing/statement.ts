import * as z from 'zod';
import { query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Currency, Instant, LocalDate, MoneyValue, page, pageErrors, pageInput } from '../values.ts';
import { DocumentId } from './document.ts';
import { PrepaidReason } from './prepaid.ts';

const organizationId = idSchema('org');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', documentId: 'inv_01je5nryg0fgz9y05x3mqpmjrg' };
const chf = (amount: number) => ({ amount, currency: 'CHF' as const });

/** The kinds of rows of a statement of account. */
export const StatementRowKind = z
  .enum([
    'invoice',
    'credit_note',
    'incoming_payment',
    'prepaid_payment',
    'card_payment',
    'chargeback',
    'refund',
    'pay_out',
    'write_off',
    'reversal',
    'correction',
  ])
  .meta({ id: 'StatementRowKind' });

const Balances = z.object({
  owed: MoneyValue.describe('Open amount of all invoices'),
  prepaid: MoneyValue.describe('Balance of the prepaid account'),
});

const StatementRow = z
  .object({
    bookingId: idSchema('bkg'),
    kind: StatementRowKind,
    valuedOn: LocalDate.describe('Value date of a payment; date of a document'),
    bookedAt: Instant,
    owed: MoneyValue.describe('Change of the open amount of invoices; negative when the organization owes less'),
    prepaid: MoneyValue.describe('Change of the prepaid balance; negative when prepaid is used'),
    documentId: DocumentId.nullable().describe('One document of the booking; null when a sum pays several'),
    documentNumber: z.string().nullable(),
    documents: z
      .array(z.object({ id: DocumentId, number: z.string() }))
      .describe('All documents of the booking, for example the invoices that one transfer pays'),
    receiptNumber: z.string().nullable().describe('Number of the receipt of a top-up'),
    reason: PrepaidReason.nullable().describe('Why money went to prepaid'),
  })
  .meta({ id: 'StatementRow' });

const exampleRow = {
  bookingId: 'bkg_01je5nryg0fgz9y05x3mqpmjrg',
  kind: 'invoice' as const,
  valuedOn: '2026-01-31',
  bookedAt: '2026-01-31T09:00:00.000Z',
  owed: chf(11_675),
  prepaid: chf(0),
  documentId: ids.documentId,
  documentNumber: 'INV-2026-000001',
  documents: [{ id: ids.documentId, number: 'INV-2026-000001' }],
  receiptNumber: null,
  reason: null,
};

export const getStatementOfAccount = query({
  subject: 'rpc.billing.statement.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/statement-of-account' },
  access: 'document:read',
  // DOC-2
  summary: 'Get the statement of account of a period: opening balance, documents, payments, prepaid, closing balance',
  description:
    'The rows are sorted by value date, oldest first. A booking is listed at its value date, even when it was booked ' +
    'later.',
  input: z.object({
    organizationId,
    currency: Currency.default('CHF'),
    from: LocalDate.describe('First day of the period'),
    to: LocalDate.describe('Last day of the period'),
    ...pageInput,
  }),
  output: page(StatementRow).extend({ opening: Balances, closing: Balances }),
  errors: { ...pageErrors, PERIOD_INVALID: { status: 422, title: 'The period ends before it starts' } },
  example: {
    input: { organizationId: ids.organizationId, from: '2026-01-01', to: '2026-12-31' },
    output: {
      data: [exampleRow],
      nextCursor: null,
      opening: { owed: chf(0), prepaid: chf(0) },
      closing: { owed: chf(11_675), prepaid: chf(0) },
    },
  },
});

export const explainOpenInvoice = query({
  subject: 'rpc.billing.invoice.explain_open.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/documents/:documentId/open-reasons' },
  access: 'document:read',
  // REM-3
  summary: 'Explain why an invoice is still open: which payments may be for the invoice, and how to settle the invoice',
  input: z.object({ organizationId, documentId: idSchema('inv') }),
  output: z.object({
    open: MoneyValue.describe('Amount still to be paid; zero when the invoice is not open'),
    rightReference: z.string().describe('The payment reference of the invoice'),
    prepaid: MoneyValue.describe('Balance of the prepaid account in the currency of the invoice'),
    canPayFromPrepaid: z
      .boolean()
      .describe(
        'True when prepaid covers the open amount: `payDocument` with the method `prepaid` settles the invoice',
      ),
    payments: z
      .array(
        z.object({
          bookingId: idSchema('bkg'),
          valuedOn: LocalDate,
          amount: MoneyValue,
          reason: PrepaidReason.describe(
            'Why the payment went to prepaid. `reversed`: it had paid this invoice, and was taken back on `valuedOn`',
          ),
          likeness: z
            .enum(['same_document', 'same_amount', 'other_currency'])
            .describe(
              '`same_document`: the payment names or paid this invoice. `same_amount`: the amount is the open or the ' +
                'total amount of the invoice. `other_currency`: the same number in another currency',
            ),
          usedDocumentId: DocumentId.nullable().describe('The document whose reference the payer used'),
          usedDocumentNumber: z.string().nullable(),
          usedPeriod: z
            .object({ start: LocalDate, end: LocalDate.describe('The day after the last day') })
            .nullable()
            .describe('The service period of the document whose reference the payer used'),
        }),
      )
      .max(20)
      .describe(
        'Payments of the organization that went to prepaid and may be for this invoice, and payments of this invoice ' +
          'that were taken back; likeliest first',
      ),
  }),
  errors: { DOCUMENT_NOT_FOUND: { status: 404, title: 'There is no such document' } },
  example: {
    input: ids,
    output: {
      open: chf(11_675),
      rightReference: '210000000003139471430009017',
      prepaid: chf(11_675),
      canPayFromPrepaid: true,
      payments: [
        {
          bookingId: 'bkg_01je5nryg0fgz9y05x3mqpmjrg',
          valuedOn: '2027-02-10',
          amount: chf(11_675),
          reason: 'reference_already_settled',
          likeness: 'same_amount',
          usedDocumentId: 'inv_01je5nryg0fgz9y05x3mqpmjrh',
          usedDocumentNumber: 'INV-2026-000001',
          usedPeriod: { start: '2026-01-31', end: '2027-01-31' },
        },
      ],
    },
  },
});
