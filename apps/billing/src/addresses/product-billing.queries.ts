import { AccessCache } from '@cordee/access/access-cache';
import { getProductBilling, listProductBilling } from '@cordee/contracts/billing/product-billing';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Address } from './address.entity.ts';
import { readProductBilling } from './product-billing.ts';

@Controller()
export class ProductBillingQueries {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  @Handles(getProductBilling)
  async getProductBilling(
    { organizationId, productId }: Input<typeof getProductBilling>,
    { em }: QueryContext,
  ): Promise<Output<typeof getProductBilling>> {
    const { products } = await this.access.forOrganization(organizationId, ['products']);
    if (!products.product(productId)) throw new DomainError('PRODUCT_NOT_FOUND');
    const [settings] = await readProductBilling(em, organizationId, [productId]);
    return { productId, ...settings! };
  }

  @Handles(listProductBilling)
  async listProductBilling(
    { organizationId, productIds }: Input<typeof listProductBilling>,
    { em }: QueryContext,
  ): Promise<Output<typeof listProductBilling>> {
    const [settings, defaultAddress] = await Promise.all([
      readProductBilling(em, organizationId, productIds),
      em.findOne(Address, { organizationId, isDefault: true }, { fields: ['id'] }),
    ]);
    return {
      defaultAddressId: defaultAddress?.id ?? null,
      data: settings.flatMap(({ addressId, costCentre }, index) =>
        addressId || costCentre ? [{ productId: productIds[index]!, addressId, costCentre }] : [],
      ),
    };
  }
}
