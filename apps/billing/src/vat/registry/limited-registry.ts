import { LRUCache } from 'lru-cache';
import { askRegistry, type RegistryAnswer, type VatNumberRegistry } from './vat-number-registry.ts';

const MINUTE_MS = 60_000;
const MAX_ORGANIZATIONS = 10_000;

/** The questions that calls of customers may cause. */
export interface RegistryLimits {
  /** Questions that wait for an answer at the same time. */
  readonly maxRunning: number;
  /** Questions of an organization in a minute. */
  readonly maxPerMinute: number;
}

const LIMITS: RegistryLimits = { maxRunning: 8, maxPerMinute: 60 };

/**
 * Asks the registry for customers, with limits: the registry blocks a provider that asks too much, and a call that
 * waits for a slow registry occupies a place of the service. A question above a limit gets no answer; a job asks later.
 */
export class LimitedRegistry {
  private running = 0;
  /** Counts the questions of each organization in its current minute. */
  private readonly counts = new LRUCache<string, number>({ max: MAX_ORGANIZATIONS, ttl: MINUTE_MS });

  constructor(
    private readonly registry: VatNumberRegistry,
    private readonly timeoutMs: number,
    private readonly limits = LIMITS,
  ) {}

  /** Returns undefined when the registry gives no answer, or when a limit is reached. */
  async ask(organizationId: string, vatNumber: string): Promise<RegistryAnswer | undefined> {
    const count = this.counts.get(organizationId) ?? 0;
    if (this.running >= this.limits.maxRunning || count >= this.limits.maxPerMinute) return undefined;
    this.counts.set(organizationId, count + 1, { noUpdateTTL: true });
    this.running += 1;
    try {
      return await askRegistry(this.registry, vatNumber, this.timeoutMs);
    } finally {
      this.running -= 1;
    }
  }
}
