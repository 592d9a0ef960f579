import type { Person } from '@cordee/access/people';
import { toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Resource } from './resource.entity.ts';

type Owner = Pick<Person, 'accountId' | 'memberId'>;

/** Puts on record that a resource is somebody's from now on; what access was in the past is worked out from these rows. */
export async function beginOwnership(em: EntityManager, { organizationId, id }: Resource, { accountId, memberId }: Owner, now: Date): Promise<void> {
  await em.execute(`insert into resource_ownership (organization_id, resource_id, account_id, member_id, since) values (?, ?, ?, ?, ?)`, [toUuid(organizationId), toUuid(id), toUuid(accountId), toUuid(memberId), now]);
}

/** Puts on record that resources are nobody's from now on. */
export async function endOwnerships(em: EntityManager, organizationId: `org_${string}`, resources: readonly Resource[], now: Date): Promise<void> {
  await em.execute(`update resource_ownership set until = ? where organization_id = ? and resource_id = any (?::uuid[]) and until is null`, [
    now, toUuid(organizationId), uuidList(resources.map(({ id }) => id)),
  ]);
}
