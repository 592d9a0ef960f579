import * as z from 'zod';
import { event } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Currency, LocalDate, MoneyValue } from '../values.ts';
import { DocumentId, documentExamples } from './document.ts';
import { vatTotals } from './document-line.ts';

const organizationId = idSchema('org');
const chf = (amountInRappen: number) => ({ amount: amountInRappen, currency: 'CHF' as const });

export const DocumentFigures = z
  .object({
    number: z.string(),
    issuedOn: LocalDate,
    dueOn: LocalDate.describe(
      'Due date. For a pro forma: last day on which it can be paid. For a credit note: its date',
    ),
    servicePeriod: z
      .object({ start: LocalDate, end: LocalDate.describe('The day after the last day') })
      .nullable()
      .describe('From the first day to the last day of all lines; null for a pro forma'),
    net: MoneyValue,
    vat: MoneyValue,
    total: MoneyValue.describe('Net, VAT and cash rounding'),
    vatTotals,
    costCentres: z
      .array(z.object({ costCentre: z.string().nullable(), net: MoneyValue, vat: MoneyValue }))
      .optional()
      .describe(
        'Net and VAT per cost centre, null for lines without one; empty when no line has a cost centre. Events that ' +
          'were published before the field existed do not contain the field',
      ),
  })
  .meta({ id: 'DocumentFigures', description: 'What bookkeeping needs of a document, without names and addresses' });

/** Optional, because events that were published before the field existed do not contain the field. */
const figures = DocumentFigures.optional();
/** Money that paid a document, or that the bank took back; optional for the same reason as `figures`. */
const amount = MoneyValue.optional();
const PaymentSource = z.enum(['bank_transfer', 'prepaid', 'card']);
/** An example for contracts with the figures of a document. */
export const exampleFigures = {
  number: 'INV-2026-000001',
  issuedOn: '2026-01-31',
  dueOn: '2026-03-02',
  servicePeriod: { start: '2026-01-31', end: '2027-01-31' },
  net: chf(10_800),
  vat: chf(875),
  total: chf(11_675),
  vatTotals: documentExamples.invoice.vatTotals,
  costCentres: [{ costCentre: '4200 Web', net: chf(10_800), vat: chf(875) }],
};

const documentFields = { organizationId, documentId: DocumentId, currency: Currency };
const exampleFields = {
  organizationId: documentExamples.ids.organizationId,
  documentId: documentExamples.ids.documentId,
  currency: 'CHF' as const,
};

export const proFormaIssued = event({
  subject: 'evt.billing.pro_forma.issued.v1',
  summary: 'A pro forma was issued',
  entity: 'documentId',
  data: z.object({
    ...documentFields,
    orderId: idSchema('ord').nullable().describe('Null for a renewal pro forma'),
    validUntil: LocalDate,
    figures,
  }),
  example: {
    ...exampleFields,
    documentId: 'pfm_01je5nryg0fgz9y05x3mqpmjrg',
    orderId: 'ord_01je5nryg0fgz9y05x3mqpmjrg',
    validUntil: '2026-03-02',
    figures: { ...exampleFigures, number: 'PRO-2026-000001', servicePeriod: null },
  },
});
export const invoiceIssued = event({
  subject: 'evt.billing.invoice.issued.v1',
  summary: 'An invoice was issued; it may already be paid',
  entity: 'documentId',
  data: z.object({
    ...documentFields,
    total: MoneyValue.describe('Net, VAT and cash rounding'),
    isPaid: z.boolean(),
    dueOn: LocalDate,
    heldUntil: LocalDate.nullable(),
    interval: z
      .enum(['monthly', 'yearly'])
      .nullable()
      .describe('The interval that all lines share; null when lines have different intervals or no interval'),
    productIds: z.array(idSchema('prd')),
    figures,
  }),
  example: {
    ...exampleFields,
    figures: exampleFigures,
    total: chf(11_675),
    isPaid: true,
    dueOn: '2026-03-02',
    heldUntil: null,
    interval: 'yearly',
    productIds: ['prd_01je5nryg0fgz9y05x3mqpmjrg'],
  },
});
/** A shortfall that is accepted, or taken back by a reversal or a credit note. */
export const Shortfall = z
  .object({ amount: MoneyValue, vat: MoneyValue.describe('The VAT in the shortfall, by which the tax is lower') })
  .nullable()
  .default(null);
const shortfall = Shortfall.describe(
  'The part of `amount` that was not received and is accepted, gross; null when all of it was received',
);

export const invoicePaid = event({
  subject: 'evt.billing.invoice.paid.v1',
  summary: 'An invoice was paid in full',
  entity: 'documentId',
  data: z.object({
    ...documentFields,
    paidOn: LocalDate.describe('Value date of the last payment'),
    method: PaymentSource,
    productIds: z.array(idSchema('prd')),
    amount: amount.describe('The last payment, with its accepted shortfall'),
    shortfall,
    figures,
  }),
  example: {
    ...exampleFields,
    amount: chf(11_675),
    shortfall: { amount: chf(20), vat: chf(1) },
    figures: exampleFigures,
    paidOn: '2026-01-31',
    method: 'bank_transfer',
    productIds: ['prd_01je5nryg0fgz9y05x3mqpmjrg'],
  },
});

export const invoicePartPaid = event({
  subject: 'evt.billing.invoice.part_paid.v1',
  summary: 'A part of an invoice was paid',
  entity: 'documentId',
  data: z.object({
    ...documentFields,
    paidOn: LocalDate.describe('Value date of the payment'),
    method: PaymentSource,
    amount: MoneyValue.describe('The payment, with its accepted shortfall'),
    shortfall,
    open: MoneyValue.describe('Amount still to be paid'),
    figures: DocumentFigures,
  }),
  example: {
    ...exampleFields,
    paidOn: '2026-02-10',
    method: 'bank_transfer',
    amount: chf(5_000),
    shortfall: null,
    open: chf(6_675),
    figures: exampleFigures,
  },
});

export const invoiceReopened = event({
  subject: 'evt.billing.invoice.reopened.v1',
  summary: 'The bank reversed a payment, so the invoice is open again',
  entity: 'documentId',
  data: z.object({
    ...documentFields,
    open: MoneyValue,
    dueOn: LocalDate,
    heldUntil: LocalDate.nullable(),
    interval: z
      .enum(['monthly', 'yearly'])
      .nullable()
      .describe('The interval that all lines share; null when lines have different intervals or no interval'),
    productIds: z.array(idSchema('prd')),
    amount: amount.describe('The reversed payment'),
    shortfall: Shortfall.describe('The part of `amount` that had been accepted; the tax is higher again'),
    reversedOn: LocalDate.optional().describe('Value date of the reversal'),
    figures,
  }),
  example: {
    ...exampleFields,
    amount: chf(11_675),
    shortfall: null,
    reversedOn: '2026-02-10',
    figures: exampleFigures,
    open: chf(11_675),
    dueOn: '2026-03-02',
    heldUntil: null,
    interval: 'yearly',
    productIds: ['prd_01je5nryg0fgz9y05x3mqpmjrg'],
  },
});
