import { getCatalogue } from '@cordee/contracts/products/product-type';
import type { Output } from '@cordee/contracts/contract';
import type { RpcClient } from '@cordee/messaging/rpc-client';

export type ProductType = Output<typeof getCatalogue>['data'][number];
type Types = ReadonlyMap<string, ProductType>;

/** One replica receives the event of a catalogue change; the others reload the types after this time. */
const MAX_AGE_MS = 60_000;

/** Cached product types of the catalogue, retired ones included. */
export class Catalogue {
  private cached: { types: Promise<Types>; since: number } | undefined;

  constructor(private readonly rpc: RpcClient) {}

  /** With `maxAgeMs`, the cached types are not older than that. */
  async type(key: string, now: Date, maxAgeMs?: number): Promise<ProductType | undefined> {
    return (await this.types(now, maxAgeMs)).get(key);
  }

  /** Drops the cached types. */
  invalidate(): void {
    this.cached = undefined;
  }

  private async types(now: Date, maxAgeMs = MAX_AGE_MS): Promise<Types> {
    if (!this.cached || now.getTime() - this.cached.since > maxAgeMs)
      this.cached = { types: this.load(), since: now.getTime() };
    const { cached } = this;
    try {
      return await cached.types;
    } catch (error) {
      if (this.cached === cached) this.cached = undefined;
      throw error;
    }
  }

  private async load(): Promise<Types> {
    const { data } = await this.rpc.call(getCatalogue, {});
    return new Map(data.map((type) => [type.key, type]));
  }
}
