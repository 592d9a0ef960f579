import * as z from 'zod';
import { command, query } from '../contract.ts';
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
import { DocumentLine, vatTotals } from './document-line.ts';

const organizationId = idSchema('org');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', documentId: 'inv_01je5nryg0fgz9y05x3mqpmjrg' };

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
    rounding: MoneyValue.describe('Cash rounding, a line without VAT; zero unless the seller rounds the currency'),
    total: MoneyValue.describe('Net, VAT and cash rounding'),
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
  rounding: chf(0),
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
/** Examples for contracts about documents. */
export const documentExamples = { ids, invoice: example };

const DocumentSums = z
  .object({
    currency: Currency,
    net: MoneyValue,
    vat: MoneyValue,
    total: MoneyValue.describe('Net, VAT and cash rounding'),
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
export const documentNotFound = { DOCUMENT_NOT_FOUND: { status: 404, title: 'There is no such document' } } as const;

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
  errors: documentNotFound,
  example: { input: ids, output: example },
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
    ...documentNotFound,
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
  errors: documentNotFound,
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
