import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import {
  transferAccepted,
  transferDeclined,
  transferExpired,
  transferOffered,
} from '@cordee/contracts/products/transfer-events';
import { renewalDetached } from '@cordee/contracts/renewals/renewal';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import { dropReminders, renewalKinds, renewalModeReasons } from './reminder.ts';
import { planImmediateReminders } from './plan-immediate-reminders.ts';

/** Plans the notices about transferred products (PROD-5). */
@Controller()
export class TransferReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Consumes(transferOffered)
  async planOfferMail(
    { data: { organizationId, transferId, kind } }: CloudEvent<EventData<typeof transferOffered>>,
    context: ReactionContext,
  ): Promise<void> {
    // Only an offer to a mail address is sent by mail.
    if (kind === 'email')
      await planImmediateReminders(this.jobs, context, {
        organizationId,
        kind: 'transfer_offered',
        subjectId: transferId,
      });
  }

  @Consumes(transferAccepted)
  async planAcceptanceNotice(
    { data: { organizationId, transferId } }: CloudEvent<EventData<typeof transferAccepted>>,
    context: ReactionContext,
  ): Promise<void> {
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'transfer_accepted',
      subjectId: transferId,
    });
  }

  @Consumes(transferDeclined)
  async planDeclineNotice(
    { data: { organizationId, transferId } }: CloudEvent<EventData<typeof transferDeclined>>,
    context: ReactionContext,
  ): Promise<void> {
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'transfer_declined',
      subjectId: transferId,
    });
  }

  @Consumes(transferExpired)
  async planExpiryNotice(
    { data: { organizationId, transferId } }: CloudEvent<EventData<typeof transferExpired>>,
    context: ReactionContext,
  ): Promise<void> {
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'transfer_expired',
      subjectId: transferId,
    });
  }

  /**
   * Drops the renewal notices of the former owner. With this drop reason, the notices are planned again when the
   * product is transferred back.
   */
  @Consumes(renewalDetached)
  async dropRenewalNotices(
    { data }: CloudEvent<EventData<typeof renewalDetached>>,
    { em }: ReactionContext,
  ): Promise<void> {
    await dropReminders(em, data.organizationId, data.productId, renewalKinds, renewalModeReasons.off);
  }
}
