import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { serviceTokenScopes } from '../permissions.ts';
import { Instant, Name, page, pageErrors, pageInput } from '../values.ts';

const tokenId = idSchema('tok').describe('Id of the service token');
const organizationIds = z.array(idSchema('org')).min(1).max(100).nullable().describe('Null for all organizations');
const ids = {
  tokenId: 'tok_01je5nryg0fgz9y05x3mqpmjrg',
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
};

export const ServiceTokenScope = z.enum(serviceTokenScopes).meta({
  id: 'ServiceTokenScope',
  description: 'A permission whose queries a service token may call',
  examples: ['document:read'],
});
const scopes = z.array(ServiceTokenScope).min(1).max(serviceTokenScopes.length);

export const ServiceToken = z
  .object({
    id: tokenId,
    prefix: z.string().describe('First part of the token, which is not secret'),
    name: Name,
    scopes: z.array(z.string()),
    organizationIds,
    createdBy: idSchema('acc').describe('The member of staff who created the token'),
    createdAt: Instant,
    lastUsedAt: Instant.nullable().describe('Time of the last recorded use; null when the token was never used'),
    expiresAt: Instant,
  })
  .meta({
    id: 'ServiceToken',
    description: 'Credential with which an internal tool or a partner of the provider reads, within its scopes',
  });

const example = {
  id: ids.tokenId,
  prefix: 'cordee_7k2m9qxd0h',
  name: 'Data warehouse',
  scopes: ['document:read' as const],
  organizationIds: null,
  createdBy: ids.accountId,
  createdAt: '2026-01-31T09:00:00.000Z',
  lastUsedAt: null,
  expiresAt: '2027-01-31T09:00:00.000Z',
};
const notFoundErrors = { SERVICE_TOKEN_NOT_FOUND: { status: 404, title: 'There is no such service token' } } as const;

export const createServiceToken = command({
  subject: 'rpc.identity.service_token.create.v1',
  http: { method: 'POST', path: '/v1/staff/service-tokens', status: 201 },
  access: 'staff',
  requiresRecentSignIn: true,
  summary: 'Create a service token for an internal tool or a partner',
  description:
    'The token is shown in this response only. It calls only queries of its scopes, in its organizations. ' +
    'Each call is recorded before it runs.',
  input: z.object({
    name: Name,
    scopes,
    organizationIds,
    expiresInDays: z.int().min(1).max(366).default(366).describe('Validity in days'),
  }),
  output: ServiceToken.extend({ token: z.string().describe('For the header `Authorization: Bearer …`') }),
  errors: { SERVICE_TOKEN_LIMIT: { status: 409, title: 'There are a hundred service tokens: revoke one first' } },
  hasSecretOutput: true,
  example: {
    input: { name: example.name, scopes: example.scopes, organizationIds: null },
    output: { ...example, token: 'cordee_7k2m9qxd0h_…' },
  },
});

export const listServiceTokens = query({
  subject: 'rpc.identity.service_token.list.v1',
  http: { method: 'GET', path: '/v1/staff/service-tokens' },
  access: 'staff',
  summary: 'List service tokens, newest first; expired tokens are listed until they are revoked',
  input: z.object(pageInput),
  output: page(ServiceToken),
  errors: pageErrors,
  example: { input: {}, output: { data: [example], nextCursor: null } },
});

export const revokeServiceToken = command({
  subject: 'rpc.identity.service_token.revoke.v1',
  http: { method: 'DELETE', path: '/v1/staff/service-tokens/:tokenId', status: 204 },
  access: 'staff',
  requiresRecentSignIn: true,
  summary: 'Revoke a service token',
  description: 'The token is invalid as soon as the response arrives.',
  input: z.object({ tokenId }),
  output: z.object({}),
  errors: notFoundErrors,
  example: { input: { tokenId: ids.tokenId }, output: {} },
});

export const listServiceTokenUses = query({
  subject: 'rpc.identity.service_token.list_uses.v1',
  http: { method: 'GET', path: '/v1/staff/service-tokens/:tokenId/uses' },
  access: 'staff',
  summary: 'List the uses of a service token, newest first',
  description: 'Each call is recorded before it runs, and the records cannot be changed.',
  input: z.object({ tokenId, ...pageInput }),
  output: page(
    z.object({
      organizationId: idSchema('org'),
      subject: z.string().describe('Subject of the requested contract'),
      about: z.array(z.string()).describe('Ids in the request'),
      requestId: z.string(),
      at: Instant,
    }),
  ),
  errors: { ...notFoundErrors, ...pageErrors },
  example: {
    input: { tokenId: ids.tokenId },
    output: {
      data: [
        {
          organizationId: ids.organizationId,
          subject: 'rpc.billing.document.list.v1',
          about: [],
          requestId: '5f0c',
          at: '2026-01-31T09:05:00.000Z',
        },
      ],
      nextCursor: null,
    },
  },
});

/** The request pipeline of every service calls this command before it executes a call with a service token. */
export const recordServiceTokenUse = command({
  subject: 'rpc.identity.service_token.record_use.v1',
  access: 'service',
  callers: 'every_service',
  summary: 'Record a use of a service token before it is executed',
  input: z.object({
    tokenId,
    organizationId: idSchema('org'),
    subject: z.string().max(200),
    about: z.array(z.string().max(100)).max(20),
  }),
  output: z.object({ isLive: z.boolean().describe('If false, nothing is recorded and the call must not be executed') }),
  errors: {},
  example: {
    input: {
      tokenId: ids.tokenId,
      organizationId: ids.organizationId,
      subject: 'rpc.billing.document.list.v1',
      about: [],
    },
    output: { isLive: true },
  },
});

const accountId = idSchema('acc').describe('The member of staff');

export const serviceTokenCreated = event({
  subject: 'evt.identity.service_token.created.v1',
  summary: 'A service token was created',
  entity: 'tokenId',
  data: z.object({ tokenId, accountId, scopes: z.array(z.string()), organizationIds, expiresAt: Instant }),
  example: {
    tokenId: ids.tokenId,
    accountId: ids.accountId,
    scopes: example.scopes,
    organizationIds: null,
    expiresAt: example.expiresAt,
  },
});

export const serviceTokenRevoked = event({
  subject: 'evt.identity.service_token.revoked.v1',
  summary: 'A service token was revoked',
  entity: 'tokenId',
  invalidatesAccess: 'sessions',
  data: z.object({ tokenId, accountId }),
  example: { tokenId: ids.tokenId, accountId: ids.accountId },
});
