import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ProductTypeKey } from '../products/product-snapshot.ts';
import { Interval } from '../products/product-type.ts';
import { Currency, LocalDate, MoneyValue, Name } from '../values.ts';

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
    dueOn: LocalDate.describe('End of the period that is paid for: the next one starts then'),
    amount: MoneyValue.nullable().describe('Net, at the price valid today; null when the product is no longer sold'),
    isAutomatic: z.boolean(),
    isWarranted: z.boolean(),
    nextAttemptOn: LocalDate.nullable(),
    openPeriods: z.int().describe('Periods renewed on credit that are not paid yet'),
  })
  .meta({ id: 'Renewal', description: 'When a product renews, and how' });

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
  summary: 'What is due in the next two months, or all (REN-1)',
  input: z.object({ organizationId, within: z.enum(['two_months', 'all']).default('two_months') }),
  output: z.object({ data: z.array(Renewal) }),
  errors: {},
  example: { input: { organizationId: ids.organizationId }, output: { data: [example] } },
});

export const switchAutomaticRenewal = command({
  subject: 'rpc.renewals.renewal.switch_automatic.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/renewals/automatic' },
  access: 'payment:make',
  summary: 'Switch automatic renewal on or off, with a result per product (REN-2)',
  input: switchInput,
  output: switchOutput,
  errors: {},
  example: switchExample,
});

export const switchWarranty = command({
  subject: 'rpc.renewals.renewal.switch_warranty.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/renewals/warranty' },
  access: 'payment:make',
  summary: 'Switch renewal warranty on or off, with a result per product (WAR-1)',
  input: switchInput,
  output: switchOutput,
  errors: {},
  example: switchExample,
});

export const simulateRenewals = query({
  subject: 'rpc.renewals.renewal.simulate.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/renewals/simulation' },
  access: 'renewal:read',
  summary: 'If nothing is paid from today: what happens on which date (WAR-4)',
  input: z.object({ organizationId }),
  output: z.object({
    data: z.array(z.object({ on: LocalDate, productId, name: Name, what: z.string(), text: z.string() })),
  }),
  errors: {},
  example: {
    input: { organizationId: ids.organizationId },
    output: {
      data: [
        {
          on: '2027-01-17',
          productId: ids.productId,
          name: 'alpine.example',
          what: 'automatic_attempt',
          text: 'first attempt to renew automatically',
        },
      ],
    },
  },
});

/** How a product renews, whoever has it: what moves with it to another organization. */
export const RenewalTerms = z
  .object({
    interval: Interval,
    currency: Currency,
    anchor: LocalDate.describe('First day of the first period: later ones keep its day'),
    periodStart: LocalDate,
    periodEnd: LocalDate.describe('End of the period that is paid for'),
    hasExpired: z.boolean().describe('Whether it ended and nobody renewed it'),
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
const notFound = { RENEWAL_NOT_FOUND: { status: 404, title: 'There is no renewal of this product' } } as const;

export const describeRenewal = query({
  subject: 'rpc.renewals.renewal.describe.v1',
  access: 'service',
  summary: 'How a product renews, and what it owes',
  input: z.object({ organizationId, productId }),
  output: z.object({
    terms: RenewalTerms,
    isAutomatic: z.boolean(),
    isWarranted: z.boolean(),
    openPeriods: z.int().describe('Periods renewed on credit that are not paid yet'),
  }),
  errors: notFound,
  example: { input: ids, output: { terms: exampleTerms, isAutomatic: true, isWarranted: false, openPeriods: 0 } },
});

/** Asked by products when a product is transferred (PROD-5): from then on nothing of it is charged to the organization that had it. */
export const detachRenewal = command({
  subject: 'rpc.renewals.renewal.detach.v1',
  access: 'service',
  summary: 'Take the renewal of a product away from an organization, because the product leaves it',
  description:
    'Automatic renewal and renewal warranty end with it; the periods and debts of the organization stay on record. Repeating it with the same transfer answers the same.',
  input: z.object({ organizationId, productId, transferId: idSchema('trf') }),
  output: z.object({ terms: RenewalTerms }),
  errors: {
    ...notFound,
    WARRANTY_DEBT_OPEN: { status: 409, title: 'A period of the product was renewed on credit and is not paid' },
    RENEWAL_CHARGE_RUNNING: { status: 409, title: 'The next period of the product is being charged right now' },
  },
  example: { input: { ...ids, transferId: 'trf_01je5nryg0fgz9y05x3mqpmjrg' }, output: { terms: exampleTerms } },
});

const periodEventData = {
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
  summary: 'A product has a paid or credited period; notices before its end are planned from it',
  entity: 'productId',
  data: z.object({
    ...periodEventData,
    how: z
      .enum(['ordered', 'automatic', 'warranty', 'manual', 'transferred'])
      .describe('`transferred`: it was paid by the organization that had the product before'),
    invoiceId: idSchema('inv').nullable(),
    isAutomatic: z.boolean(),
  }),
  example: { ...examplePeriod, how: 'ordered', invoiceId: null, isAutomatic: true },
});

export const automaticRenewalSwitched = event({
  subject: 'evt.renewals.automatic.switched.v1',
  summary: 'Automatic renewal was switched on or off',
  entity: 'productId',
  data: z.object({ ...periodEventData, isOn: z.boolean() }),
  example: { ...examplePeriod, isOn: true },
});

export const warrantySwitched = event({
  subject: 'evt.renewals.warranty.switched.v1',
  summary: 'Renewal warranty was switched on or off',
  entity: 'productId',
  data: z.object({ ...periodEventData, isOn: z.boolean() }),
  example: { ...examplePeriod, isOn: true },
});

export const automaticRenewalFailed = event({
  subject: 'evt.renewals.automatic.failed.v1',
  summary: 'A product could not be charged for its next period: declined, or refused',
  entity: 'productId',
  data: z.object({
    ...periodEventData,
    attemptOn: LocalDate,
    reason: z.string().describe('`prepaid_insufficient`, or the code with which billing refused the charge'),
    nextAttemptOn: LocalDate.nullable(),
    amount: MoneyValue.nullable().describe('Null when it was refused before there was an amount'),
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
  summary: 'Nobody paid in time and renewal warranty renewed the product on credit (WAR-2)',
  entity: 'productId',
  data: z.object({ ...periodEventData, invoiceId: idSchema('inv'), heldUntil: LocalDate }),
  example: { ...examplePeriod, invoiceId: 'inv_01je5nryg0fgz9y05x3mqpmjrg', heldUntil: '2027-11-07' },
});

export const renewalDetached = event({
  subject: 'evt.renewals.renewal.detached.v1',
  summary: 'A product leaves the organization: nothing of it is renewed or announced there any more',
  entity: 'productId',
  data: z.object({ ...periodEventData, transferId: idSchema('trf') }),
  example: { ...examplePeriod, transferId: 'trf_01je5nryg0fgz9y05x3mqpmjrg' },
});
