import { describeResource, listProductResources } from '@cordee/contracts/products/product';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { isOwnedBy } from '../products/product-ownership.ts';
import { Resource } from './resource.entity.ts';
import { selectResources } from './select-resources.ts';

@Controller()
export class ResourceQueries {
  @Handles(describeResource)
  async describeResource(
    { organizationId, resourceId }: Input<typeof describeResource>,
    { em }: QueryContext,
  ): Promise<Output<typeof describeResource>> {
    const resource = await em.findOne(Resource, { organizationId, id: resourceId });
    if (!resource || !(await isOwnedBy(em, organizationId, resource.productId)))
      throw new DomainError('RESOURCE_NOT_FOUND');
    return {
      resourceId,
      productId: resource.productId,
      kind: resource.kind,
      name: resource.name,
      ownerAccountId: resource.ownerAccountId ?? null,
    };
  }

  @Handles(listProductResources)
  async listProductResources(
    { organizationId, productId }: Input<typeof listProductResources>,
    { em }: QueryContext,
  ): Promise<Output<typeof listProductResources>> {
    if (!(await isOwnedBy(em, organizationId, productId))) throw new DomainError('PRODUCT_NOT_FOUND');
    const resources = await selectResources(em, organizationId, productId);
    return { data: resources.map(({ id, kind, name }) => ({ resourceId: id, kind, name })) };
  }
}
