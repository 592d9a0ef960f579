import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Instant, page, pageErrors, pageInput } from '../values.ts';
import { CardSummary, exampleCard, methodNotFound, providerErrors } from './card-payment.ts';

const organizationId = idSchema('org');
const methodId = idSchema('mth');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  methodId: 'mth_01je5nryg0fgz9y05x3mqpmjrg',
} as const;

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
  card: exampleCard,
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
  errors: methodNotFound,
  example: { input: ids, output: {} },
});

const methodFields = { organizationId, methodId };

export const paymentMethodStored = event({
  subject: 'evt.billing.payment_method.stored.v1',
  summary: 'A payment method was confirmed and can be charged',
  entity: 'methodId',
  data: z.object({ ...methodFields, expiresOn: z.string().describe('The last month in which the card is valid') }),
  example: { ...ids, expiresOn: '2029-12' },
});

export const paymentMethodDeclined = event({
  subject: 'evt.billing.payment_method.declined.v1',
  summary: 'A payment method was declined permanently and is not charged any more',
  entity: 'methodId',
  data: z.object({ ...methodFields, reason: z.string().nullable() }),
  example: { ...ids, reason: 'stolen_card' },
});

export const paymentMethodDeleted = event({
  subject: 'evt.billing.payment_method.deleted.v1',
  summary: 'A payment method was deleted',
  entity: 'methodId',
  data: z.object(methodFields),
  example: ids,
});

export const paymentMethodsOrdered = event({
  subject: 'evt.billing.payment_method.ordered.v1',
  summary: 'The order of the payment methods was changed',
  entity: 'organizationId',
  data: z.object({ organizationId, methodIds: z.array(methodId) }),
  example: { organizationId: ids.organizationId, methodIds: [ids.methodId] },
});
