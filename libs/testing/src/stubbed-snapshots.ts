import type { AccessPart, Contract } from '@cordee/contracts/contract';
import { accessOwners } from '@cordee/contracts/access-lease';
import { serviceOf } from '@cordee/contracts/contract';
import { getMemberSnapshot, type MemberSnapshot } from '@cordee/contracts/identity/member';
import type { PartRows } from '@cordee/access/organization-access';
import type { TypeRightsRow } from '@cordee/access/type-rights';
import { getProductSnapshot, type ProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { getTypeRights } from '@cordee/contracts/products/product-type';
import {
  getGrantSnapshot,
  type GrantSnapshot,
  type GrantHolder,
  type GrantObject,
  type SnapshotHolder,
  type SnapshotObject,
} from '@cordee/contracts/teams/grant-snapshot';
import type { Bus } from '@cordee/messaging/bus';
import { decode, encode } from '@cordee/messaging/reply';
import { stubLeases } from './stub-leases.ts';

type AccountId = `acc_${string}`;
type OrganizationId = `org_${string}`;

/** Rows with optional fields, which get defaults. */
type WithDefaults<Row, Optional extends keyof Row> = Omit<Row, Optional> & Partial<Pick<Row, Optional>>;
type Resource = ProductSnapshot['resources'][number];
type GrantRow = GrantSnapshot['grants'][number];
/**
 * The teams, memberships, grants and restrictions of a stubbed snapshot. By default, they concern the current
 * membership period of a person and the current ownership period of a product.
 */
export interface StubbedGrants {
  teams?: WithDefaults<GrantSnapshot['teams'][number], 'isMembersOnly' | 'parentEndsAt'>[];
  memberships?: {
    teamId: `team_${string}`;
    accountId: AccountId;
    memberId?: `mem_${string}`;
    endsAt: string | null;
  }[];
  grants?: (Omit<GrantRow, 'holder' | 'object'> & {
    holder: GrantHolder | SnapshotHolder;
    object: GrantObject | SnapshotObject;
  })[];
  restrictions?: { holder: GrantHolder; resourceId: `res_${string}`; right?: string | null; endsAt: string | null }[];
}
/** A product with its resources. */
export type StubbedProduct = WithDefaults<ProductSnapshot['products'][number], 'isBlocked' | 'ownershipNumber'> & {
  resources?: WithDefaults<
    Omit<Resource, 'productId' | 'ownerMemberId'>,
    'kind' | 'name' | 'parentId' | 'ownerAccountId'
  >[];
};

/** The stubbed snapshots of identity, teams and products, by organization. */
export class StubbedSnapshots {
  readonly people = new Map<OrganizationId, MemberSnapshot['people']>();
  readonly support = new Map<OrganizationId, MemberSnapshot['support']>();
  readonly grants = new Map<OrganizationId, StubbedGrants>();
  readonly products = new Map<OrganizationId, StubbedProduct[]>();
  typeRights = (): TypeRightsRow[] => shippedTypeRights;
  private readonly revisions = new Map<string, number>();

  /** Increments the revision of a snapshot. */
  incrementRevision(part: AccessPart, organizationId: OrganizationId): void {
    this.revisions.set(`${part} ${organizationId}`, this.revisionOf(part, organizationId) + 1);
  }

  revisionOf(part: AccessPart, organizationId: OrganizationId): number {
    return this.revisions.get(`${part} ${organizationId}`) ?? 0;
  }
}

/** Serves the snapshots and leases of the other services. The snapshot of `service` is not stubbed. */
export async function stubSnapshots(service: string, bus: Bus, snapshots: StubbedSnapshots): Promise<void> {
  const serve = async (
    contract: Contract,
    reply: (input: { organizationId: OrganizationId }) => unknown,
  ): Promise<void> => {
    if (serviceOf(contract) === service) return;
    await bus.serve(contract.subject, serviceOf(contract), async ({ data }) =>
      encode({ output: reply(decode(data) as { organizationId: OrganizationId }) }),
    );
  };
  /** The common fields of a complete snapshot; `changed` is null. */
  const commonSnapshotFields = (part: AccessPart, organizationId: OrganizationId) => ({
    organizationId,
    revision: snapshots.revisionOf(part, organizationId),
    changed: null,
    nextCursor: null,
  });
  const memberIdsOf = (organizationId: OrganizationId): MemberIds =>
    new Map((snapshots.people.get(organizationId) ?? []).map(({ accountId, memberId }) => [accountId, memberId]));
  await stubLeases(
    bus,
    Object.values(accessOwners).filter((owner) => owner !== service),
  );
  await serve(getMemberSnapshot, ({ organizationId }) => ({
    ...commonSnapshotFields('people', organizationId),
    people: snapshots.people.get(organizationId) ?? [],
    support: snapshots.support.get(organizationId) ?? [],
  }));
  await serve(getGrantSnapshot, ({ organizationId }) => ({
    ...commonSnapshotFields('grants', organizationId),
    ...grantRows(
      snapshots.grants.get(organizationId) ?? {},
      memberIdsOf(organizationId),
      snapshots.products.get(organizationId) ?? [],
    ),
  }));
  await serve(getTypeRights, () => ({ data: snapshots.typeRights() }));
  await serve(getProductSnapshot, ({ organizationId }) => ({
    ...commonSnapshotFields('products', organizationId),
    ...productRows(snapshots.products.get(organizationId) ?? [], memberIdsOf(organizationId)),
  }));
}

/** The rights of the product types that tests use, as in the shipped catalogue. */
const shippedTypeRights: TypeRightsRow[] = [
  { type: 'web_hosting', rights: ['technical', 'statistics'] },
  { type: 'drive', rights: ['admin', 'user', 'view', 'change', 'manage'] },
  { type: 'mail_service', rights: ['devices', 'forwarding', 'restore', 'read', 'change'] },
];

type MemberIds = ReadonlyMap<AccountId, `mem_${string}`>;

/** The member id of a person. For a person who is not a member, the prefix `acc_` is replaced by `mem_`. */
const memberIdOf = (members: MemberIds, accountId: AccountId): `mem_${string}` =>
  members.get(accountId) ?? `mem_${accountId.slice(4)}`;

function grantRows(
  { teams = [], memberships = [], grants = [], restrictions = [] }: StubbedGrants,
  members: MemberIds,
  products: readonly StubbedProduct[],
): PartRows['grants'] {
  const toSnapshotHolder = (holder: GrantHolder | SnapshotHolder): SnapshotHolder =>
    holder.kind === 'account' ? { memberId: memberIdOf(members, holder.accountId), ...holder } : holder;
  const ownershipNumberOf = (productId: string): number =>
    products.find((product) => product.productId === productId)?.ownershipNumber ?? 1;
  const toSnapshotObject = (object: GrantObject | SnapshotObject): SnapshotObject =>
    object.kind === 'product_type' ? object : { ownershipNumber: ownershipNumberOf(object.productId), ...object };
  const productOf = (resourceId: string): string =>
    products.find(({ resources = [] }) => resources.some((resource) => resource.resourceId === resourceId))
      ?.productId ?? '';
  return {
    changed: null,
    teams: teams.map((team) => ({ isMembersOnly: false, parentEndsAt: null, ...team })),
    memberships: memberships.map(({ accountId, ...membership }) => ({
      memberId: memberIdOf(members, accountId),
      ...membership,
    })),
    grants: grants.map((grant) => ({
      ...grant,
      holder: toSnapshotHolder(grant.holder),
      object: toSnapshotObject(grant.object),
    })),
    restrictions: restrictions.map((restriction) => ({
      right: null,
      ...restriction,
      holder: toSnapshotHolder(restriction.holder),
      ownershipNumber: ownershipNumberOf(productOf(restriction.resourceId)),
    })),
  };
}

function productRows(products: readonly StubbedProduct[], members: MemberIds): PartRows['products'] {
  return {
    changed: null,
    products: products.map(({ resources: _, ...product }) => ({ isBlocked: false, ownershipNumber: 1, ...product })),
    resources: products.flatMap(({ productId, resources = [] }) =>
      resources.map((resource) => ({
        productId,
        kind: 'folder',
        name: resource.resourceId,
        parentId: null,
        ownerAccountId: null,
        ...resource,
        ownerMemberId: resource.ownerAccountId ? memberIdOf(members, resource.ownerAccountId) : null,
      })),
    ),
  };
}
