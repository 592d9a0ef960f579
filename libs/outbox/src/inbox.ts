import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EntityManager } from '@mikro-orm/postgresql';

/** `out_of_order`: an older event of the entity has not been claimed yet. */
export type ClaimResult = 'process' | 'duplicate' | 'out_of_order';

/**
 * Claims an event for a durable consumer, in the transaction of its reaction. Each event is claimed once, and the
 * events of an entity are claimed in order, even when events are duplicated, late or delivered to two replicas
 * (C-PLT-01). When `mayWait` is false, an event is claimed although older events are missing.
 */
export async function claim(
  em: EntityManager,
  durable: string,
  event: CloudEvent,
  { mayWait }: { mayWait: boolean },
): Promise<ClaimResult> {
  const key = [durable, `${event.source}/${event.subject}`];
  // The first statement waits for the claim of another replica, and then compares with its sequence.
  const claimed = await em.execute<unknown[]>(
    `insert into inbox (durable, entity_id, sequence)
     select ?, ?, ?::bigint where ?::bigint = 1 or not ? or exists (
       select from inbox where durable = ? and entity_id = ?
     )
     on conflict (durable, entity_id) do update set sequence = excluded.sequence
       where inbox.sequence < excluded.sequence and (inbox.sequence + 1 = excluded.sequence or not ?)
     returning 1`,
    [...key, event.sequence, event.sequence, mayWait, ...key, mayWait],
  );
  if (claimed.length === 1) return 'process';
  const [row] = await em.execute<{ is_duplicate: boolean }[]>(
    `select sequence >= ?::bigint as is_duplicate from inbox where durable = ? and entity_id = ?`,
    [event.sequence, ...key],
  );
  return row?.is_duplicate ? 'duplicate' : 'out_of_order';
}
