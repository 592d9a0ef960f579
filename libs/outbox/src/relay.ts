import type { Bus } from '@cordee/messaging/bus';
import type { EntityManager } from '@mikro-orm/postgresql';

const BATCH = 500;
const POLL_MS = 1_000;
const RETRY_MS = 250;
/** Longer than the broker's deduplication window and sync interval: a restored broker can be filled again. */
const KEEP_MS = 24 * 3_600_000;

interface OutboxRow {
  id: string;
  event_id: string;
  subject: string;
  entity_id: string;
  body: unknown;
}

export interface RelayOptions {
  bus: Bus;
  /**
   * Runs work in a transaction that may read and mark the outbox. One replica at a time has it; the others get
   * undefined at once.
   */
  withOutbox: <T>(work: (em: EntityManager) => Promise<T>) => Promise<T | undefined>;
  logError: (error: unknown, where: string) => void;
}

/**
 * Publishes committed events in order, at least once. One replica at a time publishes a batch. Events that were refused
 * or not marked before a crash are published again; the broker drops duplicates by event id.
 */
export class Relay {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isBusy = false;
  private isWanted = false;
  private isStopped = false;

  constructor(private readonly options: RelayOptions) {}

  /** Call it after a commit with events. */
  wake(): void {
    if (this.isStopped) return;
    this.isWanted = true;
    if (!this.isBusy) this.running = this.drain();
  }

  start(): void {
    this.timer = setInterval(() => this.wake(), POLL_MS);
    this.wake();
  }

  /** Finishes the running batch. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async drain(): Promise<void> {
    this.isBusy = true;
    try {
      while (this.isWanted && !this.isStopped) {
        this.isWanted = false;
        while ((await this.publishBatch()) === BATCH && !this.isStopped);
      }
    } catch (error) {
      // A closing bus refuses events; the next process publishes them.
      if (!this.isStopped) this.options.logError(error, 'outbox relay');
      setTimeout(() => this.wake(), RETRY_MS).unref();
    } finally {
      this.isBusy = false;
    }
  }

  /** Publishes up to one batch; returns how many. Throws the first refusal after marking the published rows. */
  async publishBatch(): Promise<number> {
    const { bus, withOutbox } = this.options;
    const result = await withOutbox(async (tx) => {
      const rows = await tx.execute<OutboxRow[]>(
        `select id, event_id, subject, entity_id, body from outbox where published_at is null order by id limit ?`,
        [BATCH],
      );
      const outcome = rows.length === 0 ? NOTHING : await publishInOrder(bus, rows);
      if (outcome.published.length === 0) return outcome;
      // Machine time, as on the broker; the service's clock may have been moved.
      const now = Date.now();
      await tx.execute(`update outbox set published_at = ? where id = any(?::bigint[])`, [
        new Date(now),
        `{${outcome.published.join(',')}}`,
      ]);
      await tx.execute(`delete from outbox where published_at < ?`, [new Date(now - KEEP_MS)]);
      return outcome;
    });
    const { published, refusals } = result ?? NOTHING;
    if (refusals.length > 0) throw refusals[0];
    return published.length;
  }
}

interface Outcome {
  /** Ids of published rows. */
  readonly published: readonly string[];
  readonly refusals: readonly unknown[];
}

const NOTHING: Outcome = { published: [], refusals: [] };

/**
 * Publishes entities in parallel and the events of one entity in sequence: a refusal holds back later events of its
 * entity and no other entity. Resolves when all publishes are settled, so that none outlives the lock.
 */
async function publishInOrder(bus: Bus, rows: readonly OutboxRow[]): Promise<Outcome> {
  const published: string[] = [];
  const tails = new Map<string, Promise<void>>();
  const encoder = new TextEncoder();
  for (const row of rows) {
    const previous = tails.get(row.entity_id) ?? Promise.resolve();
    const publishing = previous.then(() =>
      bus.publishEvent(row.subject, row.event_id, encoder.encode(JSON.stringify(row.body))),
    );
    tails.set(
      row.entity_id,
      publishing.then(() => void published.push(row.id)),
    );
  }
  const outcomes = await Promise.allSettled(tails.values());
  return {
    published,
    refusals: outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : [])),
  };
}
