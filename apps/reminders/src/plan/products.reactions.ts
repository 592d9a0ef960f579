import { productBlocked, productUnblocked } from '@cordee/contracts/products/product';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import { planImmediateReminders } from './plan-immediate-reminders.ts';

/** Plans the notices about blocked and unblocked products (PROD-4). */
@Controller()
export class ProductsReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Consumes(productBlocked)
  async planBlockNotice(
    { data: { organizationId, productId, reason }, id }: CloudEvent<EventData<typeof productBlocked>>,
    context: ReactionContext,
  ): Promise<void> {
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'product_blocked',
      subjectId: productId,
      occasion: id,
      payload: { blockReason: reason },
    });
  }

  /**
   * Blocks that end in one call have events with the same time. The time is the occasion, so these events cause one
   * notice.
   */
  @Consumes(productUnblocked)
  async planUnblockNotice(
    { data: { organizationId, productId, reason }, time }: CloudEvent<EventData<typeof productUnblocked>>,
    context: ReactionContext,
  ): Promise<void> {
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'product_unblocked',
      subjectId: productId,
      occasion: time,
      payload: { blockReason: reason },
    });
  }
}
