import { getTypeRights } from '@cordee/contracts/products/product-type';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { TypeRights } from './type-rights.ts';

/** A right that the catalogue gains is known to every process after this time. */
const MAX_AGE_MS = 10_000;
const TIMEOUT_MS = 2_000;

/**
 * The copy of the rights of product types, one per process. The catalogue retires rights and never removes them
 * (the-catalogue-retires.md), so an old copy may refuse a new right, and never allows one that does not exist.
 */
export class TypeRightsCopy {
  readonly rights = new TypeRights();
  private askedAt = Number.NEGATIVE_INFINITY;
  private loading: Promise<void> | undefined;

  constructor(private readonly rpc: RpcClient) {}

  get isLoaded(): boolean {
    return this.askedAt !== Number.NEGATIVE_INFINITY;
  }

  /** `now` is `performance.now()`. */
  isGood(now: number): boolean {
    return now - this.askedAt < MAX_AGE_MS;
  }

  /** Loads the rights again. Rejects only while they were never loaded: an old copy is safe to use. */
  refresh(): Promise<void> {
    this.loading ??= this.load().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async load(): Promise<void> {
    const askedAt = performance.now();
    try {
      const { data } = await this.rpc.call(getTypeRights, {}, { timeoutMs: TIMEOUT_MS });
      this.rights.take(data);
    } catch (error) {
      if (!this.isLoaded) throw error;
    }
    this.askedAt = askedAt;
  }
}
