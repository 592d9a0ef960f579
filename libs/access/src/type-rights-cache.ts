import { getTypeRights } from '@cordee/contracts/products/product-type';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { TypeRights } from './type-rights.ts';

/** The maximum age of the cache: after this time, every process uses a new right of the catalogue. */
const MAX_AGE_MS = 10_000;
const TIMEOUT_MS = 2_000;

/**
 * Caches the rights of product types, one cache per process. The catalogue retires rights and never deletes them
 * (docs/decisions/catalogue-entries-are-retired-not-deleted.md). An outdated cache may therefore deny a new right, but
 * it never allows a right that does not exist.
 */
export class TypeRightsCache {
  readonly rights = new TypeRights();
  private requestedAt = Number.NEGATIVE_INFINITY;
  private loading: Promise<void> | undefined;

  constructor(private readonly rpc: RpcClient) {}

  get isLoaded(): boolean {
    return this.requestedAt !== Number.NEGATIVE_INFINITY;
  }

  /** `now` is `performance.now()`. */
  isCurrent(now: number): boolean {
    return now - this.requestedAt < MAX_AGE_MS;
  }

  /** Reloads the rights. Rejects only before the first successful load, because an outdated cache is safe. */
  refresh(): Promise<void> {
    this.loading ??= this.load().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async load(): Promise<void> {
    const requestedAt = performance.now();
    try {
      const { data } = await this.rpc.call(getTypeRights, {}, { timeoutMs: TIMEOUT_MS });
      this.rights.apply(data);
    } catch (error) {
      if (!this.isLoaded) throw error;
    }
    // Also after a failed reload, so that the next reload is due after the maximum age and not at once.
    this.requestedAt = requestedAt;
  }
}
