import type { CloudEvent } from '@cordee/contracts/cloud-event';
import { LRUCache } from 'lru-cache';
import type { EventDelivery, Verdict } from './bus.ts';
import type { PipelineHooks } from './bus-server.ts';

/** The delays before the retries of a failed event. After the last retry, the event becomes a dead letter. */
export const RETRY_DELAYS_MS = [100, 300, 1_000, 3_000];

/** The envelope or the data of an event violates its contract, so a retry cannot succeed. */
export class MalformedEvent extends Error {}

/** Decides whether a failed event is retried or becomes a dead letter. */
export class EventRetries {
  /**
   * The number of failed attempts by event id in this process. A delivery that is out of order is redelivered without
   * an error, so it does not count. Only the replica that handles an event calls `forget`; in other replicas, the LRU
   * cache evicts the event.
   */
  private readonly failures = new LRUCache<string, number>({ max: 10_000 });

  constructor(
    private readonly hooks: Pick<PipelineHooks, 'deadLetter' | 'logError'>,
    private readonly retryDelaysMs: readonly number[],
  ) {}

  /** Forgets the failed attempts of an event that was handled. */
  forget(eventId: string): void {
    this.failures.delete(eventId);
  }

  /**
   * Retries a failed event with growing delays, then stores it as a dead letter. A malformed event becomes a dead
   * letter at once. When the dead letter cannot be stored, the event is redelivered.
   */
  async retryOrDeadLetter(delivery: EventDelivery, event: CloudEvent | undefined, error: unknown): Promise<Verdict> {
    this.hooks.logError(error, delivery.subject, event?.traceparent);
    const failedAttempts = this.failures.get(event?.id ?? '') ?? 0;
    const delay = error instanceof MalformedEvent ? undefined : this.retryDelaysMs[failedAttempts];
    if (event && delay !== undefined) {
      this.failures.set(event.id, failedAttempts + 1);
      return { retryAfterMs: delay };
    }
    try {
      await this.hooks.deadLetter(delivery, event, error instanceof Error ? error.message : String(error));
      if (event) this.forget(event.id);
      return { done: true };
    } catch (deadLetterError) {
      this.hooks.logError(deadLetterError, delivery.subject, event?.traceparent);
      const longestDelay = this.retryDelaysMs.at(-1)!;
      return { retryAfterMs: longestDelay };
    }
  }
}
