import type { PermissionName } from '@cordee/contracts/permissions';

/** What an API token lets its person do, of what they may: names of permissions, `right:<right>`, `right:*`. Undefined: nothing is held back. */
export type Scopes = ReadonlySet<string>;

/** Whether a permission of a door is among them. */
export const isPermissionInScope = (scopes: Scopes | undefined, permission: PermissionName): boolean =>
  scopes === undefined || scopes.has(permission);

/** Whether a right on products and what is in them is among them. */
export const isRightInScope = (scopes: Scopes | undefined, right: string): boolean =>
  scopes === undefined || scopes.has('right:*') || scopes.has(`right:${right}`);
