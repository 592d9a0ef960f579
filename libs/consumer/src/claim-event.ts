import type { CloudEvent } from '@cordee/contracts/cloud-event';

/** The SQL that creates the table of `claimEvent`, for PostgreSQL and SQLite. */
export const handledEventTableSql = `create table if not exists handled_event (
  source text not null,
  subject text not null,
  sequence bigint not null,
  primary key (source, subject)
)`;

/** Runs a statement with the parameters `$1`, `$2`, … in your transaction; `Client.query` of `pg`, for instance. */
export type Query = (sql: string, parameters: unknown[]) => Promise<{ rows: unknown[] }>;

/**
 * Claims an event in your own transaction. Returns false when an earlier transaction has handled the event; then
 * commit without any change. The table contains only the last sequence of each entity, because the events of an entity
 * are delivered in order.
 */
export async function claimEvent(
  query: Query,
  { source, subject, sequence }: Pick<CloudEvent, 'source' | 'subject' | 'sequence'>,
): Promise<boolean> {
  const { rows } = await query(
    `insert into handled_event (source, subject, sequence) values ($1, $2, $3)
     on conflict (source, subject) do update set sequence = excluded.sequence
       where handled_event.sequence < excluded.sequence
     returning sequence`,
    [source, subject, sequence],
  );
  return rows.length > 0;
}
