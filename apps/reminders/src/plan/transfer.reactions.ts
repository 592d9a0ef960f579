import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import {
  transferAccepted,
  transferDeclined,
  transferExpired,
  transferOffered,
} from '@cordee/contracts/products/transfer';
import { renewalDetached } from '@cordee/contracts/renewals/renewal';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import { dropReminders, renewalKinds, switchedReasons } from './reminder.ts';
import { tellNow } from './tell-now.ts';

/** What a product that changes organization is told about, and what is told about it no longer (PROD-5). */
@Controller()
export class TransferReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Consumes(transferOffered)
  async sendOffer(
    { data: { organizationId, transferId, kind } }: CloudEvent<EventData<typeof transferOffered>>,
    context: ReactionContext,
  ): Promise<void> {
    if (kind === 'email')
      await tellNow(this.jobs, context, {
        organizationId,
        kind: 'transfer_offered',
        subjectId: transferId,
        occasion: '',
      });
  }

  @Consumes(transferAccepted)
  async tellAcceptance(
    { data: { organizationId, transferId } }: CloudEvent<EventData<typeof transferAccepted>>,
    context: ReactionContext,
  ): Promise<void> {
    await tellNow(this.jobs, context, {
      organizationId,
      kind: 'transfer_accepted',
      subjectId: transferId,
      occasion: '',
    });
  }

  @Consumes(transferDeclined)
  async tellRefusal(
    { data: { organizationId, transferId } }: CloudEvent<EventData<typeof transferDeclined>>,
    context: ReactionContext,
  ): Promise<void> {
    await tellNow(this.jobs, context, {
      organizationId,
      kind: 'transfer_declined',
      subjectId: transferId,
      occasion: '',
    });
  }

  @Consumes(transferExpired)
  async tellExpiry(
    { data: { organizationId, transferId } }: CloudEvent<EventData<typeof transferExpired>>,
    context: ReactionContext,
  ): Promise<void> {
    await tellNow(this.jobs, context, {
      organizationId,
      kind: 'transfer_expired',
      subjectId: transferId,
      occasion: '',
    });
  }

  /** Whoever gave the product away is not reminded of its end. The reason is one that lets the notices be planned again, should it come back. */
  @Consumes(renewalDetached)
  async stopNotices({ data }: CloudEvent<EventData<typeof renewalDetached>>, { em }: ReactionContext): Promise<void> {
    await dropReminders(em, data.organizationId, data.productId, renewalKinds, switchedReasons.off);
  }
}
