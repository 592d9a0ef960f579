import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { inputError } from '@cordee/contracts/input-error';
import { listRestrictions } from '@cordee/contracts/teams/restriction';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { readCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import { RestrictionPosition, selectRestrictions } from './select-restrictions.ts';

@Controller()
export class RestrictionQueries {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  @Handles(listRestrictions)
  async listRestrictions(
    { organizationId, productId, resourceId, limit, cursor }: Input<typeof listRestrictions>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof listRestrictions>> {
    const beforePosition = readCursor(RestrictionPosition, cursor);
    const { people, products } = await this.access.forOrganization(organizationId, ['people', 'products']);
    const product = products.product(productId);
    if (!product) throw inputError('PRODUCT_NOT_FOUND', '/productId', 'is not a product of this organization');
    return selectRestrictions(em, now, {
      organizationId,
      productId,
      ownershipNumber: product.ownershipNumber,
      resourceId,
      people,
      beforePosition,
      limit,
    });
  }
}
