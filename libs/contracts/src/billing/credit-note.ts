import * as z from 'zod';
import { command, event } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Currency, LocalDate, MoneyValue, text } from '../values.ts';
import { Document, documentExamples, ProductEffect } from './document.ts';
import { DocumentFigures, exampleFigures, Shortfall } from './document-events.ts';

const organizationId = idSchema('org');
const invoiceId = idSchema('inv');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', documentId: 'inv_01je5nryg0fgz9y05x3mqpmjrg' };
const creditNoteId = 'crn_01je5nryg0fgz9y05x3mqpmjrg';
const chf = (amount: number) => ({ amount, currency: 'CHF' as const });

/** The destination of a refund. */
export const RefundTarget = z.enum(['prepaid', 'bank', 'card']).meta({ id: 'RefundTarget' });

const errors = {
  DOCUMENT_NOT_FOUND: { status: 404, title: 'There is no such document' },
  INVOICE_NOT_CREDITABLE: { status: 409, title: 'The invoice is credited, refunded or written off' },
} as const;

export const creditInvoice = command({
  subject: 'rpc.billing.credit_note.create.v1',
  http: {
    method: 'POST',
    path: '/v1/staff/organizations/:organizationId/documents/:documentId/credit-notes',
    status: 201,
  },
  access: 'staff',
  requiresRecentSignIn: true,
  // DOC-5, PAY-5
  summary: 'Correct an invoice by a credit note, in full or in part, and refund what was paid',
  description:
    'Without `lines` and `amount`, the credit note credits everything that is not credited yet. The last credit note ' +
    'contains the rounding differences, so that all credit notes add up to the invoice. A credit first reduces the ' +
    'open amount. The rest of the credit was paid and is refunded, except an accepted shortfall.',
  input: z.object({
    organizationId,
    documentId: invoiceId,
    lines: z
      .array(
        z.object({
          position: z.int().min(0).describe('Position of the line on the invoice, from 0'),
          net: z.int().min(1).optional().describe('Net amount in minor units; the rest of the line when omitted'),
        }),
      )
      .min(1)
      .max(1_000)
      .optional()
      .describe('The lines to credit'),
    amount: z
      .int()
      .min(1)
      .optional()
      .describe('Gross amount in minor units, divided among all lines; not together with `lines`'),
    reason: text(500).min(1).describe('Printed on the credit note'),
    refundTo: z
      .enum(['original', 'prepaid', 'bank'])
      .default('original')
      .describe('`original`: where the only payment came from; prepaid when several payments paid the invoice'),
    iban: text(42).optional().describe('Account for a refund to a bank; the account of the payer when omitted'),
    productEffect: ProductEffect.default('continues').describe(
      'What becomes of the products of the credited lines: `continues` changes nothing; `ends` ends their renewal',
    ),
    productsEndOn: LocalDate.optional().describe(
      'Only with `ends`: the last day of the products, today or later; today when omitted',
    ),
  }),
  output: Document,
  errors: {
    ...errors,
    CREDIT_TOO_HIGH: { status: 409, title: 'The credit is higher than what is left of the invoice' },
    LINE_UNKNOWN: { status: 422, title: 'The invoice has no such line' },
    CREDIT_AMBIGUOUS: { status: 422, title: 'A credit has lines or an amount, not both' },
    IBAN_INVALID: { status: 422, title: 'The IBAN is invalid' },
    PRODUCTS_END_INVALID: { status: 422, title: 'Products end today or later, and only with the effect `ends`' },
    REFUND_ACCOUNT_MISSING: { status: 422, title: 'The account of the payer is unknown, so the refund needs an IBAN' },
  },
  idempotencyKey: 'required',
  example: {
    input: { ...ids, reason: 'Cancelled within 14 days' },
    output: {
      ...documentExamples.invoice,
      id: creditNoteId,
      kind: 'credit_note',
      number: 'CRN-2026-000001',
      status: 'issued',
      dueOn: null,
      paidOn: null,
      reference: null,
      orderId: null,
      proFormaId: null,
      proFormaNumber: null,
      invoiceId: ids.documentId,
      invoiceNumber: 'INV-2026-000001',
      correction: { reason: 'Cancelled within 14 days', productEffect: 'continues', productsEndOn: null },
      paid: chf(0),
      refunded: chf(11_675),
    },
  },
});

export const writeOffInvoice = command({
  subject: 'rpc.billing.invoice.write_off.v1',
  http: { method: 'POST', path: '/v1/staff/organizations/:organizationId/documents/:documentId/write-off' },
  access: 'staff',
  summary: 'Give up the open amount of an invoice',
  input: z.object({ organizationId, documentId: invoiceId, reason: text(500).min(1) }),
  output: Document,
  errors: {
    DOCUMENT_NOT_FOUND: errors.DOCUMENT_NOT_FOUND,
    INVOICE_NOT_OPEN: { status: 409, title: 'The invoice has no open amount' },
  },
  example: {
    input: { ...ids, reason: 'Bankruptcy' },
    output: { ...documentExamples.invoice, status: 'written_off', paidOn: null, paid: chf(0) },
  },
});

const eventFields = { organizationId, documentId: invoiceId, currency: Currency };
const exampleFields = { ...ids, currency: 'CHF' as const };

export const invoiceCredited = event({
  subject: 'evt.billing.invoice.credited.v1',
  summary: 'A credit note corrected an invoice',
  entity: 'documentId',
  data: z.object({
    ...eventFields,
    creditNoteId: idSchema('crn'),
    open: MoneyValue.describe('Amount of the invoice still to be paid'),
    refund: z.object({ amount: MoneyValue, to: RefundTarget }).nullable().describe('Null when nothing is refunded'),
    shortfall: Shortfall.describe('The accepted shortfall that the credit note takes back, which is not refunded'),
    productEffect: ProductEffect,
    productsEndOn: LocalDate.nullable().default(null).describe('The last day of the products; null when they continue'),
    productIds: z.array(idSchema('prd')),
    figures: DocumentFigures.describe('Figures of the credit note, as positive amounts'),
  }),
  example: {
    ...exampleFields,
    creditNoteId,
    open: chf(0),
    refund: { amount: chf(11_675), to: 'prepaid' },
    shortfall: null,
    productEffect: 'ends',
    productsEndOn: '2026-02-10',
    productIds: ['prd_01je5nryg0fgz9y05x3mqpmjrg'],
    figures: { ...exampleFigures, number: 'CRN-2026-000001', dueOn: '2026-02-10', issuedOn: '2026-02-10' },
  },
});

export const invoiceWrittenOff = event({
  subject: 'evt.billing.invoice.written_off.v1',
  summary: 'The open amount of an invoice was given up',
  entity: 'documentId',
  data: z.object({
    ...eventFields,
    amount: MoneyValue.describe('The amount given up, gross'),
    vat: MoneyValue.describe('The VAT in the amount'),
    writtenOffOn: LocalDate,
  }),
  example: { ...exampleFields, amount: chf(11_675), vat: chf(875), writtenOffOn: '2026-12-31' },
});
