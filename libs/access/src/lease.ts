import { declareLeaseContracts, type AccessOwner, type LeaseContracts } from '@cordee/contracts/access-lease';
import type { RpcClient } from '@cordee/messaging/rpc-client';

/** The owner measures the lease with its own clock, so this process uses only this part of the lease time. */
const CLOCK_DRIFT_FACTOR = 0.9;
const TIMEOUT_MS = 2_000;

/**
 * The lease of this process with one owner of access data. An epoch is a sequence of leases without a gap. Data that
 * was loaded or confirmed in the current epoch is up to date, because the writes of the owner wait until this process
 * is notified.
 */
export class Lease {
  /**
   * The number of the current epoch. This process counts its epochs itself: the owner deletes expired leases, and then
   * counts from 1 again.
   */
  private epoch = 0;
  private ownerEpoch: number | undefined;
  private validUntil = Number.NEGATIVE_INFINITY;
  /** True when the lease was used since the last renewal. */
  private wasUsed = false;
  private acquiring: Promise<number> | undefined;
  private readonly contracts: LeaseContracts;

  constructor(
    private readonly processId: string,
    private readonly rpc: RpcClient,
    owner: AccessOwner,
  ) {
    this.contracts = declareLeaseContracts(owner);
  }

  /**
   * True when data of the epoch is valid at `now`. `now` is `performance.now()`, which also advances while the process
   * is suspended. The call counts as a use of the lease, so `renew` renews the lease.
   */
  isValid(epoch: number, now: number): boolean {
    this.wasUsed = true;
    return epoch === this.epoch && now < this.validUntil;
  }

  /**
   * Returns the current epoch. Acquires a lease first when this process has none. Rejects when the owner does not
   * respond.
   */
  async acquire(): Promise<number> {
    this.wasUsed = true;
    return performance.now() < this.validUntil ? this.epoch : this.startAcquiring();
  }

  /** Renews a lease that was used since the last renewal; an unused lease expires. */
  renew(): void {
    if (!this.wasUsed || this.validUntil === Number.NEGATIVE_INFINITY) return;
    this.wasUsed = false;
    // Ignores the error: the next use requests the lease again and reports its own error.
    this.startAcquiring().catch(() => undefined);
  }

  /** Releases the lease, so that no write of the owner waits for this process. */
  async release(): Promise<void> {
    if (performance.now() >= this.validUntil) return;
    this.validUntil = Number.NEGATIVE_INFINITY;
    // Ignores the error: without a release, the lease expires.
    await this.rpc
      .call(this.contracts.releaseLease, { processId: this.processId }, { timeoutMs: TIMEOUT_MS })
      .catch(() => undefined);
  }

  private startAcquiring(): Promise<number> {
    this.acquiring ??= this.requestLease().finally(() => {
      this.acquiring = undefined;
    });
    return this.acquiring;
  }

  private async requestLease(): Promise<number> {
    const requestedAt = performance.now();
    const { leaseMs, epoch } = await this.rpc.call(
      this.contracts.takeLease,
      { processId: this.processId, service: this.rpc.service },
      { timeoutMs: TIMEOUT_MS },
    );
    // The lease has expired at this process, or it has ended at the owner.
    if (requestedAt >= this.validUntil || epoch !== this.ownerEpoch) this.epoch += 1;
    this.ownerEpoch = epoch;
    this.validUntil = requestedAt + leaseMs * CLOCK_DRIFT_FACTOR;
    return this.epoch;
  }
}
