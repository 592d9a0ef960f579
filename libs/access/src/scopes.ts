import type { PermissionName } from '@cordee/contracts/permissions';

/**
 * The limits of an API token, within the rights of its person: permission names, `right:<right>` or `right:*`.
 * Undefined means no limit.
 */
export type Scopes = ReadonlySet<string>;

export const isPermissionInScope = (scopes: Scopes | undefined, permission: PermissionName): boolean =>
  scopes === undefined || scopes.has(permission);

export const isRightInScope = (scopes: Scopes | undefined, right: string): boolean =>
  scopes === undefined || scopes.has('right:*') || scopes.has(`right:${right}`);
