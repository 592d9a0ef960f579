import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { FilePage, FileReference, declareFileContracts } from '../file.ts';
import { idSchema } from '../id.ts';
import {
  Currency,
  Email,
  Instant,
  LocalDate,
  Locale,
  MoneyValue,
  page,
  pageErrors,
  pageInput,
  text,
} from '../values.ts';
import { BuyerDetails, DocumentDelivery, PostalAddress } from './address.ts';

const organizationId = idSchema('org');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', documentId: 'inv_01je5nryg0fgz9y05x3mqpmjrg' };

export const billingFiles = declareFileContracts('billing', ['reminders']);

export const DocumentKind = z.enum(['pro_forma', 'invoice', 'credit_note']).meta({ id: 'DocumentKind' });
/** A pro forma is issued, converted, expired or cancelled. The other values are for invoices. */
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
export const DocumentId = z.union([idSchema('pfm'), idSchema('inv'), idSchema('crn')], {
  error: 'must be an id that starts with pfm_, inv_, crn_',
});

/** States whether the products of a credited invoice continue. When they end, their renewal ends too (PAY-5). */
export const ProductEffect = z.enum(['continues', 'ends']).meta({ id: 'ProductEffect' });

const vatCategory = z
  .string()
  .describe(
    'VAT category of EN 16931: `S` with VAT, `AE` reverse charge, `O` outside of the scope of VAT; later versions ' +
      'may add other categories',
  );

export const DocumentLine = z.object({
  productId: idSchema('prd').nullable(),
  text: z.string(),
  costCentre: z.string().nullable().describe('Cost centre of the product when the document was issued'),
  net: MoneyValue,
  vatRate: z.string().describe('Percentage, for example `8.1`'),
  vatCategory,
  vat: MoneyValue.describe('Share of the line in the VAT of its rate'),
  periodStart: LocalDate.nullable(),
  periodEnd: LocalDate.nullable(),
});

export const VatTotal = z
  .object({
    rate: z.string().describe('Percentage, for example `8.1`'),
    category: vatCategory,
    net: MoneyValue,
    vat: MoneyValue,
  })
  .meta({ id: 'VatTotal', description: 'Net and VAT of all lines with one rate; VAT is rounded once per rate' });

const vatTotals = z
  .array(VatTotal)
  .describe('Highest rate first; the totals add up to the net and the VAT of the document');

