import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Instant, Name, page, pageErrors, pageInput } from '../values.ts';

const tokenId = idSchema('tok');
const organizationId = idSchema('org');
const accountId = idSchema('acc');
const ids = {
  tokenId: 'tok_01je5nryg0fgz9y05x3mqpmjrg',
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
} as const;

/** The text of an API token or a service token: its prefix, its secret and a checksum of six characters. */
export const ApiTokenText = z
  .string()
  .regex(/^cordee_[0-9a-hjkmnp-tv-z]{10}_[0-9a-hjkmnp-tv-z]{38}$/, 'must be an API token');

export const ApiTokenScope = z
  .string()
  .max(100)
  .meta({
    id: 'ApiTokenScope',
    description:
      'A permission (`product:read`), a right on products and resources (`right:technical`), or all rights (`right:*`)',
    examples: ['product:read', 'right:technical'],
  });

const scopes = z.array(ApiTokenScope).min(1).max(100);

export const ApiToken = z
  .object({
    id: tokenId,
    prefix: z.string().describe('First part of the token, which is not secret'),
    name: Name,
    scopes: z.array(ApiTokenScope),
    organization: z.object({ id: organizationId, name: Name }),
    createdAt: Instant,
    lastUsedAt: Instant.nullable().describe('Time of the last use, to the minute; null when the token was never used'),
    expiresAt: Instant,
  })
  .meta({
    id: 'ApiToken',
    description: 'Credential of a program that acts as a person in one organization, within its scopes',
  });

const example = {
  id: ids.tokenId,
  prefix: 'cordee_7k2m9qxd0h',
  name: 'Nightly backup',
  scopes: ['product:read', 'right:technical'],
  organization: { id: ids.organizationId, name: 'Alpine Rescue' },
  createdAt: '2026-01-31T09:00:00.000Z',
  lastUsedAt: null,
  expiresAt: '2026-05-01T09:00:00.000Z',
};

export const createApiToken = command({
  subject: 'rpc.identity.api_token.create.v1',
  http: { method: 'POST', path: '/v1/me/api-tokens', status: 201 },
  access: 'account',
  requiresRecentSignIn: true,
  summary: 'Create an API token for one of my organizations',
  description:
    'The token is shown in this response only. It acts as me in this organization, within its scopes and my current ' +
    'permissions. It cannot call operations on my account.',
  input: z.object({
    organizationId,
    name: Name,
    scopes,
    expiresInDays: z.int().min(1).max(366).default(90).describe('Validity in days'),
  }),
  output: ApiToken.extend({ token: z.string().describe('For the header `Authorization: Bearer …`') }),
  errors: {
    API_TOKEN_SCOPE_UNKNOWN: { status: 422, title: 'There is no such scope' },
    API_TOKEN_LIMIT: { status: 409, title: 'You have a hundred API tokens: revoke one first' },
  },
  hasSecretOutput: true,
  example: {
    input: { organizationId: ids.organizationId, name: 'Nightly backup', scopes: ['product:read', 'right:technical'] },
    output: { ...example, token: 'cordee_7k2m9qxd0h_…' },
  },
});

export const listApiTokens = query({
  subject: 'rpc.identity.api_token.list.v1',
  http: { method: 'GET', path: '/v1/me/api-tokens' },
  access: 'account',
  summary: 'List my API tokens, newest first; expired tokens are listed until they are revoked',
  input: z.object(pageInput),
  output: page(ApiToken),
  errors: pageErrors,
  example: { input: {}, output: { data: [example], nextCursor: null } },
});

export const revokeApiToken = command({
  subject: 'rpc.identity.api_token.revoke.v1',
  http: { method: 'DELETE', path: '/v1/me/api-tokens/:tokenId', status: 204 },
  access: 'account',
  summary: 'Revoke one of my API tokens',
  description: 'The token is invalid as soon as the response arrives.',
  input: z.object({ tokenId }),
  output: z.object({}),
  errors: { API_TOKEN_NOT_FOUND: { status: 404, title: 'You have no such API token' } },
  example: { input: { tokenId: ids.tokenId }, output: {} },
});

export const exchangeApiToken = command({
  subject: 'rpc.identity.api_token.exchange.v1',
  access: 'service',
  callers: ['gateway'],
  summary: 'Exchange an API token for an access token; records the use',
  input: z.object({ token: z.string().max(500) }),
  output: z.object({
    tokenId,
    accessToken: z.string().describe('JWT signed with EdDSA; contains the account, token, organization and scopes'),
    expiresAt: Instant.describe('Ten minutes from now, or earlier when the API token expires earlier'),
  }),
  errors: {},
  hasSecretOutput: true,
  example: {
    input: { token: 'cordee_7k2m9qxd0h_…' },
    output: { tokenId: ids.tokenId, accessToken: 'eyJhbGciOiJFZERTQSJ9…', expiresAt: '2026-01-31T09:10:00.000Z' },
  },
});

export const apiTokenCreated = event({
  subject: 'evt.identity.api_token.created.v1',
  summary: 'An API token was created',
  entity: 'tokenId',
  data: z.object({ organizationId, tokenId, accountId, scopes: z.array(z.string()), expiresAt: Instant }),
  example: { ...ids, scopes: ['product:read'], expiresAt: '2026-05-01T09:00:00.000Z' },
});

export const apiTokenEnded = event({
  subject: 'evt.identity.api_token.ended.v1',
  summary: 'An API token was revoked, or ended because its owner was removed from the organization',
  entity: 'tokenId',
  invalidatesAccess: 'sessions',
  data: z.object({ organizationId, tokenId, accountId, cause: z.enum(['revoked', 'member_removed']) }),
  example: { ...ids, cause: 'revoked' },
});
