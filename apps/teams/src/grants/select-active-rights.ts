import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { columnsOf } from './grant-columns.ts';
import type { WantedGrants } from './replace-grants.ts';

/** Selects the rights of the active grants to this holder on exactly this object with exactly this end. */
export async function selectActiveRights(
  em: EntityManager,
  now: Date,
  { organizationId, holder, object, endsAt }: Pick<WantedGrants, 'organizationId' | 'holder' | 'object' | 'endsAt'>,
): Promise<Set<string>> {
  // Only the columns of the holder and the object are used.
  const columns = columnsOf({ holder, object, right: '' });
  const rows = await em.execute<{ access_right: string }[]>(
    `select access_right from access_grant
     where organization_id = ? and ended_at is null and (ends_at is null or ends_at > ?) and ends_at is not distinct
     from ?::timestamptz
       and (holder_kind, holder_member_id, holder_team_id) is not distinct from (?::text, ?::uuid, ?::uuid)
       and (object_kind, product_type, product_id, resource_id, ownership_number) is not distinct
       from (?::text, ?::text, ?::uuid, ?::uuid, ?::integer)`,
    [
      toUuid(organizationId),
      now,
      endsAt,
      columns.holderKind,
      columns.holderMemberId,
      columns.holderTeamId,
      columns.objectKind,
      columns.productType,
      columns.productId,
      columns.resourceId,
      columns.ownershipNumber,
    ],
  );
  return new Set(rows.map((row) => row.access_right));
}
