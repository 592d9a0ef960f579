/** The roles of a member and the standing of an external. */
export type Role = 'legal_representative' | 'administrator' | 'collaborator' | 'external';
/** Member flags, independent of the role (ROL-2). */
export type BillingFlag = 'billing.view' | 'billing.pay';

/** The two roles that manage everything. */
export const isManagerRole = (role: Role): boolean => role === 'legal_representative' || role === 'administrator';

/** What of a permission the provider's staff have under an access that the customer granted (SUP-3), by the level of the access. */
export interface SupportRule {
  readonly read: SupportReach;
  readonly write: SupportReach;
  /** An access to listed products gives nothing of it: it is about the organization as a whole. */
  readonly isWholeOnly: boolean;
}
export type SupportReach = 'queries' | 'everything';

export interface PermissionRule {
  /** What it lets a person do, for the documents. */
  readonly means: string;
  /** Roles that have it without more. */
  readonly roles: readonly Role[];
  /** Flag that gives it to the other roles; `external` says whether an external with the flag has it too. */
  readonly flag?: BillingFlag;
  readonly external?: boolean;
  /** What it lets the staff do who have entered; nothing when it is left out. */
  readonly support?: SupportRule;
}

const upper = ['legal_representative', 'administrator'] as const;
const members = [...upper, 'collaborator'] as const;
const everyone = [...members, 'external'] as const;
/** Looking. Who has what, whose the products are, and what is bought, is the customer's alone to decide: it is not theirs at level `write` either. */
const look = { read: 'queries', write: 'queries', isWholeOnly: false } as const;
const lookAtAll = { ...look, isWholeOnly: true } as const;
const work = { read: 'queries', write: 'everything', isWholeOnly: false } as const;
const workOnAll = { ...work, isWholeOnly: true } as const;

/**
 * Every permission of a door, and who has it. Rights on single products and their
 * resources are not permissions: grants give them, and the access library decides.
 */
export const permissions = {
  'organization:read': { means: 'see the organization', roles: everyone, support: look },
  'organization:manage': { means: 'change and delete the organization', roles: upper },
  'membership:decide': {
    means: 'leave the organization, accept a role in it; remove others too, with `member:manage`',
    roles: everyone,
  },
  'member:read': { means: 'see who belongs to the organization', roles: members, support: lookAtAll },
  'member:manage': { means: 'invite people, change roles and flags, remove people', roles: upper, support: lookAtAll },
  'team:read': {
    means: 'see the teams that one is in and what these stand in; add and remove people of those that one leads',
    roles: members,
    support: lookAtAll,
  },
  'team:manage': { means: 'see all teams; make teams, people and grants of teams', roles: upper, support: lookAtAll },
  'access:ask': { means: 'ask what oneself may do, and why', roles: everyone, support: look },
  'product:read': { means: 'see products that are granted', roles: everyone, support: work },
  'product:manage': { means: 'add what is in a product, block a product', roles: upper, support: workOnAll },
  'product:order': { means: 'order products, cancel an order', roles: upper, support: lookAtAll },
  'product:transfer': {
    means: 'give a product to another organization, take one over',
    roles: upper,
    support: lookAtAll,
  },
  'document:read': {
    means: 'see and export documents',
    roles: upper,
    flag: 'billing.view',
    external: true,
    support: workOnAll,
  },
  'payment:make': { means: 'pay, change addresses, methods and renewal warranty', roles: upper, flag: 'billing.pay' },
  'prepaid:pay_out': { means: 'pay out the prepaid account', roles: upper },
  'renewal:read': {
    means: 'see what renews and when',
    roles: upper,
    flag: 'billing.view',
    external: true,
    support: lookAtAll,
  },
  'reminder:verify': { means: 'ask whether a reminder is genuine', roles: everyone, support: lookAtAll },
  'search:use': { means: 'search what one may see', roles: everyone, support: look },
  'message:import': { means: 'take messages into mailboxes that one may read', roles: everyone },
  'support:grant': { means: "let the provider's staff in, see what they did, revoke", roles: members },
} as const satisfies Record<string, PermissionRule>;

export type PermissionName = keyof typeof permissions;

/** The rule of a permission, with its optional parts typed. */
export const permissionRule = (name: PermissionName): PermissionRule => permissions[name];

/** Whether somebody of the staff who has entered under this access passes a door with the permission. */
export function maySupport(
  name: PermissionName,
  kind: 'command' | 'query',
  access: { level: 'read' | 'write'; products: readonly unknown[] | null },
): boolean {
  const { support } = permissionRule(name);
  if (!support || (support.isWholeOnly && access.products !== null)) return false;
  return support[access.level] === 'everything' || kind === 'query';
}