export const Document = z
  .object({
    id: DocumentId,
    kind: DocumentKind,
    number: z.string(),
    status: DocumentStatus,
    issuedOn: LocalDate,
    dueOn: LocalDate.nullable().describe('Due date. For a pro forma: last day on which it can be paid'),
    paidOn: LocalDate.nullable().describe('Value date of the payment'),
    net: MoneyValue,
    vat: MoneyValue,
    total: MoneyValue,
    paid: MoneyValue.describe('Payments of an invoice, with accepted shortfalls'),
    credited: MoneyValue.describe('Total of the credit notes of an invoice'),
    refunded: MoneyValue.describe('Money given back, by an invoice or a credit note'),
    vatTotals,
    open: MoneyValue.describe('Amount still to be paid'),
    reserved: MoneyValue.describe(
      'Prepaid money that is reserved for a pro forma. It remains the money of the customer until the pro forma is ' +
        'converted',
    ),
    heldUntil: LocalDate.nullable().describe(
      'Date until which renewal warranty prevents fees, blocks and interruption',
    ),
    reference: z.string().nullable().describe('Payment reference (QRR or ISO 11649); null for a credit note'),
    orderId: idSchema('ord').nullable(),
    proFormaId: idSchema('pfm').nullable().describe('The pro forma that was converted into the invoice'),
    proFormaNumber: z.string().nullable(),
    invoiceId: idSchema('inv')
      .nullable()
      .describe('The invoice of a converted pro forma, or the invoice that a credit note corrects'),
    invoiceNumber: z.string().nullable().describe('Number of the corrected invoice; only for a credit note'),
    correction: z
      .object({
        reason: z.string(),
        productEffect: ProductEffect,
        productsEndOn: LocalDate.nullable().describe('The last day of the products; null when they continue'),
      })
      .nullable()
      .describe('Only for a credit note: why the credit note was issued, and what becomes of the products'),
    buyer: PostalAddress.extend({
      ...BuyerDetails.shape,
      mailboxes: z.array(Email).describe('Mail addresses that get the document'),
      delivery: DocumentDelivery,
      language: Locale.nullable().describe('Language that the address had; null for the language of the organization'),
    }).meta({
      id: 'DocumentBuyer',
      description: 'The buyer as known when the document was issued',
    }),
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
  paid: chf(11_675),
  credited: chf(0),
  refunded: chf(0),
  vatTotals: [{ rate: '8.1', category: 'S', net: chf(10_800), vat: chf(875) }],
  open: chf(0),
  reserved: chf(0),
  heldUntil: null,
  reference: '000000000000000000000000018',
  orderId: 'ord_01je5nryg0fgz9y05x3mqpmjrg',
  proFormaId: 'pfm_01je5nryg0fgz9y05x3mqpmjrg',
  proFormaNumber: 'PRO-2026-000001',
  invoiceId: null,
  invoiceNumber: null,
  correction: null,
  buyer: {
    name: 'Alpine Rescue',
    street: 'Rue du Rhône',
    buildingNumber: '12',
    postalCode: '1204',
    town: 'Genève',
    country: 'CH',
    vatNumber: null,
    buyerReference: 'Base Geneva',
    purchaseOrder: null,
    peppolId: null,
    mailboxes: ['accounts@alpine.example'],
    delivery: 'mail_with_pdf' as const,
    language: 'fr' as const,
  },
  lines: [
    {
      productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
      text: 'Web hosting alpine.example',
      costCentre: '4200 Web',
      net: chf(10_800),
      vatRate: '8.1',
      vatCategory: 'S',
      vat: chf(875),
      periodStart: '2026-01-31',
      periodEnd: '2027-01-31',
    },
  ],
};
const DocumentSums = z
  .object({
    currency: Currency,
    net: MoneyValue,
    vat: MoneyValue,
    total: MoneyValue,
    open: MoneyValue.describe('Amount still to be paid'),
    overdue: MoneyValue.describe('The part of `open` that is overdue'),
  })
  .meta({ id: 'DocumentSums' });
const exampleSums = {
  currency: 'CHF' as const,
  net: chf(10_800),
  vat: chf(875),
  total: chf(11_675),
  open: chf(0),
  overdue: chf(0),
};
const notFoundErrors = { DOCUMENT_NOT_FOUND: { status: 404, title: 'There is no such document' } } as const;

/** The filters of the history of documents, which exports have too. */
export const documentFilter = {
  organizationId,
  kind: DocumentKind.optional(),
  status: z
    .union([DocumentStatus, z.literal('overdue')])
    .optional()
    .describe('`overdue`: open or partly paid after the due date'),
  addressId: idSchema('adr').optional().describe('Only documents for this billing address'),
  text: text(200)
    .optional()
    .describe('Only documents whose number, reference, buyer, line or cost centre contains this text; case is ignored'),
  from: LocalDate.optional().describe('Only documents issued on or after this date'),
  to: LocalDate.optional().describe('Only documents issued on or before this date'),
  productId: idSchema('prd').optional().describe('Only documents with a line for this product'),
};

export const downloadEInvoice = command({
  subject: 'rpc.billing.document.download_e_invoice.v1',
  http: {
    method: 'GET',
    path: '/v1/organizations/:organizationId/documents/:documentId/e-invoice',
    download: ['application/xml', 'application/pdf'],
  },
  access: 'document:read',
  summary: 'Download an invoice or a credit note as e-invoice (EN 16931)',
  // DOC-8
  description:
    '`ubl`: UBL 2.1. `factur-x`: a PDF/A-3 that contains the same data as XML (Cross Industry Invoice). The ' +
    'specification is XRechnung when the buyer is in Germany and its reference is a Leitweg-ID, and ' +
    'Peppol BIS Billing ' +
    'when the address has a `peppolId` and a reference or a purchase order; the XML of a Factur-X follows EN 16931. ' +
    'All downloads of a paid invoice or a credit note in one format return the same bytes.',
  input: z.object({
    organizationId,
    documentId: DocumentId,
    format: z.enum(['ubl', 'factur-x']).default('ubl'),
  }),
  output: FileReference,
  errors: {
    ...notFoundErrors,
    DOCUMENT_TOO_LARGE: { status: 422, title: 'The document is too large for a PDF' },
    E_INVOICE_NOT_AVAILABLE: { status: 422, title: 'The document cannot be an e-invoice' },
  },
  example: {
    input: { ...ids, format: 'ubl' },
    output: {
      fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg',
      name: 'INV-2026-000001.xml',
      contentType: 'application/xml',
      size: 5_213,
    },
  },
});

export const csvFormat = z
  .enum(['comma', 'semicolon_bom'])
  .default('comma')
  .describe('`comma`: separator `,`. `semicolon_bom`: separator `;` and a byte order mark. Both use a decimal point');

export const listDocuments = query({
  subject: 'rpc.billing.document.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/documents' },
  access: 'document:read',
  // DOC-1
  summary: 'List documents, newest first, with the sums of all matching documents',
  input: z.object({ ...documentFilter, ...pageInput }),
  output: page(Document).extend({
    sums: z
      .array(DocumentSums)
      .describe(
        'Sums per currency. Credit notes count as negative amounts. A pro forma is no debt, so pro formas count only ' +
          'with `kind: pro_forma`',
      ),
  }),
  errors: pageErrors,
  example: {
    input: { organizationId: ids.organizationId },
    output: { data: [example], nextCursor: null, sums: [exampleSums] },
  },
});

export const getDocument = query({
  subject: 'rpc.billing.document.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/documents/:documentId' },
  access: 'document:read',
  summary: 'Get a document',
  input: z.object({ organizationId, documentId: DocumentId }),
  output: Document,
  errors: notFoundErrors,
  example: { input: ids, output: example },
});

