import { listProductTypes } from '@cordee/contracts/products/product-type';
import type { Output } from '@cordee/contracts/contract';
import { describeResource } from '@cordee/contracts/products/product';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { DomainError } from '@cordee/contracts/domain-error';

type ProductType = Output<typeof listProductTypes>['data'][number];
type Resource = Output<typeof describeResource>;

/** The catalogue changes with a release of products; a copy this old is asked for anew. */
const MAX_AGE_MS = 60_000;

/** What products says of product types and resources. The types are kept for a while. */
export class Catalogue {
  private copy: { types: Promise<Map<string, ProductType>>; since: number } | undefined;

  constructor(private readonly rpc: RpcClient) {}

  async type(key: string, now: Date): Promise<ProductType | undefined> {
    if (!this.copy || now.getTime() - this.copy.since > MAX_AGE_MS) this.copy = { types: this.load(), since: now.getTime() };
    const { copy } = this;
    try {
      return (await copy.types).get(key);
    } catch (error) {
      if (this.copy === copy) this.copy = undefined;
      throw error;
    }
  }

  /** A resource of an organization; undefined when there is none of this id. */
  async resource(organizationId: `org_${string}`, resourceId: `res_${string}`): Promise<Resource | undefined> {
    return this.rpc.call(describeResource, { organizationId, resourceId }).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'RESOURCE_NOT_FOUND') return undefined;
      throw error;
    });
  }

  private async load(): Promise<Map<string, ProductType>> {
    const { data } = await this.rpc.call(listProductTypes, {});
    return new Map(data.map((type) => [type.key, type]));
  }
}
