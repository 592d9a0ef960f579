import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { FileReference, fileContracts } from '../file.ts';
import { idSchema } from '../id.ts';
import { Currency, Instant, LocalDate, MoneyValue, page, pageErrors, pageInput } from '../values.ts';
import { PostalAddress } from './address.ts';

const organizationId = idSchema('org');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', documentId: 'inv_01je5nryg0fgz9y05x3mqpmjrg' };

export const billingFiles = fileContracts('billing');

export const DocumentKind = z.enum(['pro_forma', 'invoice', 'credit_note']).meta({ id: 'DocumentKind' });
/** Of pro formas: issued, converted, expired, cancelled; of invoices the others; `overdue` is open and past due. */
export const DocumentStatus = z
  .enum([
    'issued',
    'converted',
    'expired',
    'cancelled',
    'open',
    'part_paid',
    'paid',
    'partly_refunded',
    'refunded',
    'credited',
    'written_off',
  ])
  .meta({ id: 'DocumentStatus' });
/** Id of a pro forma, an invoice or a credit note. */
export const DocumentId = z.union([idSchema('pfm'), idSchema('inv'), idSchema('crn')]);

export const DocumentLine = z.object({
  productId: idSchema('prd').nullable(),
  text: z.string(),
  net: MoneyValue,
  vatRate: z.string().describe('Percent, `8.1`'),
  periodStart: LocalDate.nullable(),
  periodEnd: LocalDate.nullable(),
});

export const Document = z
  .object({
    id: DocumentId,
    kind: DocumentKind,
    number: z.string(),
    status: DocumentStatus,
    issuedOn: LocalDate,
    dueOn: LocalDate.nullable().describe('Pro forma: valid until'),
    paidOn: LocalDate.nullable().describe('Value date of the payment'),
    net: MoneyValue,
    vat: MoneyValue,
    total: MoneyValue,
    open: MoneyValue.describe('What is still to be paid'),
    heldUntil: LocalDate.nullable().describe('Renewal warranty: no fee, block or interruption until then'),
    reference: z.string().nullable().describe('Payment reference (QRR or ISO 11649)'),
    orderId: idSchema('ord').nullable(),
    buyer: PostalAddress,
    lines: z.array(DocumentLine),
  })
  .meta({ id: 'Document', description: 'A pro forma, invoice or credit note' });

const chf = (amount: number) => ({ amount, currency: 'CHF' as const });
const example = {
  id: ids.documentId,
  kind: 'invoice' as const,
  number: 'INV-2026-000001',
  status: 'paid' as const,
  issuedOn: '2026-01-31',
  dueOn: '2026-03-02',
  paidOn: '2026-01-31',
  net: chf(10_800),
  vat: chf(875),
  total: chf(11_675),
  open: chf(0),
  heldUntil: null,
  reference: '000000000000000000000000018',
  orderId: 'ord_01je5nryg0fgz9y05x3mqpmjrg',
  buyer: {
    name: 'Alpine Rescue',
    street: 'Rue du Rhône',
    buildingNumber: '12',
    postalCode: '1204',
    town: 'Genève',
    country: 'CH',
  },
  lines: [
    {
      productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
      text: 'Web hosting alpine.example',
      net: chf(10_800),
      vatRate: '8.1',
      periodStart: '2026-01-31',
      periodEnd: '2027-01-31',
    },
  ],
};
const notFound = { DOCUMENT_NOT_FOUND: { status: 404, title: 'There is no such document' } } as const;

const filter = {
  organizationId,
  kind: DocumentKind.optional(),
  status: z.union([DocumentStatus, z.literal('overdue')]).optional(),
  from: LocalDate.optional().describe('Issued on or after'),
  to: LocalDate.optional().describe('Issued on or before'),
  productId: idSchema('prd').optional().describe('With a line for this product'),
};

export const listDocuments = query({
  subject: 'rpc.billing.document.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/documents' },
  access: 'document:read',
  summary: 'Documents, newest first, with the sums of the filter (DOC-1)',
  input: z.object({ ...filter, ...pageInput }),
  output: page(Document).extend({
    sums: z.array(z.object({ currency: Currency, total: MoneyValue, open: MoneyValue })),
  }),
  errors: pageErrors,
  example: {
    input: { organizationId: ids.organizationId },
    output: { data: [example], nextCursor: null, sums: [{ currency: 'CHF', total: chf(11_675), open: chf(0) }] },
  },
});

export const getDocument = query({
  subject: 'rpc.billing.document.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/documents/:documentId' },
  access: 'document:read',
  summary: 'A document',
  input: z.object({ organizationId, documentId: DocumentId }),
  output: Document,
  errors: notFound,
  example: { input: ids, output: example },
});

export const downloadDocument = command({
  subject: 'rpc.billing.document.download.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/documents/:documentId/pdf', download: true },
  access: 'document:read',
  summary: 'A document as PDF',
  description:
    'Before payment: the pro forma, or the open rendering of an invoice, marked as not definitive, with QR-bill. A paid invoice is the same, byte for byte, on every download (DOC-3).',
  input: z.object({ organizationId, documentId: DocumentId }),
  output: FileReference,
  errors: notFound,
  example: {
    input: ids,
    output: {
      fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg',
      name: 'INV-2026-000001.pdf',
      contentType: 'application/pdf',
      size: 48_213,
    },
  },
});

