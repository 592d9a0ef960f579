import * as z from 'zod';
import { command, query } from '../contract.ts';
import { FileReference } from '../file.ts';
import { idSchema } from '../id.ts';
import { CardSummary, exampleCard, providerErrors } from './card-payment.ts';
import { BankMoney, Currency, Instant, MoneyValue, page, pageErrors, pageInput, text } from '../values.ts';

const organizationId = idSchema('org');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', paymentId: 'pay_01je5nryg0fgz9y05x3mqpmjrg' };
const chf = (amount: number) => ({ amount, currency: 'CHF' as const });

export const OutgoingPaymentStatus = z.enum(['ordered', 'sent', 'executed', 'failed']).meta({
  id: 'OutgoingPaymentStatus',
  description:
    '`ordered`: waits for the next payment file. `sent`: is in a payment file. `executed`: the bank has debited ' +
    'the payment. `failed`: the bank has returned the payment',
});

export const OutgoingPayment = z
  .object({
    id: idSchema('pay'),
    purpose: z
      .enum(['pay_out', 'refund', 'return'])
      .describe(
        '`pay_out`: money of the prepaid account. `refund`: money of a credit note. `return`: money in suspense',
      ),
    amount: MoneyValue,
    creditorName: z.string(),
    creditorIban: z.string(),
    documentId: z.string().nullable().describe('The document of a refund'),
    status: OutgoingPaymentStatus,
    orderedAt: Instant,
  })
  .meta({ id: 'OutgoingPayment', description: 'A payment from the seller to a customer' });

const example = {
  id: ids.paymentId,
  purpose: 'pay_out' as const,
  amount: chf(11_675),
  creditorName: 'Alpine Rescue',
  creditorIban: 'CH5604835012345678009',
  documentId: null,
  status: 'ordered' as const,
  orderedAt: '2026-01-31T09:00:00.000Z',
};

export const payOutPrepaid = command({
  subject: 'rpc.billing.pay_out.order.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/prepaid/pay-outs', status: 201 },
  access: 'prepaid:pay_out',
  requiresRecentSignIn: true,
  // PAY-4
  summary: 'Pay out prepaid money to a bank account',
  description:
    'The money goes back to an account from which the organization paid; `iban` chooses an account when there are ' +
    'several. Another account is accepted only when no account is known. Money that came by card goes back to the ' +
    'card (`payOutPrepaidToCards`); only what the payment provider has refused to refund may go to an account.',
  input: z.object({
    organizationId,
    amount: z.int().min(1).describe('In minor units'),
    currency: Currency.default('CHF'),
    iban: text(42).optional(),
    accountHolder: text(70).min(1).optional().describe('Name of the account holder; required for an unknown account'),
  }),
  output: OutgoingPayment,
  errors: {
    IBAN_INVALID: { status: 422, title: 'The IBAN is invalid' },
    PAY_OUT_ACCOUNT_MISSING: { status: 422, title: 'No account is known: the pay-out needs an IBAN and a name' },
    PAY_OUT_ACCOUNT_AMBIGUOUS: { status: 422, title: 'Several accounts are known: the pay-out needs an IBAN' },
    PAY_OUT_ACCOUNT_FOREIGN: { status: 409, title: 'Money is paid out only to an account from which it came' },
    PAY_OUT_CARD_FIRST: { status: 409, title: 'Money that came by card is paid out to the card' },
    PREPAID_INSUFFICIENT: { status: 409, title: 'The prepaid balance is too low' },
  },
  idempotencyKey: 'required',
  example: { input: { organizationId: ids.organizationId, amount: 11_675 }, output: example },
});

