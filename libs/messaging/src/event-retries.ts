import type { CloudEvent } from '@cordee/contracts/cloud-event';
import { DomainError } from '@cordee/contracts/domain-error';
import { LRUCache } from 'lru-cache';
import type { EventDelivery, Verdict } from './bus.ts';
import type { PipelineHooks } from './bus-server.ts';

/** The delays before the retries of a failed event. After the last retry, the event becomes a dead letter. */
export const RETRY_DELAYS_MS = [100, 300, 1_000, 3_000];

/**
 * While a reaction cannot reach another service, its event is retried for this many times the longest delay: half a
 * minute, so that a restart of a service makes no dead letters. Later events of the entity wait for a minute.
 */
const LONGEST_DELAYS_WHILE_UNAVAILABLE = 10;

interface Failures {
  readonly count: number;
  /** The time of the first failure. */
  readonly since: number;
}

/** The envelope or the data of an event violates its contract, so a retry cannot succeed. */
export class MalformedEvent extends Error {}

/** Decides whether a failed event is retried or becomes a dead letter. */
export class EventRetries {
  /**
   * The number of failed attempts by event id in this process. A delivery that is out of order is redelivered without
   * an error, so it does not count. Only the replica that handles an event calls `forget`; in other replicas, the LRU
   * cache evicts the event.
   */
  private readonly failures = new LRUCache<string, Failures>({ max: 10_000 });

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
    const failures = this.failures.get(event?.id ?? '') ?? { count: 0, since: performance.now() };
    const delay = error instanceof MalformedEvent ? undefined : this.delayAfter(failures, error);
    if (event && delay !== undefined) {
      this.failures.set(event.id, { ...failures, count: failures.count + 1 });
      return { retryAfterMs: delay };
    }
    try {
      await this.hooks.deadLetter(delivery, event, error instanceof Error ? error.message : String(error));
      if (event) this.forget(event.id);
      return { done: true };
    } catch (deadLetterError) {
      this.hooks.logError(deadLetterError, delivery.subject, event?.traceparent);
      return { retryAfterMs: this.longestDelay };
    }
  }

  private get longestDelay(): number {
    return this.retryDelaysMs.at(-1)!;
  }

  /** Returns the delay before the next retry; undefined when the event becomes a dead letter. */
  private delayAfter({ count, since }: Failures, error: unknown): number | undefined {
    const delay = this.retryDelaysMs[count];
    const isUnavailable = error instanceof DomainError && error.code === 'SERVICE_UNAVAILABLE';
    if (delay !== undefined || !isUnavailable) return delay;
    const isInTime = performance.now() - since < LONGEST_DELAYS_WHILE_UNAVAILABLE * this.longestDelay;
    return isInTime ? this.longestDelay : undefined;
  }
}
