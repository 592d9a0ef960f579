import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { FileReference } from '../file.ts';
import { idSchema } from '../id.ts';
import { Email, LocalDate, Locale, MoneyValue } from '../values.ts';
import { DocumentDelivery } from './address.ts';

const organizationId = idSchema('org');
const bookingId = idSchema('bkg');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', bookingId: 'bkg_01je5nryg0fgz9y05x3mqpmjrg' };

const fields = {
  bookingId: bookingId.describe('Booking of the top-up'),
  number: z.string(),
  issuedOn: LocalDate,
  amount: MoneyValue,
  valuedOn: LocalDate.describe('Value date of the payment'),
  method: z.enum(['bank_transfer', 'card']),
};

export const Receipt = z
  .object({
    ...fields,
    buyerName: z.string(),
    language: Locale,
    reversedOn: LocalDate.nullable().describe('Date on which the bank took the payment back, or a part of it'),
    reversed: MoneyValue.describe('The part of the amount that the bank took back'),
  })
  .meta({ id: 'Receipt', description: 'Confirms a top-up of the prepaid account; it is no invoice and has no VAT' });

const exampleFields = {
  bookingId: ids.bookingId,
  number: 'RCP-2026-000001',
  issuedOn: '2026-01-31',
  amount: { amount: 50_000, currency: 'CHF' as const },
  valuedOn: '2026-01-30',
  method: 'bank_transfer' as const,
};
const notReversed = { reversedOn: null, reversed: { amount: 0, currency: 'CHF' as const } };
const example = { ...exampleFields, buyerName: 'Alpine Rescue', language: 'fr' as const, ...notReversed };
const notFoundErrors = {
  RECEIPT_NOT_FOUND: { status: 404, title: 'The booking has no receipt' },
} as const;

export const getReceipt = query({
  subject: 'rpc.billing.receipt.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/prepaid/receipts/:bookingId' },
  access: 'document:read',
  // PAY-4
  summary: 'Get the receipt of a top-up of the prepaid account',
  description:
    'Payments with the reference for standing orders and payments by card to the prepaid account have a receipt, ' +
    'within a minute after they were booked.',
  input: z.object({ organizationId, bookingId }),
  output: Receipt,
  errors: notFoundErrors,
  example: { input: ids, output: example },
});

export const downloadReceipt = command({
  subject: 'rpc.billing.receipt.download.v1',
  http: {
    method: 'GET',
    path: '/v1/organizations/:organizationId/prepaid/receipts/:bookingId/pdf',
    download: ['application/pdf'],
  },
  access: 'document:read',
  summary: 'Download the receipt of a top-up as PDF',
  input: z.object({ organizationId, bookingId }),
  output: FileReference,
  errors: notFoundErrors,
  example: {
    input: ids,
    output: {
      fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg',
      name: 'RCP-2026-000001.pdf',
      contentType: 'application/pdf',
      size: 30_112,
    },
  },
});

/** The reminders service calls this query before it sends a receipt to the mailboxes of the billing address. */
export const getReceiptDelivery = query({
  subject: 'rpc.billing.receipt.get_delivery.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Get a receipt with the mailboxes that get it',
  input: z.object({ organizationId, bookingId }),
  output: z.object({ receipt: Receipt, mailboxes: z.array(Email), delivery: DocumentDelivery }),
  errors: notFoundErrors,
  example: {
    input: ids,
    output: { receipt: example, mailboxes: ['accounts@alpine.example'], delivery: 'mail_with_pdf' },
  },
});

/** The reminders service calls this command before it sends a receipt. */
export const renderReceipt = command({
  subject: 'rpc.billing.receipt.render.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Render a receipt as PDF to attach it to a mail',
  input: z.object({ organizationId, bookingId }),
  output: FileReference,
  errors: notFoundErrors,
  example: { input: ids, output: downloadReceipt.example.output },
});

export const receiptIssued = event({
  subject: 'evt.billing.receipt.issued.v1',
  summary: 'A top-up of the prepaid account got its receipt',
  entity: 'bookingId',
  data: z.object({ organizationId, ...fields }),
  example: { organizationId: ids.organizationId, ...exampleFields },
});
