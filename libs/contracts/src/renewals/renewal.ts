import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { Document } from '../billing/document.ts';
import { vatErrors } from '../billing/address.ts';
import { exampleRenewalProForma } from '../billing/renewal-pro-forma.ts';
import { idSchema } from '../id.ts';
import { ProductTypeKey } from '../products/product-snapshot.ts';
import { Interval } from '../products/product-type.ts';
import { Currency, LocalDate, MoneyValue, Name, page, pageErrors, pageInput } from '../values.ts';

const organizationId = idSchema('org');
const productId = idSchema('prd');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg' };

export const Renewal = z
  .object({
    productId,
    type: ProductTypeKey,
    name: Name,
    interval: Interval,
    periodStart: LocalDate,
    dueOn: LocalDate.describe('End of the paid period and start of the next period'),
    amount: MoneyValue.nullable().describe('Net price of today; null when the product is no longer sold'),
    isAutomatic: z.boolean(),
    isWarranted: z.boolean(),
    nextAttemptOn: LocalDate.nullable(),
    openPeriods: z.int().describe('Number of unpaid periods on credit'),
    endsOn: LocalDate.nullable().describe('Last day of a product that a credit note ends; it cannot be renewed'),
    addressId: idSchema('adr')
      .nullable()
      .describe('Billing address of the next invoice; null when the organization has no billing address'),
    costCentre: z.string().nullable(),
  })
  .meta({ id: 'Renewal', description: 'The current period of a product and its renewal settings' });

const example = {
  productId: ids.productId,
  type: 'web_hosting',
  name: 'alpine.example',
  interval: 'yearly' as const,
  periodStart: '2026-01-31',
  dueOn: '2027-01-31',
  amount: { amount: 10_800, currency: 'CHF' as const },
  isAutomatic: true,
  isWarranted: false,
  nextAttemptOn: '2027-01-17',
  openPeriods: 0,
  endsOn: null,
  addressId: 'adr_01je5nryg0fgz9y05x3mqpmjrg',
  costCentre: '4200 Web',
};

const switchInput = z.object({ organizationId, productIds: z.array(productId).min(1).max(1_000), isOn: z.boolean() });
const switchOutput = z.object({
  results: z.array(
    z.object({
      index: z.int(),
      id: productId,
      status: z.enum(['changed', 'unchanged', 'refused']),
      error: z.object({ code: z.string(), detail: z.string() }).optional(),
    }),
  ),
});
const switchExample = {
  input: { organizationId: ids.organizationId, productIds: [ids.productId], isOn: true },
  output: { results: [{ index: 0, id: ids.productId, status: 'changed' as const }] },
};

export const listRenewals = query({
  subject: 'rpc.renewals.renewal.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/renewals' },
  access: 'renewal:read',
  // REN-1
  summary: 'List the renewals that are due in the next two months, or all renewals, by due date',
  input: z.object({ organizationId, within: z.enum(['two_months', 'all']).default('two_months'), ...pageInput }),
  output: page(Renewal),
  errors: pageErrors,
  example: { input: { organizationId: ids.organizationId }, output: { data: [example], nextCursor: null } },
});

export const switchAutomaticRenewal = command({
  subject: 'rpc.renewals.renewal.switch_automatic.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/renewals/automatic' },
  access: 'payment:make',
  // REN-2
  summary: 'Switch automatic renewal on or off; returns a result per product',
  input: switchInput,
  output: switchOutput,
  errors: {},
  example: switchExample,
});

export const switchWarranty = command({
  subject: 'rpc.renewals.renewal.switch_warranty.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/renewals/warranty' },
  access: 'payment:make',
  // WAR-1
  summary: 'Switch renewal warranty on or off; returns a result per product',
  input: switchInput,
  output: switchOutput,
  errors: {},
  example: switchExample,
});

