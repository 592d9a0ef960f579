import { renewalDetached } from '@cordee/contracts/renewals/renewal';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { deleteProductBilling } from '../addresses/product-billing.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import { findReservedRenewals } from '../payments/prepaid-reservation.ts';
import { Seller } from '../seller/seller.ts';
import { cancelRenewals } from './pro-forma-charges.ts';

@Controller()
export class RenewalReactions {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  /**
   * An organization cannot renew a product that it has transferred. A payment that arrives later goes to prepaid. The
   * product loses its billing address and cost centre (PROD-5).
   */
  @Consumes(renewalDetached)
  async detachProduct(
    { data: { organizationId, productId } }: CloudEvent<EventData<typeof renewalDetached>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const context = { em, now, publish, seller: this.seller };
    const reservedRenewals = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      findReservedRenewals(em, organizationId, [productId]),
    );
    for (const currency of await cancelRenewals(context, organizationId, [productId], reservedRenewals))
      await payOldestInvoices(context, organizationId, currency);
    deleteProductBilling(em, organizationId, [productId]);
  }
}
