import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { transferOffered } from '@cordee/contracts/products/transfer';
import { renewalDetached } from '@cordee/contracts/renewals/renewal';
import { Consumes, type ReactionContext } from '@cordee/service/handles';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import { dropReminders, planReminders, renewalKinds, switchedReasons } from './reminder.ts';

/** What a product that changes organization is told about, and what is told about it no longer (PROD-5). */
@Controller()
export class TransferReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Consumes(transferOffered)
  async sendOffer({ data }: CloudEvent<EventData<typeof transferOffered>>, { em, now, afterCommit }: ReactionContext): Promise<void> {
    const { organizationId, transferId, kind } = data;
    if (kind !== 'email') return;
    await planReminders(em, now, [{ organizationId, kind: 'transfer_offered', subjectId: transferId, occasion: '', level: 'now', dueAt: now }]);
    afterCommit(() => this.jobs.wake());
  }

  /** Whoever gave the product away is not reminded of its end. The reason is one that lets the notices be planned again, should it come back. */
  @Consumes(renewalDetached)
  async stopNotices({ data }: CloudEvent<EventData<typeof renewalDetached>>, { em }: ReactionContext): Promise<void> {
    await dropReminders(em, data.organizationId, data.productId, renewalKinds, switchedReasons.off);
  }
}
