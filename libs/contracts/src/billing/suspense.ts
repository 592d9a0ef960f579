import * as z from 'zod';
import { command, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Instant, LocalDate, MoneyValue, page, pageErrors, pageInput, text } from '../values.ts';

const bookingId = idSchema('bkg');
const documentId = z.union([idSchema('inv'), idSchema('pfm')]);
const exampleIds = { bookingId: 'bkg_01je5nryg0fgz9y05x3mqpmjrg' };
const exampleOrganizationId = 'org_01je5nryg0fgz9y05x3mqpmjrg';
const exampleInvoiceId = 'inv_01je5nryg0fgz9y05x3mqpmjrg';
const reason = text(500).min(1).describe('The reason, which is stored with the booking');

/** The decision of staff about a booking in suspense (PAY-2). */
export const SuspenseResolution = z
  .object({
    kind: z.enum(['assigned', 'returned', 'written_off']),
    organizationId: idSchema('org').nullable().describe('The organization that got the money'),
    documentId: documentId.nullable().describe('The invoice that the money paid'),
    paymentId: idSchema('pay').nullable().describe('The payment that returns the money'),
    reason: z.string(),
    resolvedBy: idSchema('acc'),
    resolvedAt: Instant,
  })
  .meta({ id: 'SuspenseResolution', description: 'The decision of staff about a bank booking in suspense' });

const exampleResolution = {
  kind: 'assigned' as const,
  organizationId: exampleOrganizationId,
  documentId: null,
  paymentId: null,
  reason: 'The customer sent the payment order',
  resolvedBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  resolvedAt: '2026-01-31T09:00:00.000Z',
};

const errors = {
  SUSPENSE_NOT_FOUND: { status: 404, title: 'There is no such booking in suspense' },
  SUSPENSE_RESOLVED: { status: 409, title: 'The booking is no longer in suspense' },
} as const;
const moneyErrors = {
  ...errors,
  SUSPENSE_NOT_INCOMING: { status: 409, title: 'The booking is not incoming money' },
} as const;

export const listSuspense = query({
  subject: 'rpc.billing.suspense.list.v1',
  http: { method: 'GET', path: '/v1/staff/suspense' },
  access: 'staff',
  // PAY-2
  summary: 'List bank bookings in suspense, newest first',
  input: z.object({
    ...pageInput,
    state: z.enum(['open', 'resolved']).default('open').describe('`resolved`: staff has decided about the booking'),
  }),
  output: page(
    z.object({
      bookingId,
      bankFileId: idSchema('bkf'),
      amount: MoneyValue.nullable().describe('Null when the file has no amount in a known currency'),
      amountText: z.string().describe('Amount and currency as written in the file'),
      direction: z.enum(['credit', 'debit']),
      valueDate: LocalDate.nullable(),
      reason: z.string(),
      detail: z.string(),
      reference: z.string().nullable(),
      text: z.string(),
      debtorName: z.string().nullable(),
      debtorIban: z.string().nullable(),
      resolution: SuspenseResolution.nullable(),
    }),
  ),
  errors: pageErrors,
  example: {
    input: {},
    output: {
      data: [
        {
          ...exampleIds,
          bankFileId: 'bkf_01je5nryg0fgz9y05x3mqpmjrg',
          amount: { amount: 11_675, currency: 'CHF' },
          amountText: '116.75 CHF',
          direction: 'credit',
          valueDate: '2026-01-31',
          reason: 'reference_unknown',
          detail: 'no organization has this reference or account',
          reference: '000000000000000000000000018',
          text: '',
          debtorName: 'Alpine Rescue',
          debtorIban: null,
          resolution: null,
        },
      ],
      nextCursor: null,
    },
  },
});

