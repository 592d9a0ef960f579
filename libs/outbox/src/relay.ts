import type { Bus } from '@cordee/messaging/bus';
import type { EntityManager } from '@mikro-orm/postgresql';

const BATCH = 500;
const POLL_MS = 1_000;
const RETRY_MS = 250;
/** Rows stay well past the broker's memory of message ids and its sync, so that a broker restored from yesterday can be filled again. */
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
 * Puts committed facts on the bus, in order, at least once. Replicas take turns by an advisory lock held for one batch; what was refused, or
 * was not marked before a crash, is published again, and the broker drops what it already has by the event's id.
 */
export class Relay {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isBusy = false;
  private isWanted = false;
  private isStopped = false;

  constructor(private readonly options: RelayOptions) {}

  /** Says that something was committed. */
  wake(): void {
    if (this.isStopped) return;
    this.isWanted = true;
    if (!this.isBusy) this.running = this.drain();
  }

  start(): void {
    this.timer = setInterval(() => this.wake(), POLL_MS);
    this.wake();
  }

  /** Finishes the batch under way. */
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
      // What a closing bus refused stays for the next process.
      if (!this.isStopped) this.options.logError(error, 'outbox relay');
      setTimeout(() => this.wake(), RETRY_MS).unref();
    } finally {
      this.isBusy = false;
    }
  }

  /** Publishes up to one batch and returns how many; nothing when another replica holds the lock. Throws what was refused, once the rest is marked. */
  async publishBatch(): Promise<number> {
    const { bus, withOutbox } = this.options;
    const result = await withOutbox(async (tx) => {
      const rows = await tx.execute<OutboxRow[]>(
        `select id, event_id, subject, entity_id, body from outbox where published_at is null order by id limit ?`,
        [BATCH],
      );
      const outcome = rows.length === 0 ? NOTHING : await publishInOrder(bus, rows);
      if (outcome.published.length === 0) return outcome;
      // The broker lives in the machine's time, not in that of a clock that was moved.
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
  /** Rows that the bus has. */
  readonly published: readonly string[];
  readonly refusals: readonly unknown[];
}

const NOTHING: Outcome = { published: [], refusals: [] };

/**
 * Different entities at once, the facts of one entity one after the other: a refused publish must not let a later fact of its entity pass,
 * and holds up no other entity. Resolves when nothing is under way any more, so that no publish outlives the lock.
 */
async function publishInOrder(bus: Bus, rows: readonly OutboxRow[]): Promise<Outcome> {
  const published: string[] = [];
  const tails = new Map<string, Promise<void>>();
  const encoder = new TextEncoder();
  for (const row of rows) {
    const before = tails.get(row.entity_id) ?? Promise.resolve();
    const publishing = before.then(() =>
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
