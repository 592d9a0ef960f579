import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Currency, Instant, MoneyValue } from '../values.ts';

/** In minor units. */
const MAX_TOP_UP = 100_000_000;

const organizationId = idSchema('org');
const payableDocumentId = z.union([idSchema('pfm'), idSchema('inv')], {
  error: 'must be an id that starts with pfm_, inv_',
});
const paymentId = idSchema('pay');
const methodId = idSchema('mth');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  documentId: 'pfm_01je5nryg0fgz9y05x3mqpmjrg',
  paymentId: 'pay_01je5nryg0fgz9y05x3mqpmjrg',
  methodId: 'mth_01je5nryg0fgz9y05x3mqpmjrg',
} as const;
const chf = (amount: number) => ({ amount, currency: 'CHF' as const });

/** The part of a card that is stored: never its number. */
export const CardSummary = z
  .object({ brand: z.string(), lastFour: z.string().describe('The last four digits') })
  .meta({ id: 'CardSummary' });
/** An example for contracts with a card. */
export const exampleCard = { brand: 'Visa', lastFour: '0010' };

export const CardPayment = z
  .object({
    id: paymentId,
    documentId: payableDocumentId.nullable().describe('Null for a payment to prepaid'),
    status: z
      .enum(['started', 'processing', 'authentication_required', 'succeeded', 'failed', 'charged_back'])
      .describe(
        '`started`: the link waits for the payer. `processing`: a payment method is charged. ' +
          '`authentication_required`: the payer must confirm at `url`',
      ),
    amount: MoneyValue.describe('The amount that the card pays'),
    prepaidAmount: MoneyValue.describe(
      'The part that prepaid pays; reserved until the payment has succeeded or failed',
    ),
    url: z
      .string()
      .nullable()
      .describe('The page on which the payer pays or confirms; null when the payer has nothing to do'),
    invoiceId: idSchema('inv').nullable().describe('The paid invoice; null when the money went to prepaid'),
    methodId: methodId.nullable().describe('The charged payment method; null for a payment by the link'),
    card: CardSummary.nullable(),
    failure: z
      .enum(['soft_decline', 'hard_decline', 'expired'])
      .nullable()
      .describe(
        '`soft_decline`: a later attempt may succeed. ' +
          '`hard_decline`: the card is declined permanently. `expired`: nobody used the link in time',
      ),
    refunded: MoneyValue.describe('Refunds to the card, also those that the provider has not executed yet'),
    chargedBack: MoneyValue.describe(
      'Money that the bank of the payer took back, minus what the seller got back because a dispute was won',
    ),
    createdAt: Instant,
  })
  .meta({ id: 'CardPayment' });
const examplePayment = {
  id: ids.paymentId,
  documentId: ids.documentId,
  status: 'succeeded' as const,
  amount: chf(11_675),
  prepaidAmount: chf(0),
  url: null,
  invoiceId: 'inv_01je5nryg0fgz9y05x3mqpmjrg',
  methodId: null,
  card: exampleCard,
  failure: null,
  refunded: chf(0),
  chargedBack: chf(0),
  createdAt: '2026-01-31T09:00:00.000Z',
};

/** The errors of operations that call the payment provider. */
export const providerErrors = {
  CARDS_NOT_OFFERED: { status: 409, title: 'This installation does not accept cards' },
  CARD_PROVIDER_UNAVAILABLE: { status: 503, title: 'The payment provider does not answer; please try again' },
} as const;
/** The error of operations that name a payment method. */
export const methodNotFound = {
  PAYMENT_METHOD_NOT_FOUND: { status: 404, title: 'There is no such payment method' },
} as const;
const startErrors = {
  ...methodNotFound,
  PAYMENT_METHOD_NOT_USABLE: { status: 409, title: 'The payment method was declined or is not confirmed' },
  ...providerErrors,
} as const;
const startOutput = z.object({ paymentId, url: z.string().nullable().describe('The link; null for a payment method') });
const startExample = { paymentId: ids.paymentId, url: 'https://pay.example/p/8Kq2' };
const methodToCharge = methodId.optional().describe('The payment method to charge');

export const startCardPayment = command({
  subject: 'rpc.billing.card_payment.start.v1',
  http: {
    method: 'POST',
    path: '/v1/organizations/:organizationId/documents/:documentId/card-payment',
    status: 201,
  },
  access: 'payment:make',
  // PAY-1
  summary: 'Pay a pro forma or an invoice by card: returns the link on which the payer pays',
  description:
    'With `methodId`, the payment method is charged and there is no link. ' +
    'With `prepaidAmount`, prepaid pays a part: the part is reserved now, used when the card has paid, and released ' +
    'when the card fails. Money that can no longer pay the document goes to prepaid.',
  input: z.object({
    organizationId,
    documentId: payableDocumentId,
    prepaidAmount: z.int().min(1).optional().describe('The part that prepaid pays, in minor units'),
    methodId: methodToCharge,
  }),
  output: startOutput,
  errors: {
    DOCUMENT_NOT_FOUND: { status: 404, title: 'There is no such document' },
    DOCUMENT_NOT_PAYABLE: { status: 409, title: 'The document has no amount due' },
    DOCUMENT_AMOUNT_CHANGED: { status: 409, title: 'The open amount has just changed; please try again' },
    PREPAID_INSUFFICIENT: { status: 409, title: 'The prepaid balance is too low' },
    PREPAID_PART_TOO_HIGH: { status: 422, title: 'Prepaid pays the whole amount, so nothing is left for the card' },
    ...startErrors,
  },
  idempotencyKey: 'required',
  example: {
    input: { organizationId: ids.organizationId, documentId: ids.documentId },
    output: startExample,
  },
});

