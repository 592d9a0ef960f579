import type { OrganizationAccess } from '@cordee/access/organization-access';
import { isPermissionInScope } from '@cordee/access/scopes';
import type { PermissionName } from '@cordee/contracts/permissions';
import type { ReadContext } from '@cordee/service/handler-decorators';

/** Who sees an entry: holders of a permission, who sees a team, who sees a product, all of a product, or one thing in it. */
export const holdersOf = (permission: PermissionName): string => permission;
export const whoSeesTeam = (teamId: string): string => `team:${teamId}`;
export const whoSeesProduct = (productId: `prd_${string}`): string => `product:${productId}`;
export const whoSeesAllOf = (productId: `prd_${string}`): string => `inside:${productId}`;
export const whoSeesResource = (resourceId: `res_${string}`): string => `resource:${resourceId}`;

/** Permissions that entries are shown by. */
const permissions = ['member:read', 'document:read'] as const satisfies readonly PermissionName[];

/** The audiences that a person belongs to at this moment: worked out anew for every search, so that a right that is gone shows nothing any more (SRCH-7). */
export function audiencesOf(
  access: OrganizationAccess,
  { accountId, now, scopes }: Pick<ReadContext, 'accountId' | 'now' | 'scopes'>,
): string[] {
  const audiences = permissions
    .filter((permission) => access.people.maySee(accountId, permission, now, scopes))
    .map(holdersOf);
  if (access.people.maySee(accountId, 'team:read', now, scopes))
    audiences.push(...teamAudiences(access, accountId, now));
  // With a token, a search shows no product that a list of them would not.
  if (!isPermissionInScope(scopes, 'product:read')) return audiences;
  for (const [productId, { isWhole, resourceIds }] of access.visibleProducts(accountId, now)) {
    audiences.push(whoSeesProduct(productId));
    if (isWhole) audiences.push(whoSeesAllOf(productId));
    for (const resourceId of resourceIds) audiences.push(whoSeesResource(resourceId));
  }
  return audiences;
}

/** As teams lists them: all of them for who manages teams; for others those that they are in and what these stand in (C-TEAM-17). */
function teamAudiences({ people, grants }: OrganizationAccess, accountId: string, now: Date): string[] {
  if (people.seesAllTeams(accountId, now)) return [holdersOf('team:manage')];
  const person = people.find(accountId);
  return person ? [...grants.teams.waysTo(person, now.getTime()).keys()].map(whoSeesTeam) : [];
}
