import * as z from 'zod';
import { command, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { GrantHolder, GrantObject } from '../teams/grant-snapshot.ts';
import { Email, Instant, Locale, Name, page, pageErrors, pageInput } from '../values.ts';
import { Right } from './product-snapshot.ts';

const organizationId = idSchema('org');
const productId = idSchema('prd');
const transferId = idSchema('trf');
const accountId = idSchema('acc');

/** The ids of the examples of transfers. */
export const exampleTransferIds = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  transferId: 'trf_01je5nryg0fgz9y05x3mqpmjrg',
};
const acceptingOrganizationId = 'org_01je5nryg0fgz9y05x3mqpmjrh';

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
  id: exampleTransferIds.transferId,
  productId: exampleTransferIds.productId,
  productName: 'alpine.example',
  to: { kind: 'email' as const, email: 'ben@example.ch' },
  status: 'offered' as const,
  toOrganizationId: null,
  expiresAt: '2026-02-14T09:00:00.000Z',
  createdAt: '2026-01-31T09:00:00.000Z',
};

/** Settings of the former organization that do not move with the product (PROD-5). */
export const DetachedSetting = z
  .enum(['automatic_renewal', 'method', 'billing_address', 'renewal_warranty'])
  .meta({ id: 'DetachedAtTransfer' });

const productNotFoundErrors = { PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' } } as const;
const notFoundErrors = { TRANSFER_NOT_FOUND: { status: 404, title: 'There is no such transfer' } } as const;
export const debtErrors = {
  WARRANTY_DEBT_OPEN: {
    status: 409,
    title: 'A period of the product is renewed on credit and must be paid before a transfer',
  },
} as const;
export const acceptingErrors = {
  TRANSFER_ACCEPTING: { status: 409, title: 'The transfer was accepted, but is not finished yet' },
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
    detached: z.array(DetachedSetting).describe('Settings that do not move with the product'),
    documentsStay: z.literal(true).describe('The documents stay in this organization'),
    retainedUserCount: z.int().describe('Number of people who keep using the product'),
    refusal: z.enum(['WARRANTY_DEBT_OPEN']).nullable().describe('The error that an offer would return now'),
  }),
  errors: productNotFoundErrors,
  example: {
    input: { organizationId: exampleTransferIds.organizationId, productId: exampleTransferIds.productId },
    output: {
      productId: exampleTransferIds.productId,
      grantCount: 1,
      detached: ['automatic_renewal', 'method', 'billing_address'],
      documentsStay: true,
      retainedUserCount: 0,
      refusal: null,
      grants: [
        {
          grantId: 'grt_01je5nryg0fgz9y05x3mqpmjrg',
          holder: { kind: 'team', teamId: 'team_01je5nryg0fgz9y05x3mqpmjrg' },
          object: { kind: 'product', productId: exampleTransferIds.productId },
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
    ...productNotFoundErrors,
    ...debtErrors,
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
      organizationId: exampleTransferIds.organizationId,
      productId: exampleTransferIds.productId,
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
    ...notFoundErrors,
    ...acceptingErrors,
    TRANSFER_NOT_OPEN: { status: 409, title: 'The transfer was accepted or declined' },
  },
  example: {
    input: { organizationId: exampleTransferIds.organizationId, transferId: exampleTransferIds.transferId },
    output: {},
  },
});

export const listTransfers = query({
  subject: 'rpc.products.transfer.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/transfers' },
  access: 'product:transfer',
  summary: 'List the transfers that this organization offered, newest first',
  input: z.object({ organizationId, ...pageInput }),
  output: page(Transfer),
  errors: pageErrors,
  example: {
    input: { organizationId: exampleTransferIds.organizationId },
    output: { data: [example], nextCursor: null },
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
  errors: notFoundErrors,
  example: {
    input: { organizationId: exampleTransferIds.organizationId, transferId: exampleTransferIds.transferId },
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

/** The reminders service notifies the offerer with the output. */
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
  errors: notFoundErrors,
  example: {
    input: { organizationId: exampleTransferIds.organizationId, transferId: exampleTransferIds.transferId },
    output: {
      offeredBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
      productName: 'alpine.example',
      status: 'accepted',
      toOrganizationId: acceptingOrganizationId,
      expiresAt: '2026-02-14T09:00:00.000Z',
    },
  },
});
