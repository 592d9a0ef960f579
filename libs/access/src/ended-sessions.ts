import { listEndedSessions } from '@cordee/contracts/identity/session';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { Leases } from './leases.ts';

/** What is past its last token is forgotten with the next complete answer, at the latest after this. */
const FORGET_MS = 600_000;

/** Sessions that ended while an access token of theirs may still be good; one copy per process, good under the lease with identity. */
export class EndedSessions {
  private ids = new Set<string>();
  private term: number | undefined;
  private loadedAt = 0;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly leases: Leases,
    private readonly rpc: RpcClient,
  ) {}

  /** Whether the session has ended. Rejects when identity would have to be asked and does not answer. */
  async has(sessionId: string): Promise<boolean> {
    const lease = this.leases.with('identity');
    if (this.ids.has(sessionId)) return true;
    const now = performance.now();
    if (this.term === undefined || now - this.loadedAt > FORGET_MS || !lease.isGood(this.term, now)) {
      this.loading ??= this.load().finally(() => {
        this.loading = undefined;
      });
      await this.loading;
    }
    return this.ids.has(sessionId);
  }

  hear(sessionId: string): void {
    this.ids.add(sessionId);
  }

  /** What was heard while the answer was on its way may not be in it. */
  private async load(): Promise<void> {
    const before = new Set(this.ids);
    const term = await this.leases.with('identity').hold();
    const { sessionIds } = await this.rpc.call(listEndedSessions, {});
    const heard = [...this.ids].filter((id) => !before.has(id));
    this.ids = new Set([...sessionIds, ...heard]);
    this.term = term;
    this.loadedAt = performance.now();
  }
}
