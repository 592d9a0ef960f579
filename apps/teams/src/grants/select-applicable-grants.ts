import { Grants } from '@cordee/access/grant-index';
import { toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { holderConditionFor, teamIdsOfMemberQuery } from './holder-conditions.ts';
import { selectAllRows } from './select-snapshot-rows.ts';
import type { SnapshotScope } from './snapshot-tables.ts';

export interface ApplicableGrantsInput {
  organizationId: `org_${string}`;
  memberId: `mem_${string}`;
  productId: `prd_${string}`;
  productType: string;
  /** The resource and its parents; empty for a product. */
  resourceIds: readonly `res_${string}`[];
}

/**
 * Selects the grants that may apply to a member on a product or resource, with the teams, memberships and restrictions
 * that `findHeldGrants` needs. The query runs in the current transaction, so that a command sees its own writes.
 */
export async function selectApplicableGrants(
  em: EntityManager,
  now: Date,
  { organizationId, memberId, productId, productType, resourceIds }: ApplicableGrantsInput,
): Promise<Grants> {
  const teamIds = teamIdsOfMemberQuery(organizationId, memberId, now);
  const holderCondition = holderConditionFor(organizationId, memberId, now);
  const resources = uuidList(resourceIds);
  const scope: SnapshotScope = {
    organizationId,
    at: now,
    isPast: false,
    filter: {
      // `period` is the alias of `team_parent_history` in the query of teams.
      teams: { sql: `period.team_id in (${teamIds.sql})`, parameters: teamIds.parameters },
      restrictions: { sql: 'resource_id = any(?::uuid[])', parameters: [resources] },
      memberships: { sql: 'member_id = ?', parameters: [toUuid(memberId)] },
      grants: {
        sql: `${holderCondition.sql} and (product_type = ? or (object_kind = 'product' and product_id = ?)
          or resource_id = any(?::uuid[]))`,
        parameters: [...holderCondition.parameters, productType, toUuid(productId), resources],
      },
    },
  };
  const grants = new Grants();
  // With `changed: null`, the rows are a complete snapshot and not changes.
  grants.apply({ changed: null, ...(await selectAllRows(em, scope, {})).rows });
  return grants;
}
