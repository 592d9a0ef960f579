import { MAX_BATCH_SIZE, RequestTimeout, type Bus } from '@cordee/messaging/bus';
import type { EntityManager } from '@mikro-orm/postgresql';
import { publishRows, type OutboxRow, type PublishOutcome } from './publish-rows.ts';
import { sqlArray } from './sql-array.ts';

/** The number of batches in a transaction while there is a backlog. Without a backlog, it is one. */
const BACKLOG_BATCHES = 20;
/**
 * After this time, no further batch of the transaction is published. A long transaction would block migrations of the
 * outbox, and after a crash, the events of its first batches would be older than the deduplication window.
 */
const BACKLOG_MS = 2_000;
/** How long no batches are published after a batch without a reply. */
const PAUSE_BATCHES_MS = 60_000;
/** The interval of searches for events whose wake-up was lost, for example in a crash. */
const POLL_MS = 1_000;
const RETRY_MS = 250;
/** The wait for the batch of another replica, which may have begun before the newest events were committed. */
const LOCKED_RETRY_MS = 20;
/**
 * How long the outbox keeps published rows. This is longer than the deduplication window and the sync interval of the
 * broker, so that a restored broker can get the events again.
 */
const KEEP_MS = 24 * 3_600_000;
/** The interval of the deletion. */
const DELETE_EVERY_MS = 1_000;
/** One deletion reads at most this number of the oldest rows, so that it does not delay events. */
const MAX_DELETED_ROWS = 5_000;

/** How long the events of an entity are skipped after an event that is too large. */
const SKIP_MS = 60_000;

/** The parameter is an array of entities that are skipped. */
const UNPUBLISHED_SQL = `select id, event_id, subject, entity_id, body::text from outbox
  where published_at is null and entity_id <> all(?::text[]) order by id`;

export interface RelayOptions {
  /** The service whose events the outbox contains. */
  service: string;
  bus: Bus;
  /**
   * Runs `work` in a transaction that may read and mark the outbox. Only one replica at a time can do so; for the other
   * replicas, the result is undefined at once.
   */
  withOutbox: <T>(work: (em: EntityManager) => Promise<T>) => Promise<T | undefined>;
  logError: (error: unknown, where: string) => void;
}

/**
 * Publishes committed events in order, at least once. Only one replica at a time publishes. Events that the broker
 * refused, and events that were not marked before a crash, are published again; the broker drops duplicates by event
 * id. When the store of the events was lost, all events that the outbox still has are published again.
 */
