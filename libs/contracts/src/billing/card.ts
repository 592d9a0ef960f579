import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Currency, Instant, MoneyValue, page, pageErrors, pageInput } from '../values.ts';

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
const card = { brand: 'Visa', lastFour: '0010' };

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
  card,
  failure: null,
  refunded: chf(0),
  chargedBack: chf(0),
  createdAt: '2026-01-31T09:00:00.000Z',
};

const providerErrors = {
  CARDS_NOT_OFFERED: { status: 409, title: 'This installation does not accept cards' },
  CARD_PROVIDER_UNAVAILABLE: { status: 503, title: 'The payment provider does not answer; please try again' },
} as const;
const startErrors = {
  PAYMENT_METHOD_NOT_FOUND: { status: 404, title: 'There is no such payment method' },
  PAYMENT_METHOD_NOT_USABLE: { status: 409, title: 'The payment method was declined or is not confirmed' },
  ...providerErrors,
} as const;
const startOutput = z.object({ paymentId, url: z.string().nullable().describe('The link; null for a payment method') });
const startExample = { paymentId: ids.paymentId, url: 'https://pay.example/p/8Kq2' };
const methodToCharge = methodId.optional().describe('The payment method to charge');
const methodNotFoundErrors = {
  PAYMENT_METHOD_NOT_FOUND: { status: 404, title: 'There is no such payment method' },
} as const;

export const startCardPayment = command({
  subject: 'rpc.billing.card_payment.start.v1',
  http: {
    method: 'POST',
    path: '/v1/organizations/:organizationId/documents/:documentId/card-payment',
    status: 201,
  },
  access: 'payment:make',
  // PAY-1, C-BNK-19
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

/** The provider calls this route. A notification only causes a look-up at the provider, so the order of
 * notifications is irrelevant. */
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

export const PaymentMethodEntry = z
  .object({
    id: methodId,
    status: z
      .enum(['pending', 'usable', 'declined'])
      .describe('`pending`: the payer has not confirmed yet. `declined`: the card was declined permanently'),
    card: CardSummary.nullable().describe('Null while the method is pending'),
    expiresOn: z.string().nullable().describe('The last month in which the card is valid, YYYY-MM'),
    createdAt: Instant,
  })
  .meta({ id: 'PaymentMethod' });
const exampleMethod = {
  id: ids.methodId,
  status: 'usable' as const,
  card,
  expiresOn: '2029-12',
  createdAt: '2026-01-31T09:00:00.000Z',
};

export const listPaymentMethods = query({
  subject: 'rpc.billing.payment_method.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/payment-methods' },
  access: 'address:read',
  summary: 'List payment methods in the order that the organization has set',
  input: z.object({ organizationId, ...pageInput }),
  output: page(PaymentMethodEntry),
  errors: pageErrors,
  example: {
    input: { organizationId: ids.organizationId },
    output: { data: [exampleMethod], nextCursor: null },
  },
});

export const addPaymentMethod = command({
  subject: 'rpc.billing.payment_method.add.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/payment-methods', status: 201 },
  access: 'payment:make',
  summary: 'Store a card: returns the link on which the payer enters and confirms it',
  description: 'The card is added at the end of the list when the payer has confirmed it by strong authentication.',
  input: z.object({ organizationId }),
  output: z.object({ methodId, url: z.string() }),
  errors: {
    PAYMENT_METHOD_LIMIT: { status: 409, title: 'There are twenty payment methods: delete one first' },
    ...providerErrors,
  },
  idempotencyKey: 'required',
  example: {
    input: { organizationId: ids.organizationId },
    output: { methodId: ids.methodId, url: 'https://pay.example/s/8Kq2' },
  },
});

export const orderPaymentMethods = command({
  subject: 'rpc.billing.payment_method.order.v1',
  http: { method: 'PUT', path: '/v1/organizations/:organizationId/payment-methods/order', status: 204 },
  access: 'payment:make',
  summary: 'Set the order of the payment methods',
  input: z.object({
    organizationId,
    methodIds: z
      .array(methodId)
      .min(1)
      .max(100)
      .describe('All payment methods, in the order in which they are charged'),
  }),
  output: z.object({}),
  errors: {
    PAYMENT_METHODS_CHANGED: {
      status: 409,
      title: 'The list does not contain exactly the payment methods of the organization',
    },
  },
  example: { input: { organizationId: ids.organizationId, methodIds: [ids.methodId] }, output: {} },
});

