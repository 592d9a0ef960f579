import { getCatalogue } from '@cordee/contracts/products/product-type';
import type { Output } from '@cordee/contracts/contract';
import type { RpcClient } from '@cordee/messaging/rpc-client';

export type ProductType = Output<typeof getCatalogue>['data'][number];
type Types = ReadonlyMap<string, ProductType>;

/** Only one replica receives the event of a catalogue change. The other replicas reload the types after this time. */
const MAX_AGE_MS = 60_000;

/** A cache of the product types of the catalogue, including retired types. */
export class Catalogue {
  private cached: { types: Promise<Types>; requestedAt: number } | undefined;

  constructor(private readonly rpc: RpcClient) {}

  /**
   * Finds a product type by its key. Reloads the types when the cached types are older than `maxAgeMs`. With 0, only
   * types that were requested at the same instant are reused.
   */
  async findType(key: string, now: Date, maxAgeMs?: number): Promise<ProductType | undefined> {
    return (await this.loadTypes(now, maxAgeMs)).get(key);
  }

  /** Loads the types into the cache, so that a later `findType` of the same call sends no request. */
  async preload(now: Date): Promise<void> {
    await this.loadTypes(now);
  }

  invalidate(): void {
    this.cached = undefined;
  }

  private async loadTypes(now: Date, maxAgeMs = MAX_AGE_MS): Promise<Types> {
    if (!this.cached || now.getTime() - this.cached.requestedAt > maxAgeMs)
      this.cached = { types: this.requestTypes(), requestedAt: now.getTime() };
    const { cached } = this;
    try {
      return await cached.types;
    } catch (error) {
      // The next call repeats a failed request.
      if (this.cached === cached) this.cached = undefined;
      throw error;
    }
  }

  private async requestTypes(): Promise<Types> {
    const { data } = await this.rpc.call(getCatalogue, {});
    return new Map(data.map((type) => [type.key, type]));
  }
}
