import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { describeResource, productCreated, resourceAdded } from '@cordee/contracts/products/product';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Consumes, type ReactionContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { StemCache } from '../index/stem-cache.ts';
import { whoSeesAllOf, whoSeesProduct, whoSeesResource } from './audiences.ts';
import type { ObjectKind } from './object-kinds.ts';
import { indexObject } from './object-rows.ts';

/** Resources that are found by their name (SRCH-6). */
const RESOURCES = new Map<string, ObjectKind>([['site', 'site'], ['folder', 'drive_folder']]);

@Controller()
export class ProductReactions {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(StemCache) private readonly stems: StemCache,
  ) {}

  @Consumes(productCreated)
  async addProduct({ data, sequence }: CloudEvent<EventData<typeof productCreated>>, { em }: ReactionContext): Promise<void> {
    const { organizationId, productId, name, type } = data;
    await indexObject(em, this.stems, {
      organizationId, id: productId, kind: 'product', title: name, body: type.replaceAll('_', ' '), codes: [name], facets: { type }, audiences: [whoSeesProduct(productId)], revision: sequence,
    });
  }

  @Consumes(resourceAdded)
  async addResource({ data, sequence }: CloudEvent<EventData<typeof resourceAdded>>, { em }: ReactionContext): Promise<void> {
    const { organizationId, productId, resourceId } = data;
    const kind = RESOURCES.get(data.kind);
    if (!kind) return;
    const { name } = await this.rpc.call(describeResource, { organizationId, resourceId });
    await indexObject(em, this.stems, {
      organizationId, id: resourceId, kind, title: name, codes: [name], facets: { productId }, audiences: [whoSeesAllOf(productId), whoSeesResource(resourceId)], revision: sequence,
    });
  }
}
