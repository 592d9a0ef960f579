import { productBlocked, productUnblocked } from '@cordee/contracts/products/product';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import { tellNow } from './tell-now.ts';

/** Everybody is told when a product stops and when it goes on (PROD-4). */
@Controller()
export class ProductsReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Consumes(productBlocked)
  async tellBlock(
    { data: { organizationId, productId, reason }, id }: CloudEvent<EventData<typeof productBlocked>>,
    context: ReactionContext,
  ): Promise<void> {
    await tellNow(this.jobs, context, {
      organizationId,
      kind: 'product_blocked',
      subjectId: productId,
      occasion: id,
      facts: { blockReason: reason },
    });
  }

  /** Blocks that are lifted together are told of once: what counts is that the product goes on. */
  @Consumes(productUnblocked)
  async tellEnd(
    { data: { organizationId, productId, reason }, time }: CloudEvent<EventData<typeof productUnblocked>>,
    context: ReactionContext,
  ): Promise<void> {
    await tellNow(this.jobs, context, {
      organizationId,
      kind: 'product_unblocked',
      subjectId: productId,
      occasion: time,
      facts: { blockReason: reason },
    });
  }
}