export const exportDocuments = command({
  subject: 'rpc.billing.document.export.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/documents.csv', download: true },
  access: 'document:read',
  summary: 'Documents of a filter as CSV',
  input: z.object({
    ...filter,
    format: z
      .enum(['comma', 'semicolon_bom'])
      .default('comma')
      .describe('Fields apart by `,`; or by `;` with a byte-order mark. Amounts have a point in both (C-DOC-12)'),
  }),
  output: FileReference,
  errors: {},
  example: {
    input: { organizationId: ids.organizationId },
    output: {
      fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg',
      name: 'documents.csv',
      contentType: 'text/csv; charset=utf-8',
      size: 4_213,
    },
  },
});

export const payDocument = command({
  subject: 'rpc.billing.document.pay.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/documents/:documentId/pay' },
  access: 'payment:make',
  summary: 'Pay a document from the prepaid account',
  input: z.object({ organizationId, documentId: DocumentId, method: z.literal('prepaid') }),
  output: Document,
  errors: {
    ...notFound,
    PREPAID_INSUFFICIENT: { status: 409, title: 'The prepaid account does not cover it' },
    DOCUMENT_NOT_PAYABLE: { status: 409, title: 'Nothing is due on this document' },
  },
  idempotencyKey: 'required',
  example: { input: { ...ids, method: 'prepaid' }, output: example },
});

/** What a reminder says of a debt, and whether it is still one; asked by reminders when it sends. */
export const getPaymentDetails = query({
  subject: 'rpc.billing.document.get_payment_details.v1',
  access: 'service',
  summary: 'A document and how it stands, for a message about it',
  input: z.object({ organizationId, documentId: DocumentId }),
  output: z.object({
    document: Document,
    iban: z.string(),
    reference: z.string().nullable(),
    paymentsKnownUntil: Instant.nullable().describe('Up to when the bank told of payments'),
    isCoveredByPrepaid: z.boolean(),
  }),
  errors: notFound,
  example: {
    input: ids,
    output: {
      document: example,
      iban: 'CH4431999123000889012',
      reference: example.reference,
      paymentsKnownUntil: '2026-01-31T09:00:00.000Z',
      isCoveredByPrepaid: false,
    },
  },
});

const documentEventData = { organizationId, documentId: DocumentId, currency: Currency };
const exampleEventData = { organizationId: ids.organizationId, documentId: ids.documentId, currency: 'CHF' as const };

export const proFormaIssued = event({
  subject: 'evt.billing.pro_forma.issued.v1',
  summary: 'A pro forma was made',
  entity: 'documentId',
  data: z.object({ ...documentEventData, orderId: idSchema('ord'), validUntil: LocalDate }),
  example: {
    ...exampleEventData,
    documentId: 'pfm_01je5nryg0fgz9y05x3mqpmjrg',
    orderId: 'ord_01je5nryg0fgz9y05x3mqpmjrg',
    validUntil: '2026-03-02',
  },
});
export const invoiceIssued = event({
  subject: 'evt.billing.invoice.issued.v1',
  summary: 'An invoice was finalized; it may already be paid',
  entity: 'documentId',
  data: z.object({
    ...documentEventData,
    total: MoneyValue,
    isPaid: z.boolean(),
    dueOn: LocalDate,
    heldUntil: LocalDate.nullable(),
    interval: z.enum(['monthly', 'yearly']).nullable(),
    productIds: z.array(idSchema('prd')),
  }),
  example: {
    ...exampleEventData,
    total: chf(11_675),
    isPaid: true,
    dueOn: '2026-03-02',
    heldUntil: null,
    interval: 'yearly',
    productIds: ['prd_01je5nryg0fgz9y05x3mqpmjrg'],
  },
});
export const invoicePaid = event({
  subject: 'evt.billing.invoice.paid.v1',
  summary: 'An invoice is paid in full',
  entity: 'documentId',
  data: z.object({
    ...documentEventData,
    paidOn: LocalDate,
    method: z.enum(['bank_transfer', 'prepaid']),
    productIds: z.array(idSchema('prd')),
  }),
  example: {
    ...exampleEventData,
    paidOn: '2026-01-31',
    method: 'bank_transfer',
    productIds: ['prd_01je5nryg0fgz9y05x3mqpmjrg'],
  },
});
/** The payment was taken back by the bank: what reminds, blocks and renews looks at the invoice anew. */
export const invoiceReopened = event({
  subject: 'evt.billing.invoice.reopened.v1',
  summary: 'A payment of the invoice was reversed: it is open again',
  entity: 'documentId',
  data: z.object({
    ...documentEventData,
    open: MoneyValue,
    dueOn: LocalDate,
    heldUntil: LocalDate.nullable(),
    interval: z.enum(['monthly', 'yearly']).nullable(),
    productIds: z.array(idSchema('prd')),
  }),
  example: {
    ...exampleEventData,
    open: chf(11_675),
    dueOn: '2026-03-02',
    heldUntil: null,
    interval: 'yearly',
    productIds: ['prd_01je5nryg0fgz9y05x3mqpmjrg'],
  },
});
