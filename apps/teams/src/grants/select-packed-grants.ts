import { PACKED_PAGE_SIZE } from '@cordee/contracts/access-snapshot';
import { toId } from '@cordee/contracts/id';
import type { PackedSnapshotGrants } from '@cordee/contracts/teams/grant-snapshot';
import { instantOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { SnapshotHolderRow, SnapshotObjectRow } from './grant-columns.ts';
import { selectLastTable } from './select-snapshot-rows.ts';
import type { SnapshotScope } from './snapshot-tables.ts';

/** A row of the last table of a snapshot. */
type SelectedGrant = SnapshotHolderRow &
  SnapshotObjectRow & { key: string; id: string; access_right: string; ends_at: string | null };

export interface PackedPage {
  packedGrants: PackedSnapshotGrants;
  revision: number;
  /** The key of the last row; null for the last page. */
  nextKey: string | null;
}

/** Selects a page that has only grants, after the grant with the key `afterKey`. */
export async function selectPackedGrants(
  em: EntityManager,
  scope: SnapshotScope & { at: Date },
  afterKey: string | null,
): Promise<PackedPage> {
  const { grants = [], revision } = await selectLastTable(em, scope, { afterKey, size: PACKED_PAGE_SIZE });
  const rows = grants as SelectedGrant[];
  const pageRows = rows.slice(0, PACKED_PAGE_SIZE);
  return {
    packedGrants: packGrants(pageRows),
    revision: Number(revision),
    nextKey: rows.length > PACKED_PAGE_SIZE ? pageRows.at(-1)!.key : null,
  };
}

function packGrants(rows: readonly SelectedGrant[]): PackedSnapshotGrants {
  const [holders, objects, rights, ends] = [
    new IndexedValues(),
    new IndexedValues(),
    new IndexedValues(),
    new IndexedValues<string | null>(),
  ];
  const ownershipNumbers: number[] = [];
  const grantIds: PackedSnapshotGrants['grantIds'] = [];
  const positions: number[] = [];
  for (const row of rows) {
    const ownershipNumber = row.ownership_number ?? 1;
    const object = objects.positionOf(`${objectKeyOf(row)} ${ownershipNumber}`, () => objectOf(row));
    ownershipNumbers[object] = ownershipNumber;
    grantIds.push(toId('grt', row.id));
    positions.push(
      holders.positionOf(row.holder_member_id ?? row.holder_team_id ?? '', () => holderOf(row)),
      object,
      rights.positionOf(row.access_right, () => row.access_right),
      ends.positionOf(row.ends_at ?? '', () => instantOrNull(row.ends_at)),
    );
  }
  return {
    holders: holders.values,
    objects: objects.values,
    ownershipNumbers,
    rights: rights.values,
    ends: ends.values,
    grantIds,
    positions,
  };
}

const objectKeyOf = (row: SelectedGrant): string => row.product_type ?? row.resource_id ?? row.product_id!;

function objectOf(row: SelectedGrant): string {
  if (row.product_type !== null) return row.product_type;
  return row.resource_id === null ? toId('prd', row.product_id!) : toId('res', row.resource_id);
}

function holderOf({ holder_member_id, holder_team_id }: SelectedGrant): string {
  if (holder_member_id !== null) return toId('mem', holder_member_id);
  return holder_team_id === null ? 'organization' : toId('team', holder_team_id);
}

/** A list of different values. Gives each key the position of its value, and converts the value of a key once. */
class IndexedValues<Value = string> {
  readonly values: Value[] = [];
  private readonly positions = new Map<string, number>();

  positionOf(key: string, convert: () => Value): number {
    const position = this.positions.get(key);
    if (position !== undefined) return position;
    this.positions.set(key, this.values.length);
    this.values.push(convert());
    return this.values.length - 1;
  }
}
