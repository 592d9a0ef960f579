import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EntityManager } from '@mikro-orm/postgresql';
import { sqlArray } from './sql-array.ts';

/** `out_of_order`: an older event of the entity has not been claimed yet. */
export type ClaimResult = 'process' | 'duplicate' | 'out_of_order';

interface ClaimOptions {
  /**
   * With `waitsForOlderEvents`, the events of an entity are also claimed in order: an event whose older events are
   * missing is `out_of_order` and must be delivered again. Otherwise, such an event is claimed, and the older events
   * count as duplicates from then on.
   */
  waitsForOlderEvents: boolean;
}

/**
 * Claims an event for a durable consumer, in the transaction of its reaction. Each event is claimed at most once, even
 * when events are duplicated, late or delivered to two replicas.
 */
export async function claimEvent(
  em: EntityManager,
  durable: string,
  event: CloudEvent,
  options: ClaimOptions,
): Promise<ClaimResult> {
  const [result] = await claimEvents(em, durable, [event], options);
  return result!;
}

/**
 * Claims events of different entities with one statement; see `claimEvent`. Returns the results in the order of the
 * events. The fixed order of the rows avoids deadlocks with other replicas.
 */
export async function claimEvents(
  em: EntityManager,
  durable: string,
  events: readonly CloudEvent[],
  { waitsForOlderEvents }: ClaimOptions,
): Promise<ClaimResult[]> {
  const entityIds = events.map(({ source, subject }) => `${source}/${subject}`);
  // The statement waits for the claims of other replicas, and then compares with the sequences of those claims. With
  // `waitsForOlderEvents`, the first event of an entity must have sequence 1.
  const claimedRows = await em.execute<{ entity_id: string }[]>(
    `insert into inbox (durable, entity_id, sequence)
     select ?, event.entity_id, event.sequence from unnest(?::text[], ?::bigint[]) as event (entity_id, sequence)
     where event.sequence = 1 or not ? or exists (
       select from inbox where durable = ? and inbox.entity_id = event.entity_id
     )
     order by event.entity_id
     on conflict (durable, entity_id) do update set sequence = excluded.sequence
       where inbox.sequence < excluded.sequence and (inbox.sequence + 1 = excluded.sequence or not ?)
     returning entity_id`,
    [
      durable,
      sqlArray(entityIds),
      sqlArray(events.map(({ sequence }) => sequence)),
      waitsForOlderEvents,
      durable,
      waitsForOlderEvents,
    ],
  );
  const claimedIds = new Set(claimedRows.map(({ entity_id }) => entity_id));
  if (claimedIds.size === events.length) return events.map(() => 'process');
  const sequences = await readSequences(em, durable, entityIds);
  return events.map(({ sequence }, index) => {
    const entityId = entityIds[index]!;
    if (claimedIds.has(entityId)) return 'process';
    return (sequences.get(entityId) ?? 0) >= sequence ? 'duplicate' : 'out_of_order';
  });
}

/** Returns the sequence of the last claimed event of each entity. */
async function readSequences(
  em: EntityManager,
  durable: string,
  entityIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await em.execute<{ entity_id: string; sequence: string }[]>(
    `select entity_id, sequence from inbox where durable = ? and entity_id = any(?::text[])`,
    [durable, sqlArray(entityIds)],
  );
  return new Map(rows.map(({ entity_id, sequence }) => [entity_id, Number(sequence)]));
}
