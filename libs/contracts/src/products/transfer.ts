import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { RenewalTerms } from '../renewals/renewal.ts';
import { GrantHolder, GrantObject } from '../teams/grant-snapshot.ts';
import { Email, Instant, LocalDate, Locale, MoneyValue, Name, page, pageErrors, pageInput, text } from '../values.ts';
import { ProductTypeKey, Right } from './product-snapshot.ts';
import { Interval } from './product-type.ts';

const organizationId = idSchema('org');
const productId = idSchema('prd');
const transferId = idSchema('trf');
const accountId = idSchema('acc');
const ownershipNumber = z.int().min(1);
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  transferId: 'trf_01je5nryg0fgz9y05x3mqpmjrg',
};
const acceptingOrganizationId = 'org_01je5nryg0fgz9y05x3mqpmjrh';

const TransferToken = text(200).min(1).meta({ description: 'Token in the link of a transfer' });

/** The recipient of an offer: everybody with the link, the owner of a mail address, or an organization. */
export const TransferTarget = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('link') }),
    z.object({ kind: z.literal('email'), email: Email, locale: Locale.default('en').describe('Language of the mail') }),
    z.object({ kind: z.literal('organization'), organizationId }),
  ])
  .meta({ id: 'TransferTarget' });

export const TransferStatus = z
  .enum(['offered', 'accepting', 'accepted', 'declined', 'cancelled', 'expired'])
  .meta({ id: 'TransferStatus', description: '`accepting`: accepted, but not finished' });

export const Transfer = z
  .object({
    id: transferId,
    productId,
    productName: Name,
    // The recipient of the offer. For an offer by link or mail, the organization is not known before the acceptance.
    to: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('link') }),
      z.object({ kind: z.literal('email'), email: Email.nullable().describe('Null after the transfer has ended') }),
      z.object({ kind: z.literal('organization'), organizationId }),
    ]),
    status: TransferStatus,
    toOrganizationId: organizationId.nullable().describe('The accepting organization'),
    expiresAt: Instant,
    createdAt: Instant,
  })
  .meta({ id: 'Transfer', description: 'The offer of a product to another organization' });

const example = {
  id: ids.transferId,
  productId: ids.productId,
  productName: 'alpine.example',
  to: { kind: 'email' as const, email: 'ben@example.ch' },
  status: 'offered' as const,
  toOrganizationId: null,
  expiresAt: '2026-02-14T09:00:00.000Z',
  createdAt: '2026-01-31T09:00:00.000Z',
};

/** Settings of the former organization that do not move with the product (PROD-5). */
export const Detached = z
  .enum(['automatic_renewal', 'method', 'billing_address', 'renewal_warranty'])
  .meta({ id: 'DetachedAtTransfer' });

const productNotFound = { PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' } } as const;
const notFound = { TRANSFER_NOT_FOUND: { status: 404, title: 'There is no such transfer' } } as const;
const debtOpen = {
  WARRANTY_DEBT_OPEN: {
    status: 409,
    title: 'A period of the product is renewed on credit and must be paid before a transfer',
  },
} as const;
const acceptingErrors = {
  TRANSFER_ACCEPTING: { status: 409, title: 'The transfer was accepted, but is not finished yet' },
} as const;
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

export const previewTransfer = query({
  subject: 'rpc.products.transfer.preview.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/products/:productId/transfer-preview' },
  access: 'product:transfer',
  summary: 'Preview the effects of a transfer on this organization',
  input: z.object({ organizationId, productId }),
  output: z.object({
    productId,
    grants: z
      .array(z.object({ grantId: idSchema('grt'), holder: GrantHolder, object: GrantObject, right: Right }))
      .describe('Grants that end permanently; at most 500 are listed'),
    grantCount: z.int().describe('Number of grants that end'),
    detached: z.array(Detached).describe('Settings that do not move with the product'),
    documentsStay: z.literal(true).describe('The documents stay in this organization'),
    retainedUserCount: z.int().describe('Number of people who keep using the product'),
    refusal: z.enum(['WARRANTY_DEBT_OPEN']).nullable().describe('The error that an offer would return now'),
  }),
  errors: productNotFound,
  example: {
    input: { organizationId: ids.organizationId, productId: ids.productId },
    output: {
      productId: ids.productId,
      grantCount: 1,
      detached: ['automatic_renewal', 'method', 'billing_address'],
      documentsStay: true,
      retainedUserCount: 0,
      refusal: null,
      grants: [
        {
          grantId: 'grt_01je5nryg0fgz9y05x3mqpmjrg',
          holder: { kind: 'team', teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg' },
          object: { kind: 'product', productId: ids.productId },
          right: 'technical',
        },
      ],
    },
  },
});

export const offerTransfer = command({
  subject: 'rpc.products.transfer.offer.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/products/:productId/transfers', status: 201 },
  access: 'product:transfer',
  summary: 'Offer a product to another organization for 14 days',
  description:
    'The recipient is everybody with the link, the owner of a mail address, or an organization whose products you ' +
    'manage. The link is shown in this response only and can be accepted once. The mail contains a link to a page ' +
    'where the recipient can sign up and see the offer. An address gets at most five mails within 24 hours. A ' +
    'repeated offer to the same recipient returns the open offer. If the offerer of the open offer has lost the ' +
    'permission, you become the offerer, and a new link replaces the old link.',
  input: z.object({ organizationId, productId, to: TransferTarget }),
  output: z.object({
    transfer: Transfer,
    link: z
      .string()
      .nullable()
      .describe('The link of a new offer by link, or the link that replaces the old link; otherwise null'),
  }),
  errors: {
    ...productNotFound,
    ...debtOpen,
    TRANSFER_OPEN: { status: 409, title: 'The product is offered to another recipient: cancel that offer first' },
    TRANSFER_MAILS_LIMITED: {
      status: 429,
      title: 'Too many mails with offers to this address, or of this sender, organization or network',
    },
    TRANSFER_TARGET_UNKNOWN: { status: 422, title: 'You manage no products in that organization' },
    TRANSFER_TARGET_SAME: { status: 422, title: 'That organization owns the product already' },
  },
  hasSecretOutput: true,
  example: {
    input: {
      organizationId: ids.organizationId,
      productId: ids.productId,
      to: { kind: 'email', email: 'ben@example.ch' },
    },
    output: { transfer: example, link: null },
  },
});

