import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EntityManager } from '@mikro-orm/postgresql';

/** `out_of_order`: an older event of the entity has not been handled yet. */
export type ClaimResult = 'process' | 'duplicate' | 'out_of_order';

/**
 * Claims an event for a consumer in the transaction of its reaction: each event once, and those of an entity in order,
 * even when they are duplicated, late or delivered to two replicas (C-PLT-01). Without `mayWait` a gap is accepted.
 */
export async function claim(
  em: EntityManager,
  durable: string,
  event: CloudEvent,
  mayWait: boolean,
): Promise<ClaimResult> {
  const entity = `${event.source}/${event.subject}`;
  const [row] = await em.execute<{ sequence: string }[]>(
    `select sequence from inbox where durable = ? and entity_id = ? for update`,
    [durable, entity],
  );
  const last = row ? Number(row.sequence) : 0;
  if (event.sequence <= last) return 'duplicate';
  if (event.sequence > last + 1 && mayWait) return 'out_of_order';
  const claimed = row
    ? await em.execute<unknown[]>(`update inbox set sequence = ? where durable = ? and entity_id = ? returning 1`, [
        event.sequence,
        durable,
        entity,
      ])
    : await em.execute<unknown[]>(
        `insert into inbox (durable, entity_id, sequence) values (?, ?, ?) on conflict do nothing returning 1`,
        [durable, entity, event.sequence],
      );
  // Another replica inserted the first row meanwhile: this delivery is claimed again after its redelivery.
  return claimed.length === 1 ? 'process' : 'out_of_order';
}
