import { toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

/** What was given in the place of what is inherited, and has been set for its own sake since, no longer ends with the restriction. */
export async function keepFromRestriction(
  em: EntityManager,
  organizationId: `org_${string}`,
  resourceId: `res_${string}`,
  grantIds: readonly `grt_${string}`[],
): Promise<void> {
  await em.execute(
    `update restriction set grant_id = null where organization_id = ? and resource_id = ? and ended_at is null and grant_id = any(?::uuid[])`,
    [toUuid(organizationId), toUuid(resourceId), uuidList(grantIds)],
  );
}
