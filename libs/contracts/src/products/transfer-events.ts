import * as z from 'zod';
import { event } from '../contract.ts';
import { idSchema } from '../id.ts';
import { RenewalTerms } from '../renewals/renewal.ts';
import { Instant, Name } from '../values.ts';
import { ProductTypeKey, Right } from './product-snapshot.ts';
import { exampleTransferIds as ids } from './transfer.ts';

const organizationId = idSchema('org');
const productId = idSchema('prd');
const transferId = idSchema('trf');
const accountId = idSchema('acc');
const ownershipNumber = z.int().min(1);
const acceptingOrganizationId = 'org_01je5nryg0fgz9y05x3mqpmjrh';

const transferEventData = z.object({ organizationId, transferId, productId });
const exampleEventData = { ...ids };

export const transferOffered = event({
  subject: 'evt.products.transfer.offered.v1',
  summary: 'A product was offered to another organization',
  entity: 'transferId',
  data: transferEventData.extend({ kind: z.enum(['link', 'email', 'organization']) }),
  example: { ...exampleEventData, kind: 'email' },
});
export const transferOffererChanged = event({
  subject: 'evt.products.transfer.offerer_changed.v1',
  summary: 'Another person became the offerer, because the former offerer lost the permission',
  entity: 'transferId',
  data: transferEventData.extend({
    before: z.object({ offeredBy: accountId }),
    after: z.object({ offeredBy: accountId }),
  }),
  example: {
    ...exampleEventData,
    before: { offeredBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg' },
    after: { offeredBy: 'acc_01je5nryg0fgz9y05x3mqpmjrh' },
  },
});
export const transferCancelled = event({
  subject: 'evt.products.transfer.cancelled.v1',
  summary: 'A transfer was cancelled by the organization that offered it',
  entity: 'transferId',
  data: transferEventData,
  example: exampleEventData,
});
export const transferDeclined = event({
  subject: 'evt.products.transfer.declined.v1',
  summary: 'A transfer was declined',
  entity: 'transferId',
  data: transferEventData,
  example: exampleEventData,
});
export const transferExpired = event({
  subject: 'evt.products.transfer.expired.v1',
  summary: 'A transfer expired',
  entity: 'transferId',
  data: transferEventData,
  example: exampleEventData,
});
export const transferAccepted = event({
  subject: 'evt.products.transfer.accepted.v1',
  summary: 'A transfer was accepted and is finished',
  entity: 'transferId',
  data: transferEventData.extend({ toOrganizationId: organizationId, acceptedBy: accountId }),
  example: {
    ...exampleEventData,
    toOrganizationId: acceptingOrganizationId,
    acceptedBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  },
});

export const productTransferredAway = event({
  subject: 'evt.products.product.transferred_away.v1',
  summary: 'The organization no longer owns a product: its grants end, its documents stay',
  entity: 'productId',
  data: z.object({
    organizationId,
    productId,
    transferId,
    toOrganizationId: organizationId,
    ownershipNumber: ownershipNumber.describe('The ended ownership period'),
  }),
  invalidatesAccess: 'products',
  example: { ...exampleEventData, toOrganizationId: acceptingOrganizationId, ownershipNumber: 1 },
});

export const productReceived = event({
  subject: 'evt.products.product.received.v1',
  summary: 'The organization received a product by a transfer and owns it from now on',
  entity: 'productId',
  data: z.object({
    organizationId,
    productId,
    transferId,
    fromOrganizationId: organizationId,
    ownershipNumber: ownershipNumber.describe('The new ownership period'),
    type: ProductTypeKey,
    name: Name,
    renewal: RenewalTerms,
    retained: z
      .array(
        z.object({
          accountId,
          endsAt: Instant.nullable().describe(
            'End of the access, the same as before the transfer; null without an end',
          ),
          isBlocked: z
            .literal(true)
            .optional()
            .describe('True for people who were blocked before the transfer and stay blocked'),
        }),
      )
      .describe('The retained users'),
    retainedRight: Right.nullable().describe('The right of the retained users'),
  }),
  invalidatesAccess: 'products',
  example: {
    organizationId: acceptingOrganizationId,
    productId: ids.productId,
    transferId: ids.transferId,
    fromOrganizationId: ids.organizationId,
    ownershipNumber: 1,
    type: 'drive',
    name: 'Files',
    renewal: {
      interval: 'yearly',
      currency: 'CHF',
      anchor: '2026-01-31',
      periodStart: '2026-01-31',
      periodEnd: '2027-01-31',
      hasExpired: false,
    },
    retained: [{ accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg', endsAt: null }],
    retainedRight: 'user',
  },
});
