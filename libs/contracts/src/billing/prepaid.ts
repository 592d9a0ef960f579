import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ifMatch } from '../if-match.ts';
import { Currency, Instant, LocalDate, MoneyValue } from '../values.ts';

const organizationId = idSchema('org');
const exampleId = 'org_01je5nryg0fgz9y05x3mqpmjrg';

/** The reason of an entry of the prepaid account (PAY-3). */
export const PrepaidReason = z
  .enum([
    'overpaid',
    'amount_too_low',
    'wrong_currency',
    'reference_already_settled',
    'reference_cancelled',
    'reference_expired',
    'reference_unknown',
    'reference_invalid',
    'reference_missing',
    'standing_order',
    'top_up',
    'used',
    'reversed',
    'refunded',
    'paid_out',
  ])
  .meta({ id: 'PrepaidReason' });

export const PrepaidEntry = z.object({
  at: Instant,
  amount: MoneyValue.describe('Positive when the balance increases'),
  reason: PrepaidReason,
  bookingId: idSchema('bkg').nullable(),
  documentId: z.string().nullable(),
  receiptNumber: z.string().nullable().describe('Number of the receipt of a top-up'),
});

/** Settings for the use of incoming money (PAY-3). */
export const PrepaidSettings = z
  .object({
    paysInvoices: z
      .boolean()
      .describe('True when prepaid automatically pays the oldest open invoice that the balance covers in full'),
    takesPartPayments: z
      .boolean()
      .describe(
        'True when a bank transfer below the amount of an invoice pays a part of the invoice; false when such a ' +
          'transfer is credited to prepaid',
      ),
    version: z.int().describe('Increases with each change'),
  })
  .meta({ id: 'PrepaidSettings' });

export const getPrepaid = query({
  subject: 'rpc.billing.prepaid.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/prepaid' },
  access: 'document:read',
  // PAY-4
  summary: 'Get the prepaid account with one balance per currency and its newest entries',
  input: z.object({ organizationId }),
  output: z.object({
    standingOrderReference: z
      .string()
      .describe('Payment reference for standing orders, which never changes; its payments are credited to prepaid'),
    balances: z.array(MoneyValue),
    entries: z.array(PrepaidEntry),
    settings: PrepaidSettings,
  }),
  errors: {},
  example: {
    input: { organizationId: exampleId },
    output: {
      standingOrderReference: '000000000000000000000000018',
      settings: { paysInvoices: true, takesPartPayments: false, version: 1 },
      balances: [{ amount: 11_675, currency: 'CHF' }],
      entries: [
        {
          at: '2026-01-31T09:00:00.000Z',
          amount: { amount: 11_675, currency: 'CHF' },
          reason: 'reference_already_settled',
          bookingId: 'bkg_01je5nryg0fgz9y05x3mqpmjrg',
          documentId: null,
          receiptNumber: null,
        },
      ],
    },
  },
});

export const getPrepaidSettings = query({
  subject: 'rpc.billing.prepaid.get_settings.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/prepaid/settings' },
  access: 'document:read',
  summary: 'Get how incoming money is used; the ETag is for If-Match',
  input: z.object({ organizationId }),
  output: PrepaidSettings,
  errors: {},
  example: {
    input: { organizationId: exampleId },
    output: { paysInvoices: true, takesPartPayments: false, version: 1 },
  },
});

export const changePrepaidSettings = command({
  subject: 'rpc.billing.prepaid.change_settings.v1',
  http: { method: 'PATCH', path: '/v1/organizations/:organizationId/prepaid/settings' },
  access: 'payment:make',
  summary: 'Change how incoming money is used; omitted settings do not change',
  description: 'The response has an ETag; If-Match rejects the change when the settings were changed meanwhile.',
  input: PrepaidSettings.omit({ version: true }).partial().extend({ organizationId, ifMatch }),
  output: PrepaidSettings,
  errors: {},
  example: {
    input: { organizationId: exampleId, paysInvoices: false },
    output: { paysInvoices: false, takesPartPayments: false, version: 2 },
  },
});

export const prepaidCredited = event({
  subject: 'evt.billing.prepaid.credited.v1',
  summary: 'A payment was credited to prepaid',
  entity: 'bookingId',
  data: z.object({
    organizationId,
    bookingId: idSchema('bkg'),
    amount: MoneyValue,
    currency: Currency,
    reason: PrepaidReason,
    valueDate: LocalDate,
    documentId: z.string().nullable(),
  }),
  example: {
    organizationId: exampleId,
    bookingId: 'bkg_01je5nryg0fgz9y05x3mqpmjrg',
    amount: { amount: 11_675, currency: 'CHF' },
    currency: 'CHF',
    reason: 'reference_already_settled',
    valueDate: '2026-01-31',
    documentId: 'pfm_01je5nryg0fgz9y05x3mqpmjrg',
  },
});
