/** The roles of members and externals. */
export type Role = 'legal_representative' | 'administrator' | 'collaborator' | 'external';
/** The member flags that give permissions, independent of the role (ROL-2). */
export type BillingFlag = 'billing.view' | 'billing.pay';

export const isManagerRole = (role: Role): boolean => role === 'legal_representative' || role === 'administrator';

/** The part of a permission that staff have under a support access, per level of the access (SUP-3). */
export interface SupportRule {
  readonly read: SupportExtent;
  readonly write: SupportExtent;
  /** True when the permission concerns the whole organization. An access to listed products does not include it. */
  readonly isForWholeOrganizationOnly: boolean;
}
export type SupportExtent = 'queries' | 'everything';

export interface PermissionRule {
  /** The description in the documents. */
  readonly means: string;
  /** Roles that have the permission. */
  readonly roles: readonly Role[];
  /** The member flag that gives the permission to members without one of these roles. */
  readonly flag?: BillingFlag;
  /** True when the flag gives the permission to externals too. */
  readonly external?: boolean;
  /** The part that staff have under a support access; nothing by default. */
  readonly support?: SupportRule;
  /** True when service tokens may have the permission as a scope. Its queries then read the whole organization. */
  readonly serviceTokens?: true;
}

const managers = ['legal_representative', 'administrator'] as const;
const members = [...managers, 'collaborator'] as const;
const everyone = [...members, 'external'] as const;
/**
 * Staff never decide about access, ownership and orders. With a permission for such decisions, staff execute queries
 * but no commands, also with level `write`.
 */
const readOnly = { read: 'queries', write: 'queries', isForWholeOrganizationOnly: false } as const;
const readOnlyWhole = { ...readOnly, isForWholeOrganizationOnly: true } as const;
const writable = { read: 'queries', write: 'everything', isForWholeOrganizationOnly: false } as const;
const writableWhole = { ...writable, isForWholeOrganizationOnly: true } as const;

/**
 * All permissions of operations. Rights on single products and resources are not permissions: grants give them, and the
 * access library decides.
 */
export const permissions = {
  'organization:read': {
    means: 'see the organization',
    roles: everyone,
    support: readOnly,
    serviceTokens: true,
  },
  'organization:manage': { means: 'change and delete the organization', roles: managers },
  'membership:decide': {
    means: 'leave the organization, accept a role; with `member:manage`, also remove other people',
    roles: everyone,
  },
  'member:read': {
    means: 'see legal representatives, administrators and the people of own teams; with `member:manage`, all people',
    roles: everyone,
    support: readOnlyWhole,
    serviceTokens: true,
  },
  'member:manage': {
    means: 'invite people, change roles and flags, remove people',
    roles: managers,
    support: readOnlyWhole,
  },
  'team:read': {
    means: 'see own teams and their parent teams, externals only with the leads; with `team:manage`, all teams',
    roles: everyone,
    support: readOnlyWhole,
  },
  'team:lead': {
    means: 'as the lead of a team, add and remove people where the organization allows it',
    roles: members,
  },
  'team:manage': {
    means: 'see all teams; manage teams, their people and grants',
    roles: managers,
    support: readOnlyWhole,
  },
  'access:ask': { means: 'check and explain one’s own access', roles: everyone, support: readOnly },
  'product:read': {
    means: 'see products with a right',
    roles: everyone,
    support: writable,
    serviceTokens: true,
  },
  'product:manage': { means: 'add resources to a product, block a product', roles: managers, support: writableWhole },
  'product:order': { means: 'order products, cancel an order', roles: managers, support: readOnlyWhole },
  'product:transfer': {
    means: 'transfer products to and from other organizations',
    roles: managers,
    support: readOnlyWhole,
  },
  'document:read': {
    means: 'see and export documents',
    roles: managers,
    flag: 'billing.view',
    external: true,
    support: writableWhole,
    serviceTokens: true,
  },
  'address:read': {
    means: 'see billing addresses and payment methods',
    roles: managers,
    flag: 'billing.pay',
    support: readOnlyWhole,
    serviceTokens: true,
  },
  'payment:make': {
    means: 'pay, change addresses, methods and renewal warranty',
    roles: managers,
    flag: 'billing.pay',
  },
  'prepaid:pay_out': { means: 'pay out the prepaid account', roles: managers },
  'renewal:read': {
    means: 'see renewals and their dates',
    roles: managers,
    flag: 'billing.view',
    external: true,
    support: readOnlyWhole,
    serviceTokens: true,
  },
  'reminder:verify': { means: 'verify that a reminder is genuine', roles: everyone, support: readOnlyWhole },
  'search:use': { means: 'search visible content', roles: everyone, support: readOnly },
  'message:import': { means: 'import messages into readable mailboxes', roles: everyone },
  'support:grant': { means: 'give access to the provider’s staff, see their actions, revoke it', roles: members },
} as const satisfies Record<string, PermissionRule>;

export type PermissionName = keyof typeof permissions;

/** Returns the rule with a type that includes the optional fields. */
export const permissionRule = (name: PermissionName): PermissionRule => permissions[name];

/** True when staff under this support access may execute an operation with the permission. */
export function maySupport(
  name: PermissionName,
  kind: 'command' | 'query',
  access: { level: 'read' | 'write'; products: readonly unknown[] | null },
): boolean {
  const { support } = permissionRule(name);
  if (!support || (support.isForWholeOrganizationOnly && access.products !== null)) return false;
  return support[access.level] === 'everything' || kind === 'query';
}

/** The permissions that a service token may have as scopes. */
export const serviceTokenScopes = (Object.keys(permissions) as PermissionName[]).filter(
  (name) => permissionRule(name).serviceTokens === true,
);

export const mayServiceTokenHave = (permission: string): permission is PermissionName =>
  (serviceTokenScopes as readonly string[]).includes(permission);
