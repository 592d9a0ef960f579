import { pathsTo } from '@cordee/access/grant-paths';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { isPermissionInScope } from '@cordee/access/scopes';
import type { PermissionName } from '@cordee/contracts/permissions';
import type { ReadContext } from '@cordee/service/handler-decorators';

/*
 * ACL tokens (security trimming): an account sees an entry of the index when both have a token in common. A token of an
 * account stands for a permission that the account has, or for an object that the account sees.
 */
export const permissionToken = (permission: PermissionName): string => permission;
export const personToken = (accountId: string): string => `person:${accountId}`;
export const teamToken = (teamId: string): string => `team:${teamId}`;
export const productToken = (productId: `prd_${string}`): string => `product:${productId}`;
/** The token of accounts that see all resources of a product. */
export const productContentToken = (productId: `prd_${string}`): string => `inside:${productId}`;
export const resourceToken = (resourceId: `res_${string}`): string => `resource:${resourceId}`;

/**
 * Returns the current ACL tokens of an account. Each search computes them again, so that a withdrawn right takes effect
 * at once (SRCH-7).
 */
export function aclTokensOf(
  access: OrganizationAccess,
  { accountId, now, scopes }: Pick<ReadContext, 'accountId' | 'now' | 'scopes'>,
): string[] {
  const aclTokens: string[] = [];
  if (access.people.mayRead(accountId, 'document:read', now, scopes)) aclTokens.push(permissionToken('document:read'));
  if (access.people.mayRead(accountId, 'member:read', now, scopes))
    aclTokens.push(...personTokens(access, accountId, now));
  if (access.people.mayRead(accountId, 'team:read', now, scopes)) aclTokens.push(...teamTokens(access, accountId, now));
  // A search with an API token shows only products that the token may list.
  if (!isPermissionInScope(scopes, 'product:read')) return aclTokens;
  for (const [productId, { isWhole, resourceIds }] of access.visibleProducts(accountId, now)) {
    aclTokens.push(productToken(productId));
    // `isWhole`: the account sees all resources of the product, also future resources.
    if (isWhole) aclTokens.push(productContentToken(productId));
    for (const resourceId of resourceIds) aclTokens.push(resourceToken(resourceId));
  }
  return aclTokens;
}

/** Returns the tokens of the people whom an account sees, as in `listMembers`. */
function personTokens(access: OrganizationAccess, accountId: `acc_${string}`, now: Date): string[] {
  const visiblePeople = access.visiblePeople(accountId, now);
  return visiblePeople ? [...visiblePeople].map(personToken) : [permissionToken('member:manage')];
}

/**
 * Returns the tokens of the teams that an account sees, as in the teams service: a team manager sees all teams; other
 * people see their own teams and the parents of these teams.
 */
function teamTokens({ people, grants }: OrganizationAccess, accountId: string, now: Date): string[] {
  if (people.seesAllTeams(accountId, now)) return [permissionToken('team:manage')];
  const person = people.find(accountId);
  return person ? [...pathsTo(grants.teams, person, now.getTime()).keys()].map(teamToken) : [];
}
