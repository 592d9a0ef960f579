import type { Answer } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { listEndedSessions } from '@cordee/contracts/identity/session';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { HeldLeases } from './held-leases.ts';

/** The maximum age of the list. A reload removes the sessions whose access tokens have all expired. */
const MAX_AGE_MS = 600_000;
const MAX_ATTEMPTS = 3;

/**
 * Caches the ended sessions and API tokens whose access tokens may still be valid, one cache per process. The cache is
 * valid under the lease with identity.
 */
export class EndedSessions {
  private ids = new Set<string>();
  private epoch: number | undefined;
  private loadedAt = 0;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly leases: HeldLeases,
    private readonly rpc: RpcClient,
  ) {}

  /** True when the session or API token has ended. Rejects when the cache is invalid and identity does not respond. */
  async has(sessionId: string): Promise<boolean> {
    const lease = this.leases.withOwner('identity');
    for (let attempt = 1; !this.ids.has(sessionId); attempt += 1) {
      const now = performance.now();
      if (this.epoch !== undefined && now - this.loadedAt <= MAX_AGE_MS && lease.isValid(this.epoch, now)) return false;
      if (attempt > MAX_ATTEMPTS)
        throw new DomainError('SERVICE_UNAVAILABLE', {
          detail: 'the list of ended sessions is not available',
          retryAfter: 1,
        });
      // The next attempt checks the loaded list, because its lease may have ended during the load.
      this.loading ??= this.load().finally(() => {
        this.loading = undefined;
      });
      await this.loading;
    }
    return true;
  }

  /** Records the end of a session or API token that identity has notified. */
  onChange(sessionId: string): void {
    this.ids.add(sessionId);
  }

  /**
   * Loads the list. Keeps the sessions whose end was notified during the load, because the list may not contain them.
   */
  private async load(): Promise<void> {
    const idsBeforeLoad = new Set(this.ids);
    const epoch = await this.leases.withOwner('identity').acquire();
    const endedIds = new Set<string>();
    for (let cursor: `ses_${string}` | `tok_${string}` | null | undefined; cursor !== null;) {
      const page: Answer<typeof listEndedSessions> = await this.rpc.call(listEndedSessions, cursor ? { cursor } : {});
      for (const id of page.sessionIds) endedIds.add(id);
      cursor = page.nextCursor ?? null;
    }
    for (const id of this.ids) if (!idsBeforeLoad.has(id)) endedIds.add(id);
    this.ids = endedIds;
    this.epoch = epoch;
    this.loadedAt = performance.now();
  }
}
