import type { GrantHolder, GrantObject, SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import { toId } from '@cordee/contracts/id';
import { idOrNull, uuidOrNull } from '@cordee/service/database/sql-values';

/** The holder of an entity in columns. No column is set when the holder is the organization. */
export interface HolderColumns {
  holderAccountId?: `acc_${string}` | null | undefined;
  holderTeamId?: `team_${string}` | null | undefined;
}

/** The holder and the object of an entity in columns. Columns of other kinds of holders and objects are null. */
export interface GrantColumns extends HolderColumns {
  productType?: string | null | undefined;
  productId?: `prd_${string}` | null | undefined;
  resourceId?: `res_${string}` | null | undefined;
}

export function holderOfColumns({ holderAccountId, holderTeamId }: HolderColumns): GrantHolder {
  if (holderAccountId) return { kind: 'account', accountId: holderAccountId };
  return holderTeamId ? { kind: 'team', teamId: holderTeamId } : { kind: 'organization' };
}

export function objectOfColumns({ productType, productId, resourceId }: GrantColumns): GrantObject {
  if (productType) return { kind: 'product_type', type: productType };
  return resourceId
    ? { kind: 'resource', productId: productId!, resourceId }
    : { kind: 'product', productId: productId! };
}

/** The columns of a holder in a database row. */
export interface HolderRow {
  holder_account_id: string | null;
  holder_team_id: string | null;
}

export const holderOfRow = (row: HolderRow): GrantHolder =>
  holderOfColumns({
    holderAccountId: idOrNull('acc', row.holder_account_id),
    holderTeamId: idOrNull('team', row.holder_team_id),
  });

export interface SnapshotHolderRow extends HolderRow {
  holder_member_id: string | null;
}

export function snapshotHolderOfRow(row: SnapshotHolderRow): SnapshotHolder {
  const holder = holderOfRow(row);
  return holder.kind === 'account' ? { ...holder, memberId: toId('mem', row.holder_member_id!) } : holder;
}

/** The columns of an object in a database row. */
export interface ObjectRow {
  product_type: string | null;
  product_id: string | null;
  resource_id: string | null;
}

export const objectOfRow = (row: ObjectRow): GrantObject =>
  objectOfColumns({
    productType: row.product_type,
    productId: idOrNull('prd', row.product_id),
    resourceId: idOrNull('res', row.resource_id),
  });

export interface SnapshotObjectRow extends ObjectRow {
  ownership_number: number | null;
}

export function snapshotObjectOfRow(row: SnapshotObjectRow): SnapshotObject {
  const object = objectOfRow(row);
  return object.kind === 'product_type' ? object : { ...object, ownershipNumber: row.ownership_number! };
}

/** The column values of a holder, by the names in `grantColumnTypesSql`. */
export const holderColumnValues = (holder: SnapshotHolder) => ({
  holderKind: holder.kind,
  holderAccountId: holder.kind === 'account' ? uuidOrNull(holder.accountId) : null,
  holderMemberId: holder.kind === 'account' ? uuidOrNull(holder.memberId) : null,
  holderTeamId: holder.kind === 'team' ? uuidOrNull(holder.teamId) : null,
});

/** The column values of a grant, by the names in `grantColumnTypesSql`. */
export const grantColumnValues = ({
  holder,
  object,
  right,
}: {
  holder: SnapshotHolder;
  object: SnapshotObject;
  right: string;
}) => ({
  ...holderColumnValues(holder),
  objectKind: object.kind,
  productType: object.kind === 'product_type' ? object.type : null,
  productId: object.kind === 'product_type' ? null : uuidOrNull(object.productId),
  resourceId: object.kind === 'resource' ? uuidOrNull(object.resourceId) : null,
  ownershipNumber: object.kind === 'product_type' ? null : object.ownershipNumber,
  accessRight: right,
});

/** SQL text: the names and types of the values of `grantColumnValues`, for `jsonb_to_recordset`. */
export const grantColumnTypesSql = `"holderKind" text, "holderAccountId" uuid, "holderMemberId" uuid,
  "holderTeamId" uuid, "objectKind" text, "productType" text, "productId" uuid, "resourceId" uuid,
  "ownershipNumber" integer, "accessRight" text`;
