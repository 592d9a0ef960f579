import type { PermissionName } from '@cordee/contracts/permissions';
import { DomainError } from '@cordee/contracts/domain-error';
import type { ApiTokenLimits } from '@cordee/messaging/call';

/**
 * Refuses at a door what an API token does not hold: whatever is about the person and not about an organization, another organization than its own, of
 * which it learns nothing, and permissions that are not among its scopes. What it holds, its person must have as well.
 */
export function enforceTokenScope(
  { organizationId, scopes }: ApiTokenLimits,
  access: 'account' | PermissionName,
  asked: `org_${string}` | undefined,
): void {
  if (access === 'account')
    throw new DomainError('API_TOKEN_SCOPE_MISSING', {
      detail: 'no scope gives this: it is for the person alone, signed in',
    });
  if (asked !== organizationId) throw new DomainError('ORGANIZATION_NOT_FOUND');
  requireScope(scopes, access);
}

/** For a handler that does more than its door asks for: the scope that this takes. */
export function requireScope(scopes: ReadonlySet<string> | undefined, permission: PermissionName): void {
  if (scopes && !scopes.has(permission))
    throw new DomainError('API_TOKEN_SCOPE_MISSING', { detail: `it takes the scope ${permission}` });
}
