import { AccessCache } from '@cordee/access/access-cache';
import { changeProductBilling } from '@cordee/contracts/billing/product-billing';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { assertVersion } from '@cordee/contracts/if-match';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { Address } from './address.entity.ts';
import { readProductBilling } from './product-billing.ts';

@Controller()
export class ProductBillingCommands {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  @Handles(changeProductBilling)
  async changeProductBilling(
    { organizationId, productId, ifMatch, ...changes }: Input<typeof changeProductBilling>,
    { em, now }: CommandContext,
  ): Promise<Output<typeof changeProductBilling>> {
    const { products } = await this.access.loadNewest(organizationId, ['products']);
    if (!products.product(productId)) throw new DomainError('PRODUCT_NOT_FOUND');
    // The lock serializes changes, also with the removal of the address.
    const [[before], addressCount] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      Promise.all([
        readProductBilling(em, organizationId, [productId]),
        changes.addressId ? em.count(Address, { organizationId, id: changes.addressId }) : 1,
      ]),
    );
    if (addressCount === 0) throw new DomainError('ADDRESS_NOT_FOUND');
    assertVersion(ifMatch, before!.version);
    const addressId = changes.addressId === undefined ? before!.addressId : changes.addressId;
    const costCentre = changes.costCentre === undefined ? before!.costCentre : changes.costCentre || null;
    if (addressId === before!.addressId && costCentre === before!.costCentre) return { productId, ...before! };
    const version = before!.version + 1;
    sendAhead(
      em,
      `insert into product_billing (organization_id, product_id, address_id, cost_centre, version)
       values (?, ?, ?, ?, ?)
       on conflict (organization_id, product_id) do update
       set address_id = excluded.address_id, cost_centre = excluded.cost_centre, version = excluded.version`,
      [toUuid(organizationId), toUuid(productId), uuidOrNull(addressId), costCentre, version],
    );
    return { productId, addressId, costCentre, version };
  }
}
