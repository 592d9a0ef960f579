import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { RenewalTerms } from '../renewals/renewal.ts';
import { GrantHolder, GrantObject } from '../teams/grant-snapshot.ts';
import { Email, Instant, Locale, LocalDate, MoneyValue, Name, text } from '../values.ts';
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
const toOrganizationId = 'org_01je5nryg0fgz9y05x3mqpmjrh';

const TransferToken = text(200).min(1).meta({ description: 'What the link of a transfer carries' });

/** To whom a product is offered: whoever has the link, the owner of an address, or an organization. */
export const TransferTarget = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('link') }),
    z.object({ kind: z.literal('email'), email: Email, locale: Locale.default('en').describe('Language of the mail') }),
    z.object({ kind: z.literal('organization'), organizationId }),
  ])
  .meta({ id: 'TransferTarget' });

export const TransferStatus = z
  .enum(['offered', 'accepting', 'accepted', 'declined', 'cancelled', 'expired'])
  .meta({ id: 'TransferStatus', description: '`accepting`: accepted, and under way' });

export const Transfer = z
  .object({
    id: transferId,
    productId,
    productName: Name,
    to: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('link') }),
      z.object({ kind: z.literal('email'), email: Email.nullable().describe('Forgotten when the transfer is over') }),
      z.object({ kind: z.literal('organization'), organizationId }),
    ]),
    status: TransferStatus,
    toOrganizationId: organizationId.nullable().describe('Which organization has accepted it'),
    expiresAt: Instant,
    createdAt: Instant,
  })
  .meta({ id: 'Transfer', description: 'A product that is offered to another organization' });

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

/** What the organization that gives a product away loses with it (PROD-5). */
export const Detached = z
  .enum(['automatic_renewal', 'method', 'billing_address', 'renewal_warranty'])
  .meta({ id: 'DetachedAtTransfer' });