export const downloadDocument = command({
  subject: 'rpc.billing.document.download.v1',
  http: {
    method: 'GET',
    path: '/v1/organizations/:organizationId/documents/:documentId/pdf',
    download: ['application/pdf'],
  },
  access: 'document:read',
  summary: 'Download a document as PDF',
  // DOC-3
  description:
    'An unpaid invoice is marked as not definitive. Unpaid documents contain a QR-bill. ' +
    'All downloads of a paid invoice return the same bytes.',
  input: z.object({ organizationId, documentId: DocumentId }),
  output: FileReference,
  errors: {
    ...notFoundErrors,
    DOCUMENT_TOO_LARGE: { status: 422, title: 'The document is too large for a PDF' },
  },
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

export const exportDocuments = query({
  subject: 'rpc.billing.document.export_page.v1',
  http: {
    method: 'GET',
    path: '/v1/organizations/:organizationId/documents.csv',
    download: ['text/csv; charset=utf-8'],
    isPaged: true,
  },
  access: 'document:read',
  summary: 'Export documents as CSV, newest first',
  // DOC-2
  description:
    'One row per document and VAT rate. `net` and `vat` are the amounts of the rate; amounts of the ' +
    'whole document are ' +
    'only in its first row. A text that a spreadsheet would execute or change has an apostrophe in front. `totalChf` ' +
    'is empty when the value in CHF is not known.',
  input: z.object({
    ...documentFilter,
    format: csvFormat,
    cursor: pageInput.cursor,
  }),
  output: FilePage,
  errors: pageErrors,
  example: {
    input: { organizationId: ids.organizationId },
    output: {
      name: 'documents.csv',
      contentType: 'text/csv; charset=utf-8',
      bytes: 'bnVtYmVyLGtpbmQNCg==',
      nextCursor: null,
    },
  },
});

export const payDocument = command({
  subject: 'rpc.billing.document.pay.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/documents/:documentId/pay' },
  access: 'payment:make',
  summary: 'Pay a document, or a part of it, from the prepaid account',
  description:
    'A part of an invoice is paid at once. A part of a pro forma is reserved: the pro forma is converted when the ' +
    'rest arrives. The reservation ends when the customer releases it, when the pro forma is cancelled, and 15 days ' +
    'after the pro forma has expired; the money is then in the prepaid account again.',
  input: z.object({
    organizationId,
    documentId: DocumentId,
    method: z.literal('prepaid'),
    amount: z.int().min(1).optional().describe('Amount in minor units; the open amount when omitted'),
  }),
  output: Document,
  errors: {
    ...notFoundErrors,
    PREPAID_INSUFFICIENT: { status: 409, title: 'The prepaid balance is too low' },
    PREPAID_AMOUNT_TOO_HIGH: { status: 422, title: 'The amount is higher than the open amount' },
    DOCUMENT_NOT_PAYABLE: { status: 409, title: 'The document has no amount due' },
  },
  idempotencyKey: 'required',
  example: { input: { ...ids, method: 'prepaid' }, output: example },
});

/** The reminders service calls this query before it sends a message, and the search service to index a document. */
export const getPaymentDetails = query({
  subject: 'rpc.billing.document.get_payment_details.v1',
  access: 'service',
  callers: ['reminders', 'search'],
  summary: 'Get a document with the details that are needed to pay the document',
  input: z.object({ organizationId, documentId: DocumentId }),
  output: z.object({
    document: Document,
    iban: z.string().describe('IBAN of the account to pay to'),
    reference: z.string().nullable(),
    paymentsKnownUntil: Instant.nullable().describe('Payments up to this time were imported from the bank'),
    isCoveredByPrepaid: z.boolean().describe('True when the prepaid balance covers the open amount of the invoice'),
  }),
  errors: notFoundErrors,
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

/** The reminders service calls this command before it sends a document to the mailboxes of its billing address. */
export const renderDocument = command({
  subject: 'rpc.billing.document.render.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Render a document as PDF to attach it to a mail',
  input: z.object({ organizationId, documentId: DocumentId }),
  output: FileReference,
  errors: {
    ...notFoundErrors,
    DOCUMENT_TOO_LARGE: { status: 422, title: 'The document is too large for a PDF' },
  },
  example: { input: ids, output: downloadDocument.example.output },
});

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
    total: MoneyValue,
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
const exampleFigures = {
  number: 'INV-2026-000001',
  issuedOn: '2026-01-31',
  dueOn: '2026-03-02',
  servicePeriod: { start: '2026-01-31', end: '2027-01-31' },
  net: chf(10_800),
  vat: chf(875),
  total: chf(11_675),
  vatTotals: example.vatTotals,
  costCentres: [{ costCentre: '4200 Web', net: chf(10_800), vat: chf(875) }],
};

/** Examples for contracts about documents. */
export const documentExamples = { invoice: example, figures: exampleFigures };

const documentFields = { organizationId, documentId: DocumentId, currency: Currency };
const exampleFields = { organizationId: ids.organizationId, documentId: ids.documentId, currency: 'CHF' as const };

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
    total: MoneyValue,
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
    amount: amount.describe('The last payment, with written-off bank fees'),
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
    amount: MoneyValue.describe('The payment, with written-off bank fees'),
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
