import * as z from 'zod';
import { command, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Instant, LocalDate, MoneyValue, Name, page, pageErrors, pageInput, text } from '../values.ts';
import { ProductTypeKey } from './product-snapshot.ts';
import { Interval } from './product-type.ts';
import { acceptingErrors, debtErrors, DetachedSetting, TransferStatus, exampleTransferIds as ids } from './transfer.ts';

const organizationId = idSchema('org');
const productId = idSchema('prd');
const transferId = idSchema('trf');
const acceptingOrganizationId = 'org_01je5nryg0fgz9y05x3mqpmjrh';

const TransferToken = text(200).min(1).meta({ description: 'Token in the link of a transfer' });

const recipientErrors = {
  TRANSFER_TOKEN_INVALID: { status: 422, title: 'The link is wrong' },
  TRANSFER_ADDRESS_OTHER: { status: 403, title: 'The product is offered to the owner of another address' },
  TRANSFER_TARGET_OTHER: { status: 403, title: 'The product is offered to another organization' },
  TRANSFER_NOT_OPEN: {
    status: 409,
    title: 'The transfer was cancelled, declined, or accepted by another organization',
  },
  TRANSFER_EXPIRED: { status: 410, title: 'The transfer has expired' },
} as const;

/** An offered transfer, as the recipient sees it. */
export const TransferOffer = z
  .object({
    transferId,
    status: TransferStatus,
    type: ProductTypeKey,
    name: Name,
    fromOrganizationName: Name,
    interval: Interval.nullable(),
    price: MoneyValue.nullable().describe(
      'Net price of one interval, valid today; null without a price in this interval and currency',
    ),
    dueOn: LocalDate.nullable().describe('End of the paid period: you pay from then on'),
    isOverdue: z.boolean().describe('True when the paid period has ended without a renewal'),
    notCarriedOver: z.array(DetachedSetting.or(z.enum(['grants', 'documents']))),
    retainedUserCount: z
      .int()
      .describe('Number of people who keep using the product; new people become externals of your organization'),
    isBlocked: z
      .boolean()
      .describe(
        'True while the product is blocked: blocks of the offering organization end with the transfer, blocks of ' +
          'services stay',
      ),
    expiresAt: Instant,
  })
  .meta({ id: 'TransferOffer' });

const exampleOffer = {
  transferId: ids.transferId,
  status: 'offered' as const,
  type: 'web_hosting',
  name: 'alpine.example',
  fromOrganizationName: 'Alpine Rescue',
  interval: 'yearly' as const,
  price: { amount: 10_800, currency: 'CHF' as const },
  dueOn: '2027-01-31',
  isOverdue: false,
  notCarriedOver: [
    'grants' as const,
    'automatic_renewal' as const,
    'method' as const,
    'billing_address' as const,
    'renewal_warranty' as const,
    'documents' as const,
  ],
  retainedUserCount: 0,
  isBlocked: false,
  expiresAt: '2026-02-14T09:00:00.000Z',
};

export const describeTransfer = query({
  subject: 'rpc.products.transfer.describe.v1',
  http: { method: 'POST', path: '/v1/transfers/describe' },
  access: 'account',
  summary: 'Get an offered product by the token of its link',
  description: 'The token is sent in the body, so that it is not logged.',
  input: z.object({ token: TransferToken }),
  output: TransferOffer,
  errors: { ...recipientErrors, ...acceptingErrors },
  example: { input: { token: 'AZOLXHoA…' }, output: exampleOffer },
});

export const acceptTransfer = command({
  subject: 'rpc.products.transfer.accept.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/transfers/accept' },
  access: 'product:transfer',
  summary: 'Accept a transfer: this organization owns the product from then on, without interruption',
  description:
    'Send the terms that you saw. The request is rejected, with a pointer to each change, when more people would ' +
    'keep using the product, or when the price or the due date has changed. People who get a grant after the ' +
    'acceptance do not keep using the product. A repeated call returns the same result.',
  input: z.object({
    organizationId,
    token: TransferToken,
    retainedUserCount: z
      .int()
      .min(0)
      .optional()
      .describe('The number of people that you saw; by default, the number at the time of the offer'),
    price: MoneyValue.nullable()
      .optional()
      .describe('The price that you saw; by default, the price at the time of the offer'),
    dueOn: LocalDate.nullable()
      .optional()
      .describe('The due date that you saw; by default, the due date at the time of the offer'),
  }),
  output: z.object({ transferId, organizationId, productId }),
  errors: {
    ...recipientErrors,
    ...debtErrors,
    ...acceptingErrors,
    TRANSFER_CHANGED: {
      status: 409,
      title: 'The terms of the transfer have changed: people, price or due date',
    },
    TRANSFER_TARGET_SAME: { status: 422, title: 'That organization owns the product already' },
    OFFERER_NOT_ALLOWED: {
      status: 409,
      title: 'The person who offered the product has lost the permission to transfer it',
    },
    PRODUCT_JUST_ARRIVED: { status: 409, title: 'The product has just been received: try again in a moment' },
    RENEWAL_CHARGE_RUNNING: {
      status: 409,
      title: 'The next period of the product is being charged: try again in a moment',
    },
    TRANSFERS_BUSY: { status: 503, title: 'Too many concurrent acceptances' },
  },
  example: {
    input: {
      organizationId: acceptingOrganizationId,
      token: 'AZOLXHoA…',
      retainedUserCount: 0,
      price: exampleOffer.price,
      dueOn: exampleOffer.dueOn,
    },
    output: { transferId: ids.transferId, organizationId: acceptingOrganizationId, productId: ids.productId },
  },
});

export const declineTransfer = command({
  subject: 'rpc.products.transfer.decline.v1',
  http: { method: 'POST', path: '/v1/transfers/decline' },
  access: 'account',
  summary: 'Decline a transfer',
  input: z.object({ token: TransferToken }),
  output: z.object({}),
  errors: { ...recipientErrors, ...acceptingErrors },
  example: { input: { token: 'AZOLXHoA…' }, output: {} },
});

export const ReceivedOffer = z
  .object({
    transferId,
    type: ProductTypeKey,
    name: Name,
    token: TransferToken,
    organizationId: organizationId.nullable().describe('The receiving organization; null for an offer to my address'),
    expiresAt: Instant,
  })
  .meta({ id: 'ReceivedOffer', description: 'A product that is offered to me or to an organization of mine' });

export const listMyTransfers = query({
  subject: 'rpc.products.transfer.list_own.v1',
  http: { method: 'GET', path: '/v1/me/transfers' },
  access: 'account',
  summary:
    'List the products that are offered to my address or to an organization whose products I manage, newest first',
  input: z.object(pageInput),
  output: page(ReceivedOffer),
  errors: pageErrors,
  example: {
    input: {},
    output: {
      data: [
        {
          transferId: ids.transferId,
          type: 'web_hosting',
          name: 'alpine.example',
          token: 'AZOLXHoA…',
          organizationId: null,
          expiresAt: '2026-02-14T09:00:00.000Z',
        },
      ],
      nextCursor: null,
    },
  },
});
