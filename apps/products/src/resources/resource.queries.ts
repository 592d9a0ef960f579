import { describeResource, listProductResources } from '@cordee/contracts/products/product';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { idOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { isOwnedSql } from '../products/product-ownership.ts';
import { selectResources } from './select-resources.ts';

interface ResourceRow {
  product_id: string;
  kind: string;
  name: string;
  owner_account_id: string | null;
}

@Controller()
export class ResourceQueries {
  @Handles(describeResource)
  async describeResource(
    { organizationId, resourceId }: Input<typeof describeResource>,
    { em }: QueryContext,
  ): Promise<Output<typeof describeResource>> {
    const [row] = await em.execute<ResourceRow[]>(
      `select resource.product_id, resource.kind, resource.name, resource.owner_account_id
       from resource
       join product on product.organization_id = resource.organization_id and product.id = resource.product_id
       where resource.organization_id = ? and resource.id = ? and ${isOwnedSql}`,
      [toUuid(organizationId), toUuid(resourceId)],
    );
    if (!row) throw new DomainError('RESOURCE_NOT_FOUND');
    return {
      resourceId,
      productId: toId('prd', row.product_id),
      kind: row.kind,
      name: row.name,
      ownerAccountId: idOrNull('acc', row.owner_account_id),
    };
  }

  @Handles(listProductResources)
  async listProductResources(
    { organizationId, productId }: Input<typeof listProductResources>,
    { em }: QueryContext,
  ): Promise<Output<typeof listProductResources>> {
    const resources = await selectResources(em, organizationId, productId);
    if (!resources) throw new DomainError('PRODUCT_NOT_FOUND');
    return { data: resources.map(({ id, kind, name }) => ({ resourceId: id, kind, name })) };
  }
}
