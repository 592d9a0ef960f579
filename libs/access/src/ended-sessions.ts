import type { Answer } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { listEndedSessions } from '@cordee/contracts/identity/session';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { Leases } from './leases.ts';

/** What is past its last token is forgotten with the next complete answer, at the latest after this. */
const FORGET_MS = 600_000;
const TRIES = 3;

/** Sessions and API tokens that ended while an access token of theirs may still be good; one copy per process, good under the lease with identity. */
export class EndedSessions {
  private ids = new Set<string>();
  private epoch: number | undefined;
  private loadedAt = 0;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly leases: Leases,
    private readonly rpc: RpcClient,
  ) {}

  /** Whether the session, or the API token, has ended. Rejects when identity would have to be asked and does not answer. */
  async has(sessionId: string): Promise<boolean> {
    const lease = this.leases.with('identity');
    for (let attempt = 1; !this.ids.has(sessionId); attempt += 1) {
      const now = performance.now();
      if (this.epoch !== undefined && now - this.loadedAt <= FORGET_MS && lease.isGood(this.epoch, now)) return false;
      // What was asked for before the lease ran out says nothing about now.
      if (attempt > TRIES)
        throw new DomainError('SERVICE_UNAVAILABLE', { detail: 'it is not known who has signed out', retryAfter: 1 });
      this.loading ??= this.load().finally(() => {
        this.loading = undefined;
      });
      await this.loading;
    }
    return true;
  }

  onChange(sessionId: string): void {
    this.ids.add(sessionId);
  }

  /** What was heard while the answer was on its way may not be in it. */
  private async load(): Promise<void> {
    const before = new Set(this.ids);
    const epoch = await this.leases.with('identity').hold();
    const ended = new Set<string>();
    for (let cursor: `ses_${string}` | `tok_${string}` | null | undefined; cursor !== null;) {
      const page: Answer<typeof listEndedSessions> = await this.rpc.call(listEndedSessions, cursor ? { cursor } : {});
      for (const id of page.sessionIds) ended.add(id);
      cursor = page.nextCursor ?? null;
    }
    for (const id of this.ids) if (!before.has(id)) ended.add(id);
    this.ids = ended;
    this.epoch = epoch;
    this.loadedAt = performance.now();
  }
}