export const deletePaymentMethod = command({
  subject: 'rpc.billing.payment_method.delete.v1',
  http: {
    method: 'DELETE',
    path: '/v1/organizations/:organizationId/payment-methods/:methodId',
    status: 204,
  },
  access: 'payment:make',
  summary: 'Delete a payment method, also at the provider',
  input: z.object({ organizationId, methodId }),
  output: z.object({}),
  errors: methodNotFoundErrors,
  example: { input: { organizationId: ids.organizationId, methodId: ids.methodId }, output: {} },
});

/** The behaviour of a test card of the card simulator. */
export const SimulatedBehaviour = z
  .enum([
    'success',
    'soft_decline',
    'hard_decline',
    'authentication_required',
    'time_out_after_success',
    'notification_late',
    'notification_twice',
    'notification_lost',
    'notification_reordered',
    'chargeback',
    'chargeback_won',
    'refund_refused',
  ])
  .meta({ id: 'SimulatedBehaviour' });

const simulatorErrors = {
  SIMULATED_PAYMENT_NOT_FOUND: { status: 404, title: 'The link is wrong' },
} as const;

export const describeSimulatedPayment = command({
  subject: 'rpc.billing.card_simulator.describe.v1',
  http: { method: 'POST', path: '/v1/card-simulator/describe' },
  access: 'public',
  summary: 'Describe a payment of the card simulator, and its test cards; only in a demonstration or test',
  input: z.object({ token: z.string().max(100) }),
  output: z.object({
    amount: MoneyValue.nullable().describe('Null when the link stores a card'),
    isOpen: z.boolean().describe('False when the payment has succeeded or has failed'),
    returnUrl: z.string(),
    cards: z.array(z.object({ number: z.string(), behaviour: SimulatedBehaviour })),
  }),
  errors: simulatorErrors,
  example: {
    input: { token: '8Kq2' },
    output: {
      amount: chf(11_675),
      isOpen: true,
      returnUrl: 'http://127.0.0.1:3000/card-payment',
      cards: [{ number: '4000000000000010', behaviour: 'success' }],
    },
  },
});

export const paySimulatedPayment = command({
  subject: 'rpc.billing.card_simulator.pay.v1',
  http: { method: 'POST', path: '/v1/card-simulator/pay' },
  access: 'public',
  summary: 'Pay with a test card at the card simulator; only in a demonstration or test',
  input: z.object({
    token: z.string().max(100),
    number: z
      .string()
      .max(30)
      .describe('The number of a test card; other numbers are refused, so that nobody enters a real card'),
    isConfirmed: z.boolean().default(false).describe('True when the payer has confirmed by strong authentication'),
  }),
  output: z.object({ outcome: z.enum(['accepted', 'declined', 'authentication_required']), returnUrl: z.string() }),
  errors: {
    ...simulatorErrors,
    SIMULATED_PAYMENT_CLOSED: { status: 409, title: 'The payment has already succeeded or failed' },
    TEST_CARD_UNKNOWN: { status: 422, title: 'The card is not a test card' },
    CARD_PROVIDER_UNAVAILABLE: providerErrors.CARD_PROVIDER_UNAVAILABLE,
  },
  example: {
    input: { token: '8Kq2', number: '4000000000000010' },
    output: { outcome: 'accepted', returnUrl: 'http://127.0.0.1:3000/card-payment' },
  },
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

const methodFields = { organizationId, methodId };
const exampleMethodFields = { organizationId: ids.organizationId, methodId: ids.methodId };

export const paymentMethodStored = event({
  subject: 'evt.billing.payment_method.stored.v1',
  summary: 'A payment method was confirmed and can be charged',
  entity: 'methodId',
  data: z.object({ ...methodFields, expiresOn: z.string().describe('The last month in which the card is valid') }),
  example: { ...exampleMethodFields, expiresOn: '2029-12' },
});

export const paymentMethodDeclined = event({
  subject: 'evt.billing.payment_method.declined.v1',
  summary: 'A payment method was declined permanently and is not charged any more',
  entity: 'methodId',
  data: z.object({ ...methodFields, reason: z.string().nullable() }),
  example: { ...exampleMethodFields, reason: 'stolen_card' },
});

export const paymentMethodDeleted = event({
  subject: 'evt.billing.payment_method.deleted.v1',
  summary: 'A payment method was deleted',
  entity: 'methodId',
  data: z.object(methodFields),
  example: exampleMethodFields,
});

export const paymentMethodsOrdered = event({
  subject: 'evt.billing.payment_method.ordered.v1',
  summary: 'The order of the payment methods was changed',
  entity: 'organizationId',
  data: z.object({ organizationId, methodIds: z.array(methodId) }),
  example: { organizationId: ids.organizationId, methodIds: [ids.methodId] },
});
