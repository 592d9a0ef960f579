import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { transferAccepted, transferDeclined, transferExpired, transferOffered } from '@cordee/contracts/products/transfer';
import { renewalDetached } from '@cordee/contracts/renewals/renewal';
import { Consumes, type ReactionContext } from '@cordee/service/handles';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import { dropReminders, renewalKinds, switchedReasons, type Kind } from './reminder.ts';
import { tellNow } from './tell-now.ts';

type Transfer = Pick<EventData<typeof transferDeclined>, 'organizationId' | 'transferId'>;

/** What a product that changes organization is told about, and what is told about it no longer (PROD-5). */
@Controller()
export class TransferReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Consumes(transferOffered)
  async sendOffer({ data }: CloudEvent<EventData<typeof transferOffered>>, context: ReactionContext): Promise<void> {
    if (data.kind === 'email') await this.plan('transfer_offered', data, context);
  }

  @Consumes(transferAccepted)
  async tellAcceptance({ data }: CloudEvent<EventData<typeof transferAccepted>>, context: ReactionContext): Promise<void> {
    await this.plan('transfer_accepted', data, context);
  }

  @Consumes(transferDeclined)
  async tellRefusal({ data }: CloudEvent<EventData<typeof transferDeclined>>, context: ReactionContext): Promise<void> {
    await this.plan('transfer_declined', data, context);
  }

  @Consumes(transferExpired)
  async tellExpiry({ data }: CloudEvent<EventData<typeof transferExpired>>, context: ReactionContext): Promise<void> {
    await this.plan('transfer_expired', data, context);
  }

  /** Whoever gave the product away is not reminded of its end. The reason is one that lets the notices be planned again, should it come back. */
  @Consumes(renewalDetached)
  async stopNotices({ data }: CloudEvent<EventData<typeof renewalDetached>>, { em }: ReactionContext): Promise<void> {
    await dropReminders(em, data.organizationId, data.productId, renewalKinds, switchedReasons.off);
  }

  private async plan(kind: Kind, { organizationId, transferId }: Transfer, context: ReactionContext): Promise<void> {
    await tellNow(this.jobs, context, { organizationId, kind, subjectId: transferId, occasion: '' });
  }
}