export const cancelTransfer = command({
  subject: 'rpc.products.transfer.cancel.v1',
  http: { method: 'DELETE', path: '/v1/organizations/:organizationId/transfers/:transferId', status: 204 },
  access: 'product:transfer',
  summary: 'Cancel an offered transfer',
  input: z.object({ organizationId, transferId }),
  output: z.object({}),
  errors: {
    ...notFound,
    ...acceptingErrors,
    TRANSFER_NOT_OPEN: { status: 409, title: 'The transfer was accepted or declined' },
  },
  example: { input: { organizationId: ids.organizationId, transferId: ids.transferId }, output: {} },
});

export const listTransfers = query({
  subject: 'rpc.products.transfer.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/transfers' },
  access: 'product:transfer',
  summary: 'List the transfers that this organization offered, newest first',
  input: z.object({ organizationId, ...pageInput }),
  output: page(Transfer),
  errors: pageErrors,
  example: { input: { organizationId: ids.organizationId }, output: { data: [example], nextCursor: null } },
});

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
    notCarriedOver: z.array(Detached.or(z.enum(['grants', 'documents']))),
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
    ...debtOpen,
    ...acceptingErrors,
    TRANSFER_CHANGED: {
      status: 409,
      title: 'The terms of the transfer have changed: people, price or due date',
    },
    TRANSFER_TARGET_SAME: { status: 422, title: 'That organization owns the product already' },
    OFFERER_NOT_ALLOWED: { status: 409, title: 'The person who offered the product has lost the permission' },
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

export const getTransferMail = query({
  subject: 'rpc.products.transfer.get_mail.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Get the content of the mail with an offer',
  input: z.object({ organizationId, transferId }),
  output: z.object({
    email: Email,
    locale: Locale,
    organizationName: Name,
    offererEmail: Email,
    productName: Name,
    token: z.string(),
    expiresAt: Instant,
  }),
  errors: notFound,
  example: {
    input: { organizationId: ids.organizationId, transferId: ids.transferId },
    output: {
      email: 'ben@example.ch',
      locale: 'fr',
      organizationName: 'Alpine Rescue',
      offererEmail: 'anna@example.ch',
      productName: 'alpine.example',
      token: 'AZOLXHoA…',
      expiresAt: '2026-02-14T09:00:00.000Z',
    },
  },
});

/** The answer is used to notify the offerer. */
export const getTransferOutcome = query({
  subject: 'rpc.products.transfer.get_outcome.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Get the offerer and the outcome of a transfer',
  input: z.object({ organizationId, transferId }),
  output: z.object({
    offeredBy: accountId,
    productName: Name,
    status: TransferStatus,
    toOrganizationId: organizationId.nullable().describe('The accepting organization'),
    expiresAt: Instant,
  }),
  errors: notFound,
  example: {
    input: { organizationId: ids.organizationId, transferId: ids.transferId },
    output: {
      offeredBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
      productName: 'alpine.example',
      status: 'accepted',
      toOrganizationId: acceptingOrganizationId,
      expiresAt: '2026-02-14T09:00:00.000Z',
    },
  },
});

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
