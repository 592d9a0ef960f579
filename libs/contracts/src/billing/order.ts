import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { vatErrors } from './address.ts';
import { CostCentre } from './product-billing.ts';
import { ProductTypeKey } from '../products/product-snapshot.ts';
import { Interval } from '../products/product-type.ts';
import { Currency, Instant, LocalDate, MoneyValue, Name, PrintableName } from '../values.ts';

const organizationId = idSchema('org');
const orderId = idSchema('ord');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', orderId: 'ord_01je5nryg0fgz9y05x3mqpmjrg' };

export const OrderLine = z
  .object({
    productId: idSchema('prd').describe('Id of the product that is created when the order is paid'),
    type: ProductTypeKey,
    name: Name,
    interval: Interval,
    price: MoneyValue.describe('Net price'),
    isAutomaticRenewal: z.boolean(),
    isWarranted: z.boolean(),
  })
  .meta({ id: 'OrderLine' });

export const Order = z
  .object({
    id: orderId,
    status: z.enum(['pending', 'paid', 'cancelled']),
    currency: Currency,
    lines: z.array(OrderLine),
    proFormaId: idSchema('pfm'),
    invoiceId: idSchema('inv').nullable(),
    // DOC-8
    relatedOrderId: orderId
      .nullable()
      .describe(
        'The other order of the same request, with its own pro forma: products inside and outside of the scope of ' +
          'VAT are never on one document',
      ),
    total: MoneyValue.describe('Gross total, with cash rounding'),
    createdAt: Instant,
  })
  .meta({ id: 'Order' });

const exampleLine = {
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  type: 'web_hosting',
  name: 'alpine.example',
  interval: 'yearly' as const,
  price: { amount: 10_800, currency: 'CHF' as const },
  isAutomaticRenewal: false,
  isWarranted: false,
};
const example = {
  id: ids.orderId,
  status: 'pending' as const,
  currency: 'CHF' as const,
  lines: [exampleLine],
  proFormaId: 'pfm_01je5nryg0fgz9y05x3mqpmjrg',
  invoiceId: null,
  relatedOrderId: null,
  total: { amount: 11_675, currency: 'CHF' as const },
  createdAt: '2026-01-31T09:00:00.000Z',
};
const notFoundErrors = { ORDER_NOT_FOUND: { status: 404, title: 'There is no such order' } } as const;

export const createOrder = command({
  subject: 'rpc.billing.order.create.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/orders', status: 201 },
  access: 'product:order',
  summary: 'Order products; returns the id of the pro forma to pay',
  description:
    'Products outside of the scope of VAT get an order and a pro forma of their own when other products have VAT or ' +
    'reverse charge. `relatedOrderId` is then the second order. Each order is paid and cancelled separately.',
  input: z.object({
    organizationId,
    currency: Currency.default('CHF'),
    addressId: idSchema('adr')
      .optional()
      .describe('Billing address, also of the later invoices of the products; the default address when omitted'),
    lines: z
      .array(
        z.object({
          type: ProductTypeKey,
          name: PrintableName,
          interval: Interval.default('yearly'),
          isAutomaticRenewal: z.boolean().default(false),
          isWarranted: z.boolean().default(false),
          costCentre: CostCentre.optional(),
        }),
      )
      .min(1)
      .max(100),
  }),
  output: Order,
  errors: {
    ADDRESS_MISSING: { status: 409, title: 'The organization has no billing address' },
    ...vatErrors,
    ADDRESS_NOT_FOUND: { status: 404, title: 'There is no such billing address' },
    PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
    PRODUCT_TYPE_RETIRED: { status: 422, title: 'The product type is no longer sold' },
    PRICE_MISSING: { status: 422, title: 'The product is not sold in this currency and interval' },
    WARRANTY_NOT_AVAILABLE: { status: 422, title: 'Renewal warranty cannot be ordered with this product' },
  },
  idempotencyKey: 'required',
  example: {
    input: {
      organizationId: ids.organizationId,
      lines: [{ type: 'web_hosting', name: 'alpine.example', costCentre: '4200 Web' }],
    },
    output: example,
  },
});

export const getOrder = query({
  subject: 'rpc.billing.order.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/orders/:orderId' },
  access: 'document:read',
  summary: 'Get an order',
  input: z.object({ organizationId, orderId }),
  output: Order,
  errors: notFoundErrors,
  example: { input: ids, output: example },
});

export const cancelOrder = command({
  subject: 'rpc.billing.order.cancel.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/orders/:orderId/cancel' },
  access: 'product:order',
  summary: 'Cancel an unpaid order; a later payment is credited to prepaid',
  input: z.object({ organizationId, orderId }),
  output: Order,
  errors: { ...notFoundErrors, ORDER_PAID: { status: 409, title: 'The order is already paid' } },
  example: { input: ids, output: { ...example, status: 'cancelled' } },
});

export const orderPaid = event({
  subject: 'evt.billing.order.paid.v1',
  summary: 'An order was paid in full; its products can be created',
  entity: 'orderId',
  data: z.object({
    organizationId,
    orderId,
    invoiceId: idSchema('inv'),
    lines: z.array(OrderLine.extend({ periodStart: LocalDate, periodEnd: LocalDate })),
  }),
  example: {
    ...ids,
    invoiceId: 'inv_01je5nryg0fgz9y05x3mqpmjrg',
    lines: [{ ...exampleLine, periodStart: '2026-01-31', periodEnd: '2027-01-31' }],
  },
});
