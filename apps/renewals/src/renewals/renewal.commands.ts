import {
  detachRenewal,
  orderRenewals,
  switchAutomaticRenewal,
  switchWarranty,
} from '@cordee/contracts/renewals/renewal';
import type { Input, Output } from '@cordee/contracts/contract';
import { localDateIn } from '@cordee/calendar/local-date';
import type { DomainEvent } from '@cordee/outbox/publish';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import type { RenewalsConfig } from '../config.ts';
import { detach } from './detach-renewal.ts';
import { requestProFormas } from './order-renewals.ts';
import { Renewal } from './renewal.entity.ts';

type SwitchResult = Output<typeof switchWarranty>['results'][number];

@Controller()
export class RenewalCommands {
  constructor(
    @Inject(CONFIG) private readonly config: RenewalsConfig,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  @Handles(orderRenewals)
  orderRenewals(input: Input<typeof orderRenewals>, context: CommandContext): Promise<Output<typeof orderRenewals>> {
    const { SELLER_BANK_CALENDAR: calendar, SELLER_ZONE: zone } = this.config;
    return requestProFormas(context, input, { rpc: this.rpc, calendar, today: localDateIn(zone, context.now) });
  }

  @Handles(switchAutomaticRenewal)
  async switchAutomaticRenewal(
    input: Input<typeof switchAutomaticRenewal>,
    context: CommandContext,
  ): Promise<Output<typeof switchAutomaticRenewal>> {
    const today = localDateIn(this.config.SELLER_ZONE, context.now);
    // Inside the attempt window, the first attempt is today (REN-2), so the sweep runs at once.
    context.afterCommit(() => this.jobs.wake());
    return switchEach(
      input,
      context,
      (renewal) => errorIfProductEnds(input, renewal) ?? renewal.switchAutomatic(input.isOn, today),
    );
  }

  @Handles(switchWarranty)
  async switchWarranty(
    input: Input<typeof switchWarranty>,
    context: CommandContext,
  ): Promise<Output<typeof switchWarranty>> {
    return switchEach(input, context, (renewal) => {
      // Renewal warranty would start at the end of the paid period, and this day has passed.
      if (input.isOn && renewal.hasExpired())
        return { code: 'RENEWAL_EXPIRED', detail: 'the product has expired: renew it first' };
      return errorIfProductEnds(input, renewal) ?? renewal.switchWarranty(input.isOn);
    });
  }

  @Handles(detachRenewal)
  async detachRenewal(
    input: Input<typeof detachRenewal>,
    context: CommandContext,
  ): Promise<Output<typeof detachRenewal>> {
    return { terms: await detach(context, input) };
  }
}

/** The error when automatic renewal or renewal warranty is switched on for a product that a credit note ends. */
const errorIfProductEnds = (
  { isOn }: Pick<Input<typeof switchWarranty>, 'isOn'>,
  { endsOn }: Renewal,
): { code: string; detail: string } | undefined =>
  isOn && endsOn != null ? { code: 'PRODUCT_ENDS', detail: `the product ends on ${endsOn}` } : undefined;

/** Switches each renewal separately and returns one result per list entry. A repeated product is switched once. */
async function switchEach(
  { organizationId, productIds }: Input<typeof switchWarranty>,
  { em, publish }: CommandContext,
  switchOne: (renewal: Renewal) => DomainEvent | { code: string; detail: string } | undefined,
): Promise<{ results: SwitchResult[] }> {
  // Concurrent commands lock the rows in the same order, so that they cannot deadlock.
  const renewals = await em.find(
    Renewal,
    { organizationId, productId: { $in: productIds } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { productId: 'asc' } },
  );
  const renewalsByProduct = new Map(renewals.map((renewal) => [renewal.productId, renewal]));
  const results: SwitchResult[] = [];
  const events: DomainEvent[] = [];
  for (const [index, id] of productIds.entries()) {
    const renewal = renewalsByProduct.get(id);
    const outcome = renewal
      ? switchOne(renewal)
      : { code: 'RENEWAL_NOT_FOUND', detail: 'the organization has no such product' };
    if (outcome && 'event' in outcome) events.push(outcome);
    results.push(
      outcome && 'code' in outcome
        ? { index, id, status: 'refused', error: outcome }
        : { index, id, status: outcome ? 'changed' : 'unchanged' },
    );
  }
  await publish(events);
  return { results };
}
