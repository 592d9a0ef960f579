import { getCatalogue } from '@cordee/contracts/products/product-type';
import type { Output } from '@cordee/contracts/contract';
import type { RpcClient } from '@cordee/messaging/rpc-client';

export type ProductType = Output<typeof getCatalogue>['data'][number];
type Types = ReadonlyMap<string, ProductType>;

/** A change of the catalogue is heard of by one replica; the others ask anew for a copy this old. */
const MAX_AGE_MS = 60_000;

/** What products says of product types, retired ones too; kept for a while. */
export class Catalogue {
  private copy: { types: Promise<Types>; since: number } | undefined;

  constructor(private readonly rpc: RpcClient) {}

  /** With `maxAgeMs`, no older than that. */
  async type(key: string, now: Date, maxAgeMs?: number): Promise<ProductType | undefined> {
    return (await this.types(now, maxAgeMs)).get(key);
  }

  /** Drops the copy of the types: the next question asks for them anew. */
  forget(): void {
    this.copy = undefined;
  }

  private async types(now: Date): Promise<Types> {
    if (!this.copy || now.getTime() - this.copy.since > MAX_AGE_MS)
      this.copy = { types: this.load(), since: now.getTime() };
    const { copy } = this;
    try {
      return await copy.types;
    } catch (error) {
      if (this.copy === copy) this.copy = undefined;
      throw error;
    }
  }

  private async load(): Promise<Types> {
    const { data } = await this.rpc.call(getCatalogue, {});
    return new Map(data.map((type) => [type.key, type]));
  }
}
