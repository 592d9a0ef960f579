import * as z from 'zod';
import { command, event } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ProductTypeKey } from '../products/product-snapshot.ts';
import { Interval } from '../products/product-type.ts';
import { Currency, LocalDate, Name } from '../values.ts';
import { vatErrors } from './address.ts';
import { Document, documentExamples } from './document.ts';

const organizationId = idSchema('org');
const examplePeriod = {
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  periodStart: '2027-01-31',
  periodEnd: '2028-01-31',
};
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg' };

/** A pro forma of renewals, as an example of answers. */
export const exampleRenewalProForma = {
  ...documentExamples.invoice,
  id: 'pfm_01je5nryg0fgz9y05x3mqpmjrg',
  kind: 'pro_forma',
  number: 'PRO-2026-000001',
  status: 'issued',
  orderId: null,
  paidOn: null,
} as const;

/** The renewals service calls this command for the products that a customer selected. */
export const issueRenewalProForma = command({
  subject: 'rpc.billing.renewal_pro_forma.issue.v1',
  access: 'service',
  callers: ['renewals'],
  summary: 'Issue a pro forma for the next periods of products',
  description: 'A charge of one of the periods, or a newer pro forma for one of the products, cancels the pro forma.',
  input: z.object({
    organizationId,
    addressId: idSchema('adr').optional().describe('Billing address; the default address when omitted'),
    currency: Currency,
    validUntil: LocalDate.describe('The last day on which all products can be renewed'),
    periods: z
      .array(
        z.object({
          productId: idSchema('prd'),
          type: ProductTypeKey,
          name: Name,
          interval: Interval,
          periodStart: LocalDate,
          periodEnd: LocalDate,
        }),
      )
      .min(1)
      .max(100),
  }),
  // DOC-8
  output: Document.extend({
    relatedProForma: Document.nullable()
      .default(null)
      .describe('The pro forma of the products outside of the scope of VAT, when there are also others'),
  }),
  errors: {
    ADDRESS_MISSING: { status: 409, title: 'The organization has no billing address' },
    ...vatErrors,
    ADDRESS_NOT_FOUND: { status: 404, title: 'There is no such billing address' },
    PERIOD_CHARGED: { status: 409, title: 'The period of a product is already charged' },
    PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
    PRODUCT_TYPE_RETIRED: { status: 422, title: 'The product type is no longer sold' },
    PRICE_MISSING: { status: 422, title: 'The product is not sold in this currency and interval' },
  },
  idempotencyKey: 'required',
  example: {
    input: {
      ...ids,
      currency: 'CHF',
      validUntil: '2027-04-16',
      periods: [{ ...examplePeriod, type: 'web_hosting', name: 'alpine.example', interval: 'yearly' }],
    },
    output: { ...exampleRenewalProForma, relatedProForma: null },
  },
});

export const periodsPaid = event({
  subject: 'evt.billing.period.paid.v1',
  summary: 'A renewal pro forma was paid; the periods of its products can start',
  entity: 'invoiceId',
  data: z.object({
    organizationId,
    invoiceId: idSchema('inv'),
    periods: z.array(z.object({ productId: idSchema('prd'), periodStart: LocalDate, periodEnd: LocalDate })),
  }),
  example: { ...ids, invoiceId: 'inv_01je5nryg0fgz9y05x3mqpmjrg', periods: [examplePeriod] },
});
