import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EntityManager } from '@mikro-orm/postgresql';

/** `out_of_order`: an older event of the entity has not been claimed yet. */
export type ClaimResult = 'process' | 'duplicate' | 'out_of_order';

/**
 * Claims an event for a durable consumer, in the transaction of its reaction. Each event is claimed at most once, even
 * when events are duplicated, late or delivered to two replicas. With `waitsForOlderEvents`, the events of an entity
 * are also claimed in order: an event whose older events are missing is `out_of_order` and must be delivered again.
 * Otherwise, such an event is claimed, and the older events count as duplicates from then on.
 */
export async function claimEvent(
  em: EntityManager,
  durable: string,
  event: CloudEvent,
  { waitsForOlderEvents }: { waitsForOlderEvents: boolean },
): Promise<ClaimResult> {
  const key = [durable, `${event.source}/${event.subject}`];
  // The first statement waits for the claim of another replica, and then compares with the
  // sequence of that claim. With `waitsForOlderEvents`, the
  // first event of an entity must have sequence 1.
  const claimedRows = await em.execute<unknown[]>(
    `insert into inbox (durable, entity_id, sequence)
     select ?, ?, ?::bigint where ?::bigint = 1 or not ? or exists (
       select from inbox where durable = ? and entity_id = ?
     )
     on conflict (durable, entity_id) do update set sequence = excluded.sequence
       where inbox.sequence < excluded.sequence and (inbox.sequence + 1 = excluded.sequence or not ?)
     returning 1`,
    [...key, event.sequence, event.sequence, waitsForOlderEvents, ...key, waitsForOlderEvents],
  );
  if (claimedRows.length === 1) return 'process';
  const [row] = await em.execute<{ is_duplicate: boolean }[]>(
    `select sequence >= ?::bigint as is_duplicate from inbox where durable = ? and entity_id = ?`,
    [event.sequence, ...key],
  );
  return row?.is_duplicate ? 'duplicate' : 'out_of_order';
}
