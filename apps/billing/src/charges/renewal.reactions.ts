import { renewalDetached } from '@cordee/contracts/renewals/renewal';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { lockPrepaidAccount } from '../ledger/prepaid-account.ts';
import { deleteProductBilling } from '../addresses/product-billing.ts';
import { cancelRenewalProFormas } from './pro-forma-charges.ts';

@Controller()
export class RenewalReactions {
  /**
   * An organization cannot renew a product that it has transferred. A payment that arrives later goes to prepaid. The
   * product loses its billing address and cost centre (PROD-5).
   */
  @Consumes(renewalDetached)
  async detachProduct(
    { data: { organizationId, productId } }: CloudEvent<EventData<typeof renewalDetached>>,
    { em, now }: ReactionContext,
  ): Promise<void> {
    await lockPrepaidAccount(em, organizationId, now);
    cancelRenewalProFormas(em, organizationId, productId);
    deleteProductBilling(em, organizationId, [productId]);
  }
}