export const payOutPrepaidToCards = command({
  subject: 'rpc.billing.pay_out.order_to_cards.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/prepaid/card-refunds', status: 201 },
  access: 'prepaid:pay_out',
  requiresRecentSignIn: true,
  // PAY-4
  summary: 'Pay out prepaid money to the cards from which it came',
  description:
    'The payment provider refunds the money to the cards, to the card of the newest payment first. Money that the ' +
    'provider refuses to refund is credited to prepaid again, and may then be paid out to a bank account.',
  input: z.object({
    organizationId,
    amount: z.int().min(1).describe('In minor units'),
    currency: Currency.default('CHF'),
  }),
  output: z.object({
    refunds: z.array(z.object({ paymentId: idSchema('pay'), card: CardSummary.nullable(), amount: MoneyValue })),
  }),
  errors: {
    PAY_OUT_CARD_TOO_HIGH: { status: 409, title: 'Less money came by card than this pay-out needs' },
    PREPAID_INSUFFICIENT: { status: 409, title: 'The prepaid balance is too low' },
    CARDS_NOT_OFFERED: providerErrors.CARDS_NOT_OFFERED,
  },
  idempotencyKey: 'required',
  example: {
    input: { organizationId: ids.organizationId, amount: 11_675 },
    output: { refunds: [{ paymentId: ids.paymentId, card: exampleCard, amount: chf(11_675) }] },
  },
});

export const listPayOuts = query({
  subject: 'rpc.billing.pay_out.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/prepaid/pay-outs' },
  access: 'document:read',
  summary: 'List the outgoing payments to the organization, newest first: pay-outs and refunds',
  input: z.object({ organizationId, ...pageInput }),
  output: page(OutgoingPayment),
  errors: pageErrors,
  example: { input: { organizationId: ids.organizationId }, output: { data: [example], nextCursor: null } },
});

const PaymentFile = z
  .object({
    id: idSchema('bkf'),
    messageId: z.string().describe('Identifies the file at the bank'),
    createdAt: Instant,
    payments: z.int().describe('Number of payments'),
    sums: z.array(BankMoney).describe('Sum per currency'),
  })
  .meta({ id: 'PaymentFile', description: 'A payment file (pain.001) for the bank of the seller' });
const exampleFile = {
  id: 'bkf_01je5nryg0fgz9y05x3mqpmjrg',
  messageId: '01JE5NRYG0FGZ9Y05X3MQPMJRG',
  createdAt: '2026-01-31T09:00:00.000Z',
  payments: 1,
  sums: [chf(11_675)],
};

export const createPaymentFile = command({
  subject: 'rpc.billing.payment_file.create.v1',
  http: { method: 'POST', path: '/v1/staff/payment-files', status: 201 },
  access: 'staff',
  requiresRecentSignIn: true,
  summary: 'Create a payment file (pain.001) with the ordered payments to customers',
  description:
    'A payment is in one file only. A file has at most 1,000 payments; call again, with a new key, for the rest.',
  input: z.object({}),
  output: PaymentFile,
  errors: { NO_PAYMENTS_ORDERED: { status: 409, title: 'No payment waits for a file' } },
  idempotencyKey: 'required',
  example: { input: {}, output: exampleFile },
});

export const listPaymentFiles = query({
  subject: 'rpc.billing.payment_file.list.v1',
  http: { method: 'GET', path: '/v1/staff/payment-files' },
  access: 'staff',
  summary: 'List payment files, newest first',
  input: z.object(pageInput),
  output: page(PaymentFile),
  errors: pageErrors,
  example: { input: {}, output: { data: [exampleFile], nextCursor: null } },
});

export const downloadPaymentFile = command({
  subject: 'rpc.billing.payment_file.download.v1',
  http: {
    method: 'GET',
    path: '/v1/staff/payment-files/:paymentFileId/xml',
    download: ['application/xml'],
  },
  access: 'staff',
  summary: 'Download a payment file (pain.001.001.09)',
  description: 'All downloads return the same bytes.',
  input: z.object({ paymentFileId: idSchema('bkf') }),
  output: FileReference,
  errors: { PAYMENT_FILE_NOT_FOUND: { status: 404, title: 'There is no such payment file' } },
  example: {
    input: { paymentFileId: exampleFile.id },
    output: {
      fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg',
      name: 'pain.001-01JE5NRYG0FGZ9Y05X3MQPMJRG.xml',
      contentType: 'application/xml',
      size: 1_834,
    },
  },
});