export class Relay {
  private timer: NodeJS.Timeout | undefined;
  private publishing: Promise<void> = Promise.resolve();
  private isPublishing = false;
  private isWakePending = false;
  private isStopped = false;
  /** True when another replica had the lock at the last attempt. */
  private isLockedOut = false;
  /** The store to which the marked events were published, as the last batch has checked. */
  private checkedStore: string | undefined;
  private storeProblem: string | undefined;
  private lastDeletionAt = Number.NEGATIVE_INFINITY;
  private batchesPausedUntil = Number.NEGATIVE_INFINITY;
  /** Entities with an event that is too large. Their events would fill the batches, or exclude the use of batches. */
  private readonly skippedEntities = new Set<string>();
  private skipsUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: RelayOptions) {}

  /** Publishes new events. Call it after a commit that has written events. */
  wake(): void {
    if (this.isStopped) return;
    this.isWakePending = true;
    if (!this.isPublishing) this.publishing = this.publishNewEvents();
  }

  /** The reason why events cannot be published, or undefined. */
  problem(): string | undefined {
    return this.storeProblem;
  }

  start(): void {
    this.timer = setInterval(() => this.wake(), POLL_MS);
    this.wake();
  }

  /** Resolves when the running batch is finished. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    await this.publishing;
  }

  private async publishNewEvents(): Promise<void> {
    this.isPublishing = true;
    try {
      while (this.isWakePending && !this.isStopped) {
        this.isWakePending = false;
        let count = await this.publishBatch();
        while (count >= MAX_BATCH_SIZE && !this.isStopped) count = await this.publishBatch({ isBacklog: true });
      }
      if (this.isLockedOut) this.wakeAfter(LOCKED_RETRY_MS);
    } catch (error) {
      // While the relay stops, errors are not logged: a closing bus refuses events, and the next process publishes
      // the events.
      if (!this.isStopped) this.options.logError(error, 'outbox relay');
      this.wakeAfter(RETRY_MS);
    } finally {
      this.isPublishing = false;
    }
  }

  private wakeAfter(ms: number): void {
    setTimeout(() => this.wake(), ms).unref();
  }

  /**
   * Publishes one batch, or with `isBacklog` several batches, and returns the number of published events. After a
   * refusal, marks the published rows and then throws the first error of the broker.
   */
  async publishBatch({ isBacklog = false } = {}): Promise<number> {
    const store = await this.openStore();
    const outcome = await this.options.withOutbox(async (tx) => {
      await this.unmarkIfLost(tx, store);
      return isBacklog ? this.publishBacklog(tx) : this.publishOnce(tx);
    });
    this.isLockedOut = outcome === undefined;
    if (!outcome) return 0;
    this.checkedStore = store;
    if (outcome.refusals.length > 0) throw outcome.refusals[0];
    return outcome.published.length;
  }

  private async publishOnce(tx: EntityManager): Promise<PublishOutcome> {
    const rows = await tx.execute<OutboxRow[]>(`${UNPUBLISHED_SQL} limit ?`, [this.entitiesToSkip(), MAX_BATCH_SIZE]);
    const outcome = await this.publish(rows);
    await this.mark(tx, outcome.published);
    return outcome;
  }

  /**
   * Publishes rows together, or one by one while batches are paused. A batch that the connection or the broker cannot
   * transfer in time would otherwise be repeated forever.
   */
  private async publish(rows: readonly OutboxRow[]): Promise<PublishOutcome> {
    const mayBatch = performance.now() >= this.batchesPausedUntil;
    const outcome = await publishRows(this.options.bus, rows, { mayBatch });
    if (mayBatch && outcome.refusals.some((error) => error instanceof RequestTimeout))
      this.batchesPausedUntil = performance.now() + PAUSE_BATCHES_MS;
    if (outcome.blockedEntities.length > 0 && this.skippedEntities.size === 0)
      this.skipsUntil = performance.now() + SKIP_MS;
    for (const entityId of outcome.blockedEntities) this.skippedEntities.add(entityId);
    return outcome;
  }

  /** The skipped entities as an SQL array. After a minute, their events are published again, or refused again. */
  private entitiesToSkip(): string {
    if (performance.now() >= this.skipsUntil) this.skippedEntities.clear();
    return sqlArray([...this.skippedEntities]);
  }

  /**
   * Publishes several batches. PostgreSQL reads the next batch and marks the previous batch while the broker stores a
   * batch. All batches are of one cursor, which sees one state of the outbox: an entity's event that is committed
   * meanwhile cannot overtake an older event.
   */
  private async publishBacklog(tx: EntityManager): Promise<PublishOutcome> {
    const endsAt = performance.now() + BACKLOG_MS;
    const fetch = (): Promise<OutboxRow[]> => tx.execute<OutboxRow[]>(`fetch ${MAX_BATCH_SIZE} from backlog`);
    const [, firstRows] = await Promise.all([
      tx.execute(`declare backlog no scroll cursor for ${UNPUBLISHED_SQL}`, [this.entitiesToSkip()]),
      fetch(),
    ]);
    const published: string[] = [];
    const marks: Promise<void>[] = [];
    let rows = firstRows;
    for (let batch = 1; rows.length > 0; batch += 1) {
      const isLast = batch === BACKLOG_BATCHES || rows.length < MAX_BATCH_SIZE || this.isStopped;
      // Waits for both, so that no publish continues after the lock is released.
      const [outcome, nextRows] = await Promise.all([
        this.publish(rows),
        isLast ? [] : fetch().catch((error: unknown) => error as Error),
      ]);
      const marking = this.mark(tx, outcome.published);
      // The error is thrown when all marks are awaited.
      marking.catch(() => undefined);
      marks.push(marking);
      published.push(...outcome.published);
      const isRefused = outcome.refusals.length > 0;
      if (isRefused || nextRows instanceof Error) {
        await Promise.all(marks);
        if (nextRows instanceof Error) throw nextRows;
        return { ...outcome, published };
      }
      // Rows that are not published now are read again by the next transaction.
      rows = performance.now() < endsAt ? nextRows : [];
    }
    await Promise.all(marks);
    return { published, refusals: [], blockedEntities: [] };
  }

  /** Marks rows as published. */
  private async mark(tx: EntityManager, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    // Uses the time of the machine, like the broker, because the clock of the service may have been moved.
    const now = Date.now();
    await Promise.all([
      tx.execute(`update outbox set published_at = ? where id = any(?::bigint[])`, [new Date(now), sqlArray(ids)]),
      this.deleteOldRows(tx, now),
    ]);
  }

  /** Deletes rows that were published long ago. The rows have nearly the order of their publication. */
  private async deleteOldRows(tx: EntityManager, now: number): Promise<void> {
    if (now < this.lastDeletionAt + DELETE_EVERY_MS) return;
    this.lastDeletionAt = now;
    await tx.execute(
      `delete from outbox where id in (
         select id from (select id, published_at from outbox order by id limit ?) as oldest where published_at < ?
       )`,
      [MAX_DELETED_ROWS, new Date(now - KEEP_MS)],
    );
  }

  private async openStore(): Promise<string> {
    const { bus, service } = this.options;
    try {
      const store = await bus.eventStore(service);
      this.storeProblem = undefined;
      return store;
    } catch (error) {
      this.storeProblem = `events cannot be published: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
  }

  /** Removes the marks of published events when they were published to another store, which is lost. */
  private async unmarkIfLost(tx: EntityManager, store: string): Promise<void> {
    if (store === this.checkedStore) return;
    const [previous] = await tx.execute<{ store: string }[]>(`select store from outbox_store`);
    if (previous?.store === store) return;
    if (previous) await tx.execute(`update outbox set published_at = null where published_at is not null`);
    await tx.execute(
      `insert into outbox_store (store) values (?) on conflict (is_single) do update set store = excluded.store`,
      [store],
    );
  }
}
