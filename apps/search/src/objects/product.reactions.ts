import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import {
  describeResource,
  listProductResources,
  productCreated,
  resourceAdded,
} from '@cordee/contracts/products/product';
import { productReceived, productTransferredAway } from '@cordee/contracts/products/transfer-events';
import { DomainError } from '@cordee/contracts/domain-error';
import { RpcClient } from '@cordee/messaging/rpc-client';
import {
  Consumes,
  ConsumesAfterPreparing,
  type ReactionWork,
  type ReactionContext,
} from '@cordee/service/handler-decorators';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import { StemCache } from '../index/stem-cache.ts';
import { productContentToken, productToken, resourceToken } from './acl-tokens.ts';
import type { ObjectKind } from './object-kinds.ts';
import { indexObject, removeProductObjects } from './object-rows.ts';

/** The kinds of resources that a search finds by name (SRCH-6), with the kind of their index entry. */
const OBJECT_KINDS_OF_RESOURCES = new Map<string, ObjectKind>([
  ['site', 'site'],
  ['folder', 'drive_folder'],
]);

@Controller()
export class ProductReactions {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(StemCache) private readonly stemCache: StemCache,
  ) {}

  @Consumes(productCreated)
  async addProduct(
    { data, sequence }: CloudEvent<EventData<typeof productCreated>>,
    { em }: ReactionContext,
  ): Promise<void> {
    await this.indexProduct(em, data, sequence);
  }

  @ConsumesAfterPreparing(resourceAdded)
  async addResource({ data, sequence }: CloudEvent<EventData<typeof resourceAdded>>): Promise<ReactionWork> {
    const { organizationId, resourceId } = data;
    if (!OBJECT_KINDS_OF_RESOURCES.has(data.kind)) return async () => undefined;
    const resource = await this.rpc
      .call(describeResource, { organizationId, resourceId })
      .catch(undefinedWhen('RESOURCE_NOT_FOUND'));
    // The resource is missing when its product was transferred in the meantime. The event `productReceived` of the
    // receiving organization then indexes the resource.
    return async ({ em }) => {
      if (resource) await this.indexResource(em, { organizationId, ...resource }, sequence);
    };
  }

  @Consumes(productTransferredAway)
  async removeProduct(
    { data }: CloudEvent<EventData<typeof productTransferredAway>>,
    { em }: ReactionContext,
  ): Promise<void> {
    await removeProductObjects(em, data.organizationId, data.productId);
  }

  /** Indexes a received product and its resources, unless the product was transferred again in the meantime. */
  @ConsumesAfterPreparing(productReceived)
  async addReceivedProduct({ data, sequence }: CloudEvent<EventData<typeof productReceived>>): Promise<ReactionWork> {
    const { organizationId, productId } = data;
    const resources = await this.rpc
      .call(listProductResources, { organizationId, productId })
      .catch(undefinedWhen('PRODUCT_NOT_FOUND'));
    return async ({ em }) => {
      if (!resources) return;
      await this.indexProduct(em, data, sequence);
      for (const resource of resources.data)
        await this.indexResource(em, { organizationId, productId, ...resource }, sequence);
    };
  }

  private async indexProduct(
    em: EntityManager,
    {
      organizationId,
      productId,
      name,
      type,
    }: Pick<EventData<typeof productCreated>, 'organizationId' | 'productId' | 'name' | 'type'>,
    revision: number,
  ): Promise<void> {
    await indexObject(em, this.stemCache, {
      organizationId,
      id: productId,
      kind: 'product',
      title: name,
      // The words of the type are searchable: `web_hosting` is found by `web hosting`.
      body: type.replaceAll('_', ' '),
      namesAndNumbers: [name],
      facets: { type },
      aclTokens: [productToken(productId)],
      revision,
    });
  }

  private async indexResource(
    em: EntityManager,
    { organizationId, productId, resourceId, kind, name }: NamedResource,
    revision: number,
  ): Promise<void> {
    const objectKind = OBJECT_KINDS_OF_RESOURCES.get(kind);
    if (!objectKind) return;
    await indexObject(em, this.stemCache, {
      organizationId,
      id: resourceId,
      kind: objectKind,
      title: name,
      namesAndNumbers: [name],
      facets: { productId },
      aclTokens: [productContentToken(productId), resourceToken(resourceId)],
      revision,
    });
  }
}

interface NamedResource {
  organizationId: `org_${string}`;
  productId: `prd_${string}`;
  resourceId: `res_${string}`;
  kind: string;
  name: string;
}

/** Returns an error handler that returns undefined for a domain error with this code and throws every other error. */
const undefinedWhen =
  (code: string) =>
  (error: unknown): undefined => {
    if (error instanceof DomainError && error.code === code) return undefined;
    throw error;
  };
