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
  /** Describes the actions that the permission allows; the documents contain this text. */
  readonly description: string;
  /** Roles that have the permission. */
  readonly roles: readonly Role[];
  /** The member flag that gives the permission to members without one of these roles. */
  readonly flag?: BillingFlag;
  /** True when the flag gives the permission to externals too. */
  readonly flagAppliesToExternals?: boolean;
  /** The part that staff have under a support access; nothing by default. */
  readonly support?: SupportRule;
  /** True when service tokens may have the permission as a scope. Its queries then read the whole organization. */
  readonly isServiceTokenScope?: true;
}

const managers = ['legal_representative', 'administrator'] as const;
const members = [...managers, 'collaborator'] as const;
const everyone = [...members, 'external'] as const;
/**
 * Staff never decide about access, ownership and orders. With a permission for such decisions, staff execute queries
 * but no commands, also with level `write`.
 */
const readOnlySupport = { read: 'queries', write: 'queries', isForWholeOrganizationOnly: false } as const;
const readOnlyForWholeOrganization = { ...readOnlySupport, isForWholeOrganizationOnly: true } as const;
const writableSupport = { read: 'queries', write: 'everything', isForWholeOrganizationOnly: false } as const;
const writableForWholeOrganization = { ...writableSupport, isForWholeOrganizationOnly: true } as const;

/**
 * All permissions of operations. Rights on single products and resources are not permissions: grants give them, and the
 * access library decides.
 */
export const permissions = {
  'organization:read': {
    description: 'see the organization',
    roles: everyone,
    support: readOnlySupport,
    isServiceTokenScope: true,
  },
  'organization:manage': { description: 'change and delete the organization', roles: managers },
  'membership:decide': {
    description: 'leave the organization, accept a role; with `member:manage`, also remove other people',
    roles: everyone,
  },
  'member:read': {
    description:
      'see legal representatives, administrators and the people of own teams; with `member:manage`, all people',
    roles: everyone,
    support: readOnlyForWholeOrganization,
    isServiceTokenScope: true,
  },
  'member:manage': {
    description: 'invite people, change roles and flags, remove people',
    roles: managers,
    support: readOnlyForWholeOrganization,
  },
  'team:read': {
    description:
      'see own teams and their parent teams, of which externals see only the leads; with `team:manage`, all teams',
    roles: everyone,
    support: readOnlyForWholeOrganization,
  },
  'team:lead': {
    description: 'as the lead of a team, add and remove people where the organization allows it',
    roles: members,
  },
  'team:manage': {
    description: 'see all teams; manage teams, their people and grants',
    roles: managers,
    support: readOnlyForWholeOrganization,
  },
  'access:ask': { description: 'check and explain one’s own access', roles: everyone, support: readOnlySupport },
  'product:read': {
    description: 'see the products on which the person has a right',
    roles: everyone,
    support: writableSupport,
    isServiceTokenScope: true,
  },
  'product:manage': {
    description: 'add resources to a product, block a product',
    roles: managers,
    support: writableForWholeOrganization,
  },
  'product:order': {
    description: 'order products, cancel an order',
    roles: managers,
    support: readOnlyForWholeOrganization,
  },
  'product:transfer': {
    description: 'transfer products to and from other organizations',
    roles: managers,
    support: readOnlyForWholeOrganization,
  },
  'document:read': {
    description: 'see and export documents',
    roles: managers,
    flag: 'billing.view',
    flagAppliesToExternals: true,
    support: writableForWholeOrganization,
    isServiceTokenScope: true,
  },
  'address:read': {
    description: 'see billing addresses and payment methods',
    roles: managers,
    flag: 'billing.pay',
    support: readOnlyForWholeOrganization,
    isServiceTokenScope: true,
  },
  'payment:make': {
    description: 'pay, change addresses, methods and renewal warranty',
    roles: managers,
    flag: 'billing.pay',
  },
  'prepaid:pay_out': { description: 'pay out the prepaid account', roles: managers },
  'renewal:read': {
    description: 'see renewals and their dates',
    roles: managers,
    flag: 'billing.view',
    flagAppliesToExternals: true,
    support: readOnlyForWholeOrganization,
    isServiceTokenScope: true,
  },
  'reminder:verify': {
    description: 'verify that a reminder is genuine',
    roles: everyone,
    support: readOnlyForWholeOrganization,
  },
  'search:use': {
    description: 'search the content that the person may see',
    roles: everyone,
    support: readOnlySupport,
  },
  'message:import': { description: 'import messages into readable mailboxes', roles: everyone },
  'support:grant': { description: 'give access to the provider’s staff, see their actions, revoke it', roles: members },
} as const satisfies Record<string, PermissionRule>;

export type PermissionName = keyof typeof permissions;

/** Returns the rule with a type that includes the optional fields. */
export const permissionRule = (name: PermissionName): PermissionRule => permissions[name];

/** True when a support access lets staff execute an operation of this kind that requires the permission. */
export function supportAccessAllows(
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
  (name) => permissionRule(name).isServiceTokenScope === true,
);

export const mayServiceTokenHave = (permission: string): permission is PermissionName =>
  (serviceTokenScopes as readonly string[]).includes(permission);
