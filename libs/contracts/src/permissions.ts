/** The roles of a member and the standing of an external. */
export type Role = 'legal_representative' | 'administrator' | 'collaborator' | 'external';
/** Member flags, independent of the role (ROL-2). */
export type BillingFlag = 'billing.view' | 'billing.pay';

/** The two roles that manage everything. */
export const isUpperRole = (role: Role): boolean => role === 'legal_representative' || role === 'administrator';

export interface PermissionRule {
  /** What it lets a person do, for the documents. */
  readonly means: string;
  /** Roles that have it without more. */
  readonly roles: readonly Role[];
  /** Flag that gives it to the other roles; `external` says whether an external with the flag has it too. */
  readonly flag?: BillingFlag;
  readonly external?: boolean;
}

const upper = ['legal_representative', 'administrator'] as const;
const members = [...upper, 'collaborator'] as const;
const everyone = [...members, 'external'] as const;

/**
 * Every permission of a door, and who has it. Rights on single products and their
 * resources are not permissions: grants give them, and the access library decides.
 */
export const permissions = {
  'organization:read': { means: 'see the organization', roles: everyone },
  'organization:manage': { means: 'change and delete the organization', roles: upper },
  'member:read': { means: 'see who belongs to the organization', roles: members },
  'member:manage': { means: 'invite people, change roles and flags, remove people', roles: upper },
  'team:read': { means: 'see teams', roles: members },
  'team:manage': { means: 'make teams, people and grants of teams', roles: upper },
  'access:ask': { means: 'ask what oneself may do, and why', roles: everyone },
  'product:read': { means: 'see products that are granted', roles: everyone },
  'product:manage': { means: 'order, transfer, block a product', roles: upper },
  'document:read': { means: 'see and export documents', roles: upper, flag: 'billing.view', external: true },
  'payment:make': { means: 'pay, change addresses, methods and renewal warranty', roles: upper, flag: 'billing.pay' },
  'prepaid:pay_out': { means: 'pay out the prepaid account', roles: upper },
  'renewal:read': { means: 'see what renews and when', roles: upper, flag: 'billing.view', external: true },
  'reminder:verify': { means: 'ask whether a reminder is genuine', roles: everyone },
  'search:use': { means: 'search what one may see', roles: everyone },
} as const satisfies Record<string, PermissionRule>;

export type PermissionName = keyof typeof permissions;

/** The rule of a permission, with its optional parts typed. */
export const permissionRule = (name: PermissionName): PermissionRule => permissions[name];
