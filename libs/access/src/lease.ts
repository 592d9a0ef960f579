import { leaseContracts, type AccessOwner, type LeaseContracts } from '@cordee/contracts/access-lease';
import type { RpcClient } from '@cordee/messaging/rpc-client';

/** The owner counts in its own time; what clocks may differ by over one lease is kept as distance. */
const SAFETY = 0.9;
const TIMEOUT_MS = 2_000;

/**
 * The lease that this process has with one owner of access facts. A term is a stretch of time without a gap: what was loaded or confirmed in
 * the running term has been kept up to date since, because the owner's writes wait for this process to hear of them.
 */
export class Lease {
  /** As the owner counts them. */
  private epoch = 0;
  private until = Number.NEGATIVE_INFINITY;
  private isUsed = false;
  private taking: Promise<number> | undefined;
  private readonly contracts: LeaseContracts;

  constructor(
    private readonly processId: string,
    private readonly rpc: RpcClient,
    owner: AccessOwner,
  ) {
    this.contracts = leaseContracts(owner);
  }

  /** Whether what was confirmed in this term is good now; `now` is `performance.now()`, which goes on while a process is stopped. */
  isGood(epoch: number, now: number): boolean {
    this.isUsed = true;
    return epoch === this.epoch && now < this.until;
  }

  /** The running term; takes the lease when there is none. Rejects when the owner cannot be asked. */
  async hold(): Promise<number> {
    this.isUsed = true;
    return performance.now() < this.until ? this.epoch : this.take();
  }

  /** Renews what is in use; a lease that nobody needs runs out by itself. */
  renew(): void {
    if (!this.isUsed || this.until === Number.NEGATIVE_INFINITY) return;
    this.isUsed = false;
    // Whoever needs it next asks again, and hears why not.
    this.take().catch(() => undefined);
  }

  /** Gives it back, so that nobody waits for this process. */
  async release(): Promise<void> {
    if (performance.now() >= this.until) return;
    this.until = Number.NEGATIVE_INFINITY;
    await this.rpc
      .call(this.contracts.releaseLease, { processId: this.processId }, { timeoutMs: TIMEOUT_MS })
      .catch(() => undefined);
  }

  private take(): Promise<number> {
    this.taking ??= this.ask().finally(() => {
      this.taking = undefined;
    });
    return this.taking;
  }

  private async ask(): Promise<number> {
    const askedAt = performance.now();
    const { leaseMs, epoch } = await this.rpc.call(
      this.contracts.takeLease,
      { processId: this.processId },
      { timeoutMs: TIMEOUT_MS },
    );
    this.epoch = epoch;
    this.until = askedAt + leaseMs * SAFETY;
    return this.epoch;
  }
}