export const orderRenewals = command({
  subject: 'rpc.renewals.renewal.order.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/renewals/pro-formas', status: 201 },
  access: 'payment:make',
  // REN-1, DOC-4
  summary: 'Create pro formas for the next periods of selected products, one per currency and billing address',
  description:
    'The products are renewed when their pro forma is paid. A pro forma can be paid as long as all its products can ' +
    'be renewed. A pro forma is cancelled when one of its products is renewed in another way or ordered again. ' +
    'Products outside of the scope of VAT have a pro forma of their own.',
  input: z.object({
    organizationId,
    productIds: z.array(productId).min(1).max(100),
    addressId: idSchema('adr')
      .optional()
      .describe('Billing address of all products; when omitted, each product has its own or the default address'),
  }),
  output: z.object({ proFormas: z.array(Document) }),
  errors: {
    RENEWAL_NOT_FOUND: { status: 404, title: 'The product has no renewal' },
    RENEWAL_EXPIRED: { status: 409, title: 'The product has expired' },
    PRODUCT_ENDS: { status: 409, title: 'The product ends, so it cannot be renewed' },
    PERIOD_CHARGED: { status: 409, title: 'The period of a product is already charged' },
    ADDRESS_MISSING: { status: 409, title: 'The organization has no billing address' },
    ...vatErrors,
    ADDRESS_NOT_FOUND: { status: 404, title: 'There is no such billing address' },
    PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
    PRODUCT_TYPE_RETIRED: { status: 422, title: 'The product type is no longer sold' },
    PRICE_MISSING: { status: 422, title: 'The product is not sold in this currency and interval' },
  },
  idempotencyKey: 'required',
  example: {
    input: { organizationId: ids.organizationId, productIds: [ids.productId] },
    output: { proFormas: [exampleRenewalProForma] },
  },
});

export const simulateRenewals = query({
  subject: 'rpc.renewals.renewal.simulate.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/renewals/simulation' },
  access: 'renewal:read',
  // WAR-4
  summary: 'Simulate the next steps of all products if nothing is paid from today on',
  input: z.object({ organizationId }),
  output: z.object({
    data: z.array(
      z.object({
        on: LocalDate,
        productId,
        name: Name,
        step: z.string().describe('Key of the step, for example `expired`'),
        text: z.string().describe('The step in the language of the request'),
      }),
    ),
  }),
  hasLocalizedOutput: true,
  errors: {},
  example: {
    input: { organizationId: ids.organizationId },
    output: {
      data: [
        {
          on: '2027-01-17',
          productId: ids.productId,
          name: 'alpine.example',
          step: 'automatic_attempt',
          text: 'first attempt to renew automatically',
        },
      ],
    },
  },
});

/** The part of a renewal that moves with the product to another organization. */
export const RenewalTerms = z
  .object({
    interval: Interval,
    currency: Currency,
    anchor: LocalDate.describe('First day of the first period; later periods start on the same day of the month'),
    periodStart: LocalDate,
    periodEnd: LocalDate.describe('End of the paid period'),
    hasExpired: z.boolean().describe('True when the paid period ended without renewal'),
  })
  .meta({ id: 'RenewalTerms' });
export type RenewalTerms = z.output<typeof RenewalTerms>;
const exampleTerms = {
  interval: 'yearly' as const,
  currency: 'CHF' as const,
  anchor: '2026-01-31',
  periodStart: '2026-01-31',
  periodEnd: '2027-01-31',
  hasExpired: false,
};
const notFoundErrors = { RENEWAL_NOT_FOUND: { status: 404, title: 'The product has no renewal' } } as const;

export const describeRenewal = query({
  subject: 'rpc.renewals.renewal.describe.v1',
  access: 'service',
  callers: ['products'],
  summary: 'Get the renewal of a product and its unpaid periods',
  input: z.object({ organizationId, productId }),
  output: z.object({
    terms: RenewalTerms,
    isAutomatic: z.boolean(),
    isWarranted: z.boolean(),
    openPeriods: z.int().describe('Number of unpaid periods on credit'),
  }),
  errors: notFoundErrors,
  example: { input: ids, output: { terms: exampleTerms, isAutomatic: true, isWarranted: false, openPeriods: 0 } },
});

/**
 * The products service calls this command when a product is transferred (PROD-5). The previous organization is no
 * longer charged.
 */
