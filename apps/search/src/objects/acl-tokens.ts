import type { OrganizationAccess } from '@cordee/access/organization-access';
import { isPermissionInScope } from '@cordee/access/scopes';
import type { PermissionName } from '@cordee/contracts/permissions';
import type { ReadContext } from '@cordee/service/handler-decorators';

/**
 * ACL tokens (security trimming): an entry has the tokens of the people who may see it. A token stands for the
 * holders of a permission, or for the people who see a team, a product, all resources of a product, or one resource.
 */
export const permissionToken = (permission: PermissionName): string => permission;
export const teamToken = (teamId: string): string => `team:${teamId}`;
export const productToken = (productId: `prd_${string}`): string => `product:${productId}`;
export const productContentToken = (productId: `prd_${string}`): string => `inside:${productId}`;
export const resourceToken = (resourceId: `res_${string}`): string => `resource:${resourceId}`;

/** Permissions that give access to entries. */
const permissions = ['member:read', 'document:read'] as const satisfies readonly PermissionName[];

/**
 * The current ACL tokens of an account. Computed for each search, so that a withdrawn right takes effect at once
 * (SRCH-7).
 */
export function aclTokensOf(
  access: OrganizationAccess,
  { accountId, now, scopes }: Pick<ReadContext, 'accountId' | 'now' | 'scopes'>,
): string[] {
  const aclTokens = permissions
    .filter((permission) => access.people.maySee(accountId, permission, now, scopes))
    .map(permissionToken);
  if (access.people.maySee(accountId, 'team:read', now, scopes)) aclTokens.push(...teamTokens(access, accountId, now));
  // A search with an API token shows only products that the token may list.
  if (!isPermissionInScope(scopes, 'product:read')) return aclTokens;
  for (const [productId, { isWhole, resourceIds }] of access.visibleProducts(accountId, now)) {
    aclTokens.push(productToken(productId));
    if (isWhole) aclTokens.push(productContentToken(productId));
    for (const resourceId of resourceIds) aclTokens.push(resourceToken(resourceId));
  }
  return aclTokens;
}

/**
 * Tokens of visible teams, as in the teams service: all for team managers; else own teams and their parents
 * (C-TEAM-17).
 */
function teamTokens({ people, grants }: OrganizationAccess, accountId: string, now: Date): string[] {
  if (people.seesAllTeams(accountId, now)) return [permissionToken('team:manage')];
  const person = people.find(accountId);
  return person ? [...grants.teams.pathsTo(person, now.getTime()).keys()].map(teamToken) : [];
}
