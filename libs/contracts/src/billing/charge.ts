import * as z from 'zod';
import { command } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ProductTypeKey } from '../products/product-snapshot.ts';
import { Interval } from '../products/product-type.ts';
import { vatErrors } from './address.ts';
import { Currency, LocalDate, MoneyValue, Name } from '../values.ts';

const organizationId = idSchema('org');

/** A period of a product is charged at most once: (product, period start) is unique (REN-3). */
export const chargePeriod = command({
  subject: 'rpc.billing.charge.create.v1',
  access: 'service',
  callers: ['renewals'],
  summary: 'Charge a product for its next period, from prepaid or on credit by renewal warranty',
  description:
    'A repeated request returns the result of the first charge of the period, also with another charge id. ' +
    'A declined charge changes nothing and can be requested again.',
  input: z.object({
    organizationId,
    chargeId: idSchema('chg'),
    productId: idSchema('prd'),
    type: ProductTypeKey,
    name: Name,
    interval: Interval,
    currency: Currency,
    periodStart: LocalDate,
    periodEnd: LocalDate,
    method: z.enum(['prepaid', 'on_credit']),
    heldUntil: LocalDate.nullable().describe(
      'Only for `on_credit`: date until which the invoice causes no fee, block or interruption',
    ),
  }),
  output: z.object({
    status: z.enum(['paid', 'issued', 'declined']),
    invoiceId: idSchema('inv').nullable(),
    total: MoneyValue,
    dueOn: LocalDate.nullable(),
    declineReason: z.enum(['prepaid_insufficient']).nullable(),
  }),
  errors: {
    PERIOD_CHARGED: {
      status: 409,
      title: 'The period was charged to the previous organization of the product',
    },
    ADDRESS_MISSING: { status: 409, title: 'The organization has no billing address' },
    ...vatErrors,
    PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
    PRODUCT_TYPE_RETIRED: { status: 422, title: 'The product type is no longer sold' },
    PRICE_MISSING: { status: 422, title: 'The product is not sold in this currency and interval' },
  },
  example: {
    input: {
      organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
      chargeId: 'chg_01je5nryg0fgz9y05x3mqpmjrg',
      productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
      type: 'web_hosting',
      name: 'alpine.example',
      interval: 'yearly',
      currency: 'CHF',
      periodStart: '2027-01-31',
      periodEnd: '2028-01-31',
      method: 'prepaid',
      heldUntil: null,
    },
    output: {
      status: 'paid',
      invoiceId: 'inv_01je5nryg0fgz9y05x3mqpmjrg',
      total: { amount: 11_675, currency: 'CHF' },
      dueOn: '2027-03-02',
      declineReason: null,
    },
  },
});