export const detachRenewal = command({
  subject: 'rpc.renewals.renewal.detach.v1',
  access: 'service',
  callers: ['products'],
  summary: 'Remove the renewal of a product that leaves its organization',
  description:
    'Ends automatic renewal and renewal warranty. Recorded periods and debts remain with the organization. ' +
    'A repeated call with the same transfer returns the same terms.',
  input: z.object({ organizationId, productId, transferId: idSchema('trf') }),
  output: z.object({ terms: RenewalTerms }),
  errors: {
    ...notFoundErrors,
    WARRANTY_DEBT_OPEN: { status: 409, title: 'The product has an unpaid period on credit' },
    RENEWAL_CHARGE_RUNNING: { status: 409, title: 'The charge of the next period is in progress' },
  },
  example: { input: { ...ids, transferId: 'trf_01je5nryg0fgz9y05x3mqpmjrg' }, output: { terms: exampleTerms } },
});

const periodFields = {
  organizationId,
  productId,
  name: Name,
  type: ProductTypeKey,
  interval: Interval,
  periodStart: LocalDate,
  periodEnd: LocalDate,
};
const examplePeriod = {
  ...ids,
  name: 'alpine.example',
  type: 'web_hosting',
  interval: 'yearly' as const,
  periodStart: '2026-01-31',
  periodEnd: '2027-01-31',
};

export const periodStarted = event({
  subject: 'evt.renewals.period.started.v1',
  summary: 'A period of a product started, paid or on credit',
  entity: 'productId',
  data: z.object({
    ...periodFields,
    how: z
      .enum(['ordered', 'automatic', 'warranty', 'manual', 'transferred'])
      .describe('Origin of the period. `transferred`: the previous organization paid it'),
    invoiceId: idSchema('inv').nullable(),
    isAutomatic: z.boolean(),
  }),
  example: { ...examplePeriod, how: 'ordered', invoiceId: null, isAutomatic: true },
});

export const automaticRenewalSwitched = event({
  subject: 'evt.renewals.automatic.switched.v1',
  summary: 'Automatic renewal was switched on or off',
  entity: 'productId',
  data: z.object({ ...periodFields, isOn: z.boolean() }),
  example: { ...examplePeriod, isOn: true },
});

export const warrantySwitched = event({
  subject: 'evt.renewals.warranty.switched.v1',
  summary: 'Renewal warranty was switched on or off',
  entity: 'productId',
  data: z.object({ ...periodFields, isOn: z.boolean() }),
  example: { ...examplePeriod, isOn: true },
});

export const automaticRenewalFailed = event({
  subject: 'evt.renewals.automatic.failed.v1',
  summary: 'The charge of the next period was declined or refused',
  entity: 'productId',
  data: z.object({
    ...periodFields,
    attemptOn: LocalDate,
    reason: z.string().describe('`prepaid_insufficient`, or the error code of billing'),
    nextAttemptOn: LocalDate.nullable(),
    amount: MoneyValue.nullable().describe('Null when the charge was refused before its amount was known'),
  }),
  example: {
    ...examplePeriod,
    attemptOn: '2027-01-17',
    reason: 'prepaid_insufficient',
    nextAttemptOn: '2027-01-22',
    amount: { amount: 11_675, currency: 'CHF' },
  },
});

export const warrantyTriggered = event({
  subject: 'evt.renewals.warranty.triggered.v1',
  // WAR-2
  summary: 'Renewal warranty renewed an unpaid product on credit',
  entity: 'productId',
  data: z.object({ ...periodFields, invoiceId: idSchema('inv'), heldUntil: LocalDate }),
  example: { ...examplePeriod, invoiceId: 'inv_01je5nryg0fgz9y05x3mqpmjrg', heldUntil: '2027-11-07' },
});

export const renewalDetached = event({
  subject: 'evt.renewals.renewal.detached.v1',
  summary: 'The renewal of a product ended because the product leaves the organization',
  entity: 'productId',
  data: z.object({ ...periodFields, transferId: idSchema('trf') }),
  example: { ...examplePeriod, transferId: 'trf_01je5nryg0fgz9y05x3mqpmjrg' },
});

export const renewalEnded = event({
  subject: 'evt.renewals.renewal.ended.v1',
  summary: 'A credit note ended the renewal of a product: the product is not renewed any more',
  entity: 'productId',
  data: z.object({ ...periodFields, endsOn: LocalDate.describe('The last day of the product') }),
  example: { ...examplePeriod, endsOn: '2026-06-30' },
});
