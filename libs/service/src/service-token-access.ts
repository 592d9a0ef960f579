import type { AccessCache } from '@cordee/access/access-cache';
import type { Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { recordServiceTokenUse } from '@cordee/contracts/identity/service-token';
import { mayServiceTokenHave } from '@cordee/contracts/permissions';
import type { Actor, Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { idsOf, RECORD_TIMEOUT_MS } from './support-audit.ts';

type ServiceToken = Extract<Actor, { kind: 'service_token' }>;

/**
 * Rejects calls that exceed a service token: operations of accounts and staff, other organizations (rejected as not
 * found), commands, and permissions outside of its scopes.
 */
export async function enforceServiceToken(
  { organizationIds, scopes }: ServiceToken,
  { access, kind }: Contract,
  organizationId: `org_${string}` | undefined,
  cache: Pick<AccessCache, 'people'>,
): Promise<void> {
  if (access === 'staff') throw new DomainError('NOT_FOUND');
  if (access === 'account')
    throw new DomainError('API_TOKEN_SCOPE_MISSING', {
      detail: 'no scope allows this operation: it requires a session',
    });
  const isCovered = organizationId && (organizationIds === null || organizationIds.has(organizationId));
  // An organization that does not exist has no people.
  if (!isCovered || (await cache.people(organizationId)).size === 0) throw new DomainError('ORGANIZATION_NOT_FOUND');
  if (kind !== 'query' || !mayServiceTokenHave(access))
    throw new DomainError('API_TOKEN_SCOPE_MISSING', { detail: 'service tokens cannot call this operation' });
  if (!scopes.has(access))
    throw new DomainError('API_TOKEN_SCOPE_MISSING', { detail: `the scope ${access} is required` });
}

/** Records each call with a service token in the identity service, before the call runs. */
export class ServiceTokenAudit {
  constructor(private readonly rpc: RpcClient) {}

  /** Throws API_TOKEN_INVALID when the token has ended, and SERVICE_UNAVAILABLE when the call cannot be recorded. */
  async record(call: Call, { tokenId }: ServiceToken, input: unknown): Promise<void> {
    const { isLive } = await this.rpc
      .call(
        recordServiceTokenUse,
        { tokenId, organizationId: call.organizationId!, subject: call.contract.subject, about: idsOf(input) },
        { causedBy: call, timeoutMs: RECORD_TIMEOUT_MS },
      )
      .catch(() => {
        throw new DomainError('SERVICE_UNAVAILABLE', {
          detail: 'calls with a service token are recorded before they run, and recording is not possible right now',
          retryAfter: 2,
        });
      });
    if (!isLive) throw new DomainError('API_TOKEN_INVALID');
  }
}
