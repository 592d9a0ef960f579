import type { WorkContext } from '@cordee/service/work';
import { LockMode, type FilterQuery } from '@mikro-orm/postgresql';
import { Grant } from './grant.entity.ts';

/** Ends the standing grants that match, together; each is reported. */
export async function endGrants({ em, now, publish }: Pick<WorkContext, 'em' | 'now' | 'publish'>, where: FilterQuery<Grant> & object, by: string): Promise<void> {
  const grants = await em.find(Grant, { $and: [where, { endedAt: null }] }, { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } });
  for (const ended of grants.map((grant) => grant.end(now, by))) if (ended) await publish(ended);
}
