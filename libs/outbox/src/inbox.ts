import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EntityManager } from '@mikro-orm/postgresql';

/** `now`: run the reaction. `seen`: it ran before. `early`: an older fact of the same entity has not come yet. */
export type ClaimResult = 'now' | 'seen' | 'early';

/**
 * Claims an event for a consumer, in the transaction of its reaction: once, and in the order of its entity, whatever is doubled, late
 * or handled by two replicas (C-PLT-01). `mayWait` is false when waiting for the older fact has been given up.
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
  if (event.sequence <= last) return 'seen';
  if (event.sequence > last + 1 && mayWait) return 'early';
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
  // Another replica inserted the first row in between: whatever it took, this delivery comes again and is judged anew.
  return claimed.length === 1 ? 'now' : 'early';
}
