import * as z from 'zod';
import { command } from '../contract.ts';
import { MoneyValue, text } from '../values.ts';
import { providerErrors } from './card-payment.ts';

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
  input: z.object({ token: text(100) }),
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
      amount: { amount: 11_675, currency: 'CHF' },
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
    token: text(100),
    number: text(30).describe(
      'The number of a test card; other numbers are refused, so that nobody enters a real card',
    ),
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
