import type { PermissionName } from '@cordee/contracts/permissions';
import { DomainError } from '@cordee/contracts/domain-error';
import type { ApiTokenLimits } from '@cordee/messaging/call';

/**
 * Rejects calls that exceed the limits of an API token: operations of the account, calls to another organization
 * (rejected as not found), and permissions outside of the scopes. The permission of the person is checked separately.
 */
export function enforceTokenScope(
  { organizationId, scopes }: ApiTokenLimits,
  access: 'account' | PermissionName,
  requestedOrganizationId: `org_${string}` | undefined,
): void {
  if (access === 'account')
    throw new DomainError('API_TOKEN_SCOPE_MISSING', {
      detail: 'no scope allows this operation: it requires a session',
    });
  if (requestedOrganizationId !== organizationId) throw new DomainError('ORGANIZATION_NOT_FOUND');
  requireScope(scopes, access);
}

/** Rejects an API token without the scope of a permission. For handlers that require an additional permission. */
export function requireScope(scopes: ReadonlySet<string> | undefined, permission: PermissionName): void {
  if (scopes && !scopes.has(permission))
    throw new DomainError('API_TOKEN_SCOPE_MISSING', { detail: `the scope ${permission} is required` });
}