export const suggestSuspense = query({
  subject: 'rpc.billing.suspense.suggest.v1',
  http: { method: 'GET', path: '/v1/staff/suspense/:bookingId/suggestions' },
  access: 'staff',
  // PAY-2
  summary: 'Suggest organizations and documents for a booking in suspense, the best first',
  input: z.object({ bookingId }),
  output: z.object({
    suggestions: z
      .array(
        z.object({
          organizationId: idSchema('org'),
          name: z.string().describe('Name of the buyer'),
          documents: z
            .array(z.object({ documentId, number: z.string(), open: MoneyValue }))
            .describe('Documents whose open amounts add up to the amount; empty when there is no such combination'),
          reasons: z
            .array(z.enum(['payer_iban', 'payer_name', 'amount', 'amount_of_several']))
            .describe(
              '`payer_iban`: the account of the payer paid for the organization before. ' +
                '`payer_name`: the names are equal. ' +
                '`amount`: one document has the amount. `amount_of_several`: several invoices add up to the amount',
            ),
        }),
      )
      .max(20),
  }),
  errors: { SUSPENSE_NOT_FOUND: errors.SUSPENSE_NOT_FOUND },
  example: {
    input: exampleIds,
    output: {
      suggestions: [
        {
          organizationId: exampleOrganizationId,
          name: 'Alpine Rescue',
          documents: [
            {
              documentId: exampleInvoiceId,
              number: 'INV-2026-000001',
              open: { amount: 11_675, currency: 'CHF' as const },
            },
          ],
          reasons: ['payer_iban', 'amount'],
        },
      ],
    },
  },
});

const repeatDescription = 'A repeated call changes nothing and returns the first decision.';

export const assignSuspense = command({
  subject: 'rpc.billing.suspense.assign.v1',
  http: { method: 'POST', path: '/v1/staff/suspense/:bookingId/assign' },
  access: 'staff',
  summary: 'Assign a booking in suspense to the prepaid account of an organization, or to a document',
  description:
    'With `documentId`, the money pays the document: a lower amount pays a part of an invoice, and the rest of a ' +
    'higher amount goes to prepaid. A reversal takes back the payment of the document that has its amount; without ' +
    '`documentId` it takes the amount from prepaid. An uncleared entry of an account statement can also be assigned. ' +
    repeatDescription,
  input: z.object({ bookingId, organizationId: idSchema('org'), documentId: documentId.optional(), reason }),
  output: SuspenseResolution,
  errors: {
    ...moneyErrors,
    SUSPENSE_CURRENCY_NOT_SOLD: {
      status: 409,
      title: 'No product is sold in the currency of the money: return the money or write it off',
    },
    DOCUMENT_NOT_FOUND: { status: 404, title: 'There is no such document' },
    DOCUMENT_NOT_PAYABLE: { status: 409, title: 'The document has no amount due' },
    DOCUMENT_NOT_PAID: { status: 409, title: 'The document has no bank payment of this amount' },
    PREPAID_INSUFFICIENT: { status: 409, title: 'The prepaid balance is too low' },
    PAYMENT_NOT_SUFFICIENT: {
      status: 409,
      title: 'The payment is too low for the document, or in another currency',
    },
  },
  example: {
    input: { ...exampleIds, organizationId: exampleOrganizationId, reason: exampleResolution.reason },
    output: exampleResolution,
  },
});

export const returnSuspense = command({
  subject: 'rpc.billing.suspense.return.v1',
  http: { method: 'POST', path: '/v1/staff/suspense/:bookingId/return' },
  access: 'staff',
  requiresRecentSignIn: true,
  summary: 'Return the money of a booking in suspense to its payer',
  description: `The payment leaves with the next payment file. ${repeatDescription}`,
  input: z.object({
    bookingId,
    iban: text(42).optional().describe('Account of the payer; only when the bank file does not state the account'),
    name: text(70).min(1).optional().describe('Name of the payer; only when the bank file does not state the name'),
    reason,
  }),
  output: SuspenseResolution,
  errors: {
    ...moneyErrors,
    IBAN_INVALID: { status: 422, title: 'The IBAN is invalid' },
    PAYER_MISSING: { status: 422, title: 'The bank file does not state the account or the name of the payer' },
    PAYER_DIFFERS: { status: 422, title: 'The money came from another account' },
  },
  example: {
    input: { ...exampleIds, reason: 'Not a customer' },
    output: {
      ...exampleResolution,
      kind: 'returned',
      organizationId: null,
      paymentId: 'pay_01je5nryg0fgz9y05x3mqpmjrg',
      reason: 'Not a customer',
    },
  },
});

export const writeOffSuspense = command({
  subject: 'rpc.billing.suspense.write_off.v1',
  http: { method: 'POST', path: '/v1/staff/suspense/:bookingId/write-off' },
  access: 'staff',
  summary: 'Close a booking in suspense: its amount becomes a payment difference',
  description: repeatDescription,
  input: z.object({ bookingId, reason }),
  output: SuspenseResolution,
  errors,
  example: {
    input: { ...exampleIds, reason: 'Below the cost of a return' },
    output: { ...exampleResolution, kind: 'written_off', organizationId: null, reason: 'Below the cost of a return' },
  },
});
