import { AccessCopy } from '@cordee/access/access-copy';
import type { Input, Output } from '@cordee/contracts/contract';
import { refusal } from '@cordee/contracts/refusal';
import { listRestrictions } from '@cordee/contracts/teams/restriction';
import { Handles, type QueryContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { selectRestrictions } from './select-restrictions.ts';

@Controller()
export class RestrictionQueries {
  constructor(@Inject(AccessCopy) private readonly access: AccessCopy) {}

  @Handles(listRestrictions)
  async listRestrictions(
    { organizationId, productId, resourceId }: Input<typeof listRestrictions>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof listRestrictions>> {
    const { people, products } = await this.access.of(organizationId, ['people', 'products']);
    const product = products.product(productId);
    if (!product) throw refusal('PRODUCT_NOT_FOUND', '/productId', 'is no product of this organization');
    return {
      data: await selectRestrictions(em, now, {
        organizationId,
        productId,
        possession: product.possession,
        resourceId,
        people,
      }),
    };
  }
}
