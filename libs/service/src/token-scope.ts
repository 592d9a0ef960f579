import type { PermissionName } from '@cordee/contracts/permissions';
import { DomainError } from '@cordee/contracts/domain-error';
import type { ApiTokenLimits } from '@cordee/messaging/call';

/**
 * Rejects calls beyond the limits of an API token: operations on the account, another organization (answered as
 * unknown), and permissions outside of its scopes. The person must hold the permission as well.
 */
export function enforceTokenScope(
  { organizationId, scopes }: ApiTokenLimits,
  access: 'account' | PermissionName,
  requested: `org_${string}` | undefined,
): void {
  if (access === 'account')
    throw new DomainError('API_TOKEN_SCOPE_MISSING', {
      detail: 'no scope allows this: it requires the session of the person',
    });
  if (requested !== organizationId) throw new DomainError('ORGANIZATION_NOT_FOUND');
  requireScope(scopes, access);
}

/** For a handler that needs a further permission: rejects an API token without its scope. */
export function requireScope(scopes: ReadonlySet<string> | undefined, permission: PermissionName): void {
  if (scopes && !scopes.has(permission))
    throw new DomainError('API_TOKEN_SCOPE_MISSING', { detail: `the scope ${permission} is required` });
}
