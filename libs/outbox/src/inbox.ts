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
  const entity = `${event.source}/${event.subject}`;
  const [inboxRow] = await em.execute<{ sequence: string }[]>(
    `select sequence from inbox where durable = ? and entity_id = ? for update`,
    [durable, entity],
  );
  const lastSequence = inboxRow ? Number(inboxRow.sequence) : 0;
  if (event.sequence <= lastSequence) return 'duplicate';
  if (event.sequence > lastSequence + 1 && mayWait) return 'out_of_order';
  const claimed = inboxRow
    ? await em.execute<unknown[]>(`update inbox set sequence = ? where durable = ? and entity_id = ? returning 1`, [
        event.sequence,
        durable,
        entity,
      ])
    : await em.execute<unknown[]>(
        `insert into inbox (durable, entity_id, sequence) values (?, ?, ?) on conflict do nothing returning 1`,
        [durable, entity, event.sequence],
      );
  // Another replica has inserted the first row of the entity meanwhile. The event is redelivered and claimed again.
  return claimed.length === 1 ? 'process' : 'out_of_order';
}