const productNotFound = { PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' } } as const;
const notFound = { TRANSFER_NOT_FOUND: { status: 404, title: 'There is no such transfer' } } as const;
const debtOpen = {
  WARRANTY_DEBT_OPEN: {
    status: 409,
    title: 'A period of the product was renewed on credit: it can be transferred when that is paid',
  },
} as const;
const accepting = { TRANSFER_ACCEPTING: { status: 409, title: 'The transfer was accepted and is under way' } } as const;
const forReceiver = {
  TRANSFER_TOKEN_INVALID: { status: 422, title: 'The link is wrong' },
  TRANSFER_ADDRESS_OTHER: { status: 403, title: 'The product is offered to the owner of another address' },
  TRANSFER_TARGET_OTHER: { status: 403, title: 'The product is offered to another organization' },
  TRANSFER_NOT_OPEN: { status: 409, title: 'The transfer was cancelled, declined, or accepted by somebody else' },
  TRANSFER_EXPIRED: { status: 410, title: 'The transfer has expired' },
} as const;

export const previewTransfer = query({
  subject: 'rpc.products.transfer.preview.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/products/:productId/transfer-preview' },
  access: 'product:transfer',
  summary: 'What is lost when a product is transferred, before anything is done',
  input: z.object({ organizationId, productId }),
  output: z.object({
    productId,
    grants: z
      .array(z.object({ grantId: idSchema('grt'), holder: GrantHolder, object: GrantObject, right: Right }))
      .describe('They end and do not come back; at most 500 are listed'),
    grantCount: z.int().describe('How many end'),
    detached: z.array(Detached).describe('What does not move with it'),
    documentsStay: z.literal(true).describe('Its documents stay with this organization'),
    keptPeopleCount: z.int().describe('People who go on using it there without managing it'),
    refusal: z.enum(['WARRANTY_DEBT_OPEN']).nullable().describe('Why it would be refused now'),
  }),
  errors: productNotFound,
  example: {
    input: { organizationId: ids.organizationId, productId: ids.productId },
    output: {
      productId: ids.productId,
      grantCount: 1,
      detached: ['automatic_renewal', 'method', 'billing_address'],
      documentsStay: true,
      keptPeopleCount: 0,
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
  summary: 'Offer a product to another organization, for 14 days (PROD-5)',
  description:
    'A link is shown in this answer and never again, and is good for one acceptance. A mail leads its address to the offer, by way of signing up where there is no account; one address is sent at most five within 24 hours. Directly to an organization where one manages products, too. Offering to the same again answers with the offer that stands; where whoever made it may no longer do so, it is yours from then on, and a link is a new one.',
  input: z.object({ organizationId, productId, to: TransferTarget }),
  output: z.object({
    transfer: Transfer,
    link: z.string().nullable().describe('Of an offer by link that is new, or has become yours; null otherwise'),
  }),
  errors: {
    ...productNotFound,
    ...debtOpen,
    TRANSFER_OPEN: { status: 409, title: 'The product is offered to somebody else: cancel that first' },
    TRANSFER_MAILS_LIMITED: { status: 429, title: 'This address was sent five offers within 24 hours' },
    TRANSFER_TARGET_UNKNOWN: { status: 422, title: 'You manage no products in that organization' },
    TRANSFER_TARGET_SAME: { status: 422, title: 'The product belongs to that organization' },
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
  summary: 'Cancel a transfer that was offered',
  input: z.object({ organizationId, transferId }),
  output: z.object({}),
  errors: {
    ...notFound,
    ...accepting,
    TRANSFER_NOT_OPEN: { status: 409, title: 'The transfer was accepted or declined' },
  },
  example: { input: { organizationId: ids.organizationId, transferId: ids.transferId }, output: {} },
});

export const listTransfers = query({
  subject: 'rpc.products.transfer.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/transfers' },
  access: 'product:transfer',
  summary: 'Transfers that this organization has offered, newest first',
  input: z.object({ organizationId }),
  output: z.object({ data: z.array(Transfer).describe('At most 200') }),
  errors: {},
  example: { input: { organizationId: ids.organizationId }, output: { data: [example] } },
});

/** A transfer as whoever is to accept it sees it. */
export const TransferOffer = z
  .object({
    transferId,
    status: TransferStatus,
    type: ProductTypeKey,
    name: Name,
    fromOrganizationName: Name,
    interval: Interval.nullable(),
    price: MoneyValue.nullable().describe(
      'Net, for one interval, at the price valid today; null when it has none in this interval and currency',
    ),
    dueOn: LocalDate.nullable().describe('End of the period that is paid for: the next one is yours to pay'),
    isOverdue: z.boolean().describe('That period has ended and nobody has renewed the product'),
    notCarriedOver: z.array(Detached.or(z.enum(['grants', 'documents']))),
    keptPeopleCount: z
      .int()
      .describe(
        'People who come with it, as externals where they do not belong to your organization yet: they go on using it',
      ),
    isBlocked: z
      .boolean()
      .describe(
        'It is blocked at the moment: what the organization that offers it blocked ends with the transfer, what a service blocked does not',
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
  keptPeopleCount: 0,
  isBlocked: false,
  expiresAt: '2026-02-14T09:00:00.000Z',
};

export const describeTransfer = query({
  subject: 'rpc.products.transfer.describe.v1',
  http: { method: 'POST', path: '/v1/transfers/describe' },
  access: 'account',
  summary: 'What a transfer offers, by the token of its link',
  description: 'A read, sent as a body so that the token stands in no log.',
  input: z.object({ token: TransferToken }),
  output: TransferOffer,
  errors: { ...forReceiver, ...accepting },
  example: { input: { token: 'AZOLXHoA…' }, output: exampleOffer },
});

export const acceptTransfer = command({
  subject: 'rpc.products.transfer.accept.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/transfers/accept' },
  access: 'product:transfer',
  summary: 'Accept a transfer for this organization: the product is its own from then on, without interruption',
  description:
    'Say what was shown of it: where more people would come with the product, or price or next due date are others by now, it is refused, and the places say which. Whoever is given something on it afterwards does not come either. Repeating it gives the same answer.',
  input: z.object({
    organizationId,
    token: TransferToken,
    keptPeopleCount: z
      .int()
      .min(0)
      .optional()
      .describe('How many people were shown to come with it; when left out, as many as would have when it was offered'),
    price: MoneyValue.nullable()
      .optional()
      .describe('The price that was shown; when left out, the one when it was offered'),
    dueOn: LocalDate.nullable()
      .optional()
      .describe('The next due date that was shown; when left out, the one when it was offered'),
  }),
  output: z.object({ transferId, organizationId, productId }),
  errors: {
    ...forReceiver,
    ...debtOpen,
    ...accepting,
    TRANSFER_CHANGED: {
      status: 409,
      title: 'What was shown of the product has changed: who comes with it, its price or its next due date',
    },
    TRANSFER_TARGET_SAME: { status: 422, title: 'The product belongs to that organization' },
    OFFERER_NOT_ALLOWED: { status: 409, title: 'Whoever offered the product may no longer do so' },
    PRODUCT_JUST_ARRIVED: { status: 409, title: 'The product has only just arrived: try again in a moment' },
    RENEWAL_CHARGE_RUNNING: {
      status: 409,
      title: 'The next period of the product is being charged right now: try again in a moment',
    },
    TRANSFERS_BUSY: { status: 503, title: 'Too many transfers are being accepted at once' },
  },
  example: {
    input: {
      organizationId: toOrganizationId,
      token: 'AZOLXHoA…',
      keptPeopleCount: 0,
      price: exampleOffer.price,
      dueOn: exampleOffer.dueOn,
    },
    output: { transferId: ids.transferId, organizationId: toOrganizationId, productId: ids.productId },
  },
});

export const declineTransfer = command({
  subject: 'rpc.products.transfer.decline.v1',
  http: { method: 'POST', path: '/v1/transfers/decline' },
  access: 'account',
  summary: 'Decline a transfer',
  input: z.object({ token: TransferToken }),
  output: z.object({}),
  errors: { ...forReceiver, ...accepting },
  example: { input: { token: 'AZOLXHoA…' }, output: {} },
});

export const listMyTransfers = query({
  subject: 'rpc.products.transfer.list_own.v1',
  http: { method: 'GET', path: '/v1/me/transfers' },
  access: 'account',
  summary: 'Products that are offered to my address, or to an organization where I manage products',
  input: z.object({}),
  output: z.object({
    data: z.array(
      z.object({
        transferId,
        type: ProductTypeKey,
        name: Name,
        token: TransferToken,
        organizationId: organizationId.nullable().describe('To which of my organizations; null when to my address'),
        expiresAt: Instant,
      }),
    ),
  }),
  errors: {},
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
    },
  },
});

export const getTransferMail = query({
  subject: 'rpc.products.transfer.get_mail.v1',
  access: 'service',
  summary: 'What the mail of a transfer says',
  input: z.object({ organizationId, transferId }),
  output: z.object({
    email: Email,
    locale: Locale,
    organizationName: Name,
    offererName: Name,
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
      offererName: 'Anna Keller',
      productName: 'alpine.example',
      token: 'AZOLXHoA…',
      expiresAt: '2026-02-14T09:00:00.000Z',
    },
  },
});

/** What became of a transfer, for who tells whoever offered it. */
export const getTransferOutcome = query({
  subject: 'rpc.products.transfer.get_outcome.v1',
  access: 'service',
  summary: 'Who offered a transfer, and what became of it',
  input: z.object({ organizationId, transferId }),
  output: z.object({
    offeredBy: accountId,
    productName: Name,
    status: TransferStatus,
    toOrganizationId: organizationId.nullable().describe('Which organization has accepted it'),
    expiresAt: Instant,
  }),
  errors: notFound,
  example: {
    input: { organizationId: ids.organizationId, transferId: ids.transferId },
    output: {
      offeredBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
      productName: 'alpine.example',
      status: 'accepted',
      toOrganizationId,
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
  summary: 'Somebody else stands behind an offer, because whoever made it may no longer do so',
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
  summary: 'Nobody accepted a transfer in time',
  entity: 'transferId',
  data: transferEventData,
  example: exampleEventData,
});
export const transferAccepted = event({
  subject: 'evt.products.transfer.accepted.v1',
  summary: 'A transfer was accepted and is done',
  entity: 'transferId',
  data: transferEventData.extend({ toOrganizationId: organizationId, acceptedBy: accountId }),
  example: { ...exampleEventData, toOrganizationId, acceptedBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg' },
});

export const productTransferredAway = event({
  subject: 'evt.products.product.transferred_away.v1',
  summary: 'A product belongs to this organization no longer: what was given on it ends, its documents stay',
  entity: 'productId',
  data: z.object({
    organizationId,
    productId,
    transferId,
    toOrganizationId: organizationId,
    ownershipNumber: ownershipNumber.describe('The one that has ended'),
  }),
  invalidatesAccess: 'products',
  example: { ...exampleEventData, toOrganizationId, ownershipNumber: 1 },
});

export const productReceived = event({
  subject: 'evt.products.product.received.v1',
  summary: 'A product belongs to this organization from now on',
  entity: 'productId',
  data: z.object({
    organizationId,
    productId,
    transferId,
    fromOrganizationId: organizationId,
    ownershipNumber: ownershipNumber.describe('The one that has begun'),
    type: ProductTypeKey,
    name: Name,
    renewal: RenewalTerms,
    kept: z
      .array(
        z.object({
          accountId,
          endsAt: Instant.nullable().describe('Until when they may, as before; null when it has no end'),
          isBlocked: z
            .literal(true)
            .optional()
            .describe(
              'They were blocked where it came from: where they come with it, they are so until somebody lifts it',
            ),
        }),
      )
      .describe('People who used it before and go on doing so, without managing it'),
    keptRight: Right.nullable().describe('The right that they keep'),
  }),
  invalidatesAccess: 'products',
  example: {
    organizationId: toOrganizationId,
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
    kept: [{ accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg', endsAt: null }],
    keptRight: 'user',
  },
});
