import { describeResource } from '@cordee/contracts/products/product';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handles';
import { Controller } from '@nestjs/common';
import { Resource } from './resource.entity.ts';

@Controller()
export class ResourceQueries {
  @Handles(describeResource)
  async describeResource({ organizationId, resourceId }: Input<typeof describeResource>, { em }: QueryContext): Promise<Output<typeof describeResource>> {
    const resource = await em.findOne(Resource, { organizationId, id: resourceId });
    if (!resource) throw new DomainError('RESOURCE_NOT_FOUND');
    return { resourceId, productId: resource.productId, kind: resource.kind, name: resource.name, ownerAccountId: resource.ownerAccountId ?? null };
  }
}
