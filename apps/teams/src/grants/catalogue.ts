import { getCatalogue } from '@cordee/contracts/products/product-type';
import type { Output } from '@cordee/contracts/contract';
import type { RpcClient } from '@cordee/messaging/rpc-client';

export type ProductType = Output<typeof getCatalogue>['data'][number];
type Types = ReadonlyMap<string, ProductType>;

/** A change of the catalogue is heard of by one replica; the others ask anew for a copy this old. */
const MAX_AGE_MS = 60_000;
/** Products that does not answer is not asked again by every check. */
const PAUSE_MS = 1_000;

/** What products says of product types, retired ones too; kept for a while. */
export class Catalogue {
  private copy: { types: Promise<Types>; since: number } | undefined;
  private last: Types | undefined;
  private failedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly rpc: RpcClient) {}

  /** With `maxAgeMs`, no older than that. */
  async type(key: string, now: Date, maxAgeMs?: number): Promise<ProductType | undefined> {
    return (await this.types(now, maxAgeMs)).get(key);
  }

  /** All of them as they were last heard of, for what is answered from memory, and asked for anew beside it; with `maxAgeMs`, no older than that. Undefined while they cannot be asked for. */
  async latest(now: Date, maxAgeMs?: number): Promise<Types | undefined> {
    if (performance.now() - this.failedAt < PAUSE_MS) return this.last;
    const asked = this.types(now, maxAgeMs).catch(() => this.last);
    return maxAgeMs === undefined ? (this.last ?? asked) : asked;
  }

  /** Drops the copy of the types: the next question asks for them anew. */
  forget(): void {
    this.copy = undefined;
  }

  private async types(now: Date, maxAgeMs = MAX_AGE_MS): Promise<Types> {
    if (!this.copy || now.getTime() - this.copy.since > maxAgeMs)
      this.copy = { types: this.load(), since: now.getTime() };
    const { copy } = this;
    try {
      return await copy.types;
    } catch (error) {
      this.failedAt = performance.now();
      if (this.copy === copy) this.copy = undefined;
      throw error;
    }
  }

  private async load(): Promise<Types> {
    const { data } = await this.rpc.call(getCatalogue, {});
    return (this.last = new Map(data.map((type) => [type.key, type])));
  }
}