export const topUpPrepaidByCard = command({
  subject: 'rpc.billing.card_payment.start_top_up.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/prepaid/card-payment', status: 201 },
  access: 'payment:make',
  // PAY-4
  summary: 'Pay money to prepaid by card: returns the link on which the payer pays',
  description: 'With `methodId`, the payment method is charged and there is no link.',
  input: z.object({
    organizationId,
    amount: MoneyValue.refine(
      ({ amount }) => amount >= 1 && amount <= MAX_TOP_UP,
      `must be from 1 to ${MAX_TOP_UP} minor units`,
    ),
    methodId: methodToCharge,
  }),
  output: startOutput,
  errors: startErrors,
  idempotencyKey: 'required',
  example: { input: { organizationId: ids.organizationId, amount: chf(50_000) }, output: startExample },
});

export const getCardPayment = query({
  subject: 'rpc.billing.card_payment.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/card-payments/:paymentId' },
  access: 'address:read',
  summary: 'Get the state of a card payment',
  input: z.object({ organizationId, paymentId }),
  output: CardPayment,
  errors: { CARD_PAYMENT_NOT_FOUND: { status: 404, title: 'There is no such card payment' } },
  example: { input: { organizationId: ids.organizationId, paymentId: ids.paymentId }, output: examplePayment },
});

/**
 * The provider calls this route. A notification only causes a look-up at the provider, so the order of notifications is
 * irrelevant.
 */
export const receiveCardNotification = command({
  subject: 'rpc.billing.card_payment.notify.v1',
  http: { method: 'POST', path: '/v1/card-notifications', status: 204, hasRawBody: true },
  access: 'public',
  summary: 'Receive a signed notification of the payment provider',
  description:
    'The signature covers the bytes of the body and a time that is at most five minutes old. ' +
    'The answer is the same for known and unknown payments.',
  input: z.object({
    body: z.string().max(16_384),
    headers: z.record(z.string(), z.string()).describe('The headers that have `signature` or `webhook` in their names'),
  }),
  output: z.object({}),
  errors: {
    CARD_NOTIFICATION_INVALID: {
      status: 400,
      title: 'The notification is not signed, or its signature is wrong or old',
    },
  },
  example: { input: { body: '{}', headers: { 'webhook-signature': 'v1,…' } }, output: {} },
});

const paymentFields = {
  organizationId,
  paymentId,
  documentId: payableDocumentId.nullable().describe('Null for a payment to prepaid'),
  currency: Currency,
  amount: MoneyValue.describe('The amount that the card pays'),
};
const exampleFields = {
  organizationId: ids.organizationId,
  paymentId: ids.paymentId,
  documentId: ids.documentId,
  currency: 'CHF' as const,
  amount: chf(11_675),
};

export const cardPaymentFailed = event({
  subject: 'evt.billing.card_payment.failed.v1',
  summary: 'A card payment failed; reserved prepaid money was released',
  entity: 'paymentId',
  data: z.object({
    ...paymentFields,
    methodId: methodId.nullable(),
    failure: z.enum(['soft_decline', 'hard_decline', 'expired']),
    reason: z.string().nullable().describe('The reason of the provider'),
  }),
  example: { ...exampleFields, methodId: null, failure: 'soft_decline', reason: 'insufficient_funds' },
});

export const cardAuthenticationRequired = event({
  subject: 'evt.billing.card_payment.authentication_required.v1',
  summary: 'The charge of a payment method waits for the confirmation of the payer; it is not declined',
  entity: 'paymentId',
  data: z.object({ ...paymentFields, methodId }),
  example: { ...exampleFields, methodId: ids.methodId },
});

export const cardPaymentChargedBack = event({
  subject: 'evt.billing.card_payment.charged_back.v1',
  summary: 'The bank of the payer took money of a card payment back',
  entity: 'paymentId',
  data: z.object({
    ...paymentFields,
    chargedBack: MoneyValue.describe('The money of this chargeback'),
    invoiceId: idSchema('inv').nullable().describe('The invoice that is open again'),
  }),
  example: { ...exampleFields, chargedBack: chf(11_675), invoiceId: 'inv_01je5nryg0fgz9y05x3mqpmjrg' },
});

export const cardRefundFailed = event({
  subject: 'evt.billing.card_payment.refund_failed.v1',
  summary: 'The provider could not refund to the card; the money went to prepaid',
  entity: 'paymentId',
  data: z.object({ ...paymentFields, refund: MoneyValue }),
  example: { ...exampleFields, refund: chf(11_675) },
});
