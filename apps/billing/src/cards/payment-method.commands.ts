import {
  addPaymentMethod,
  deletePaymentMethod,
  orderPaymentMethods,
  paymentMethodsOrdered,
} from '@cordee/contracts/billing/payment-method';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { actorId } from '@cordee/messaging/call';
import { domainEvent } from '@cordee/outbox/publish';
import { insertRows } from '@cordee/service/database/insert-rows';
import { sendAhead } from '@cordee/service/database/orm';
import {
  Handles,
  HandlesAfterPreparing,
  type CommandContext,
  type PreparationContext,
  type PreparedWork,
} from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import type { BillingConfig } from '../config.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { idFromIdempotencyKey, providerReferenceOf } from './card-reference.ts';
import { returnUrlOf } from './choose-provider.ts';
import { nextLookUpAt, PaymentMethod } from './payment-method.entity.ts';
import { PAYMENT_PROVIDER, type PaymentProvider } from './payment-provider.ts';

const MAX_METHODS = 20;

@Controller()
export class PaymentMethodCommands {
  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(CONFIG) private readonly config: BillingConfig,
  ) {}

  @HandlesAfterPreparing(addPaymentMethod)
  async addPaymentMethod(
    { organizationId }: Input<typeof addPaymentMethod>,
    { call }: PreparationContext,
  ): Promise<PreparedWork<typeof addPaymentMethod>> {
    if (!this.provider) throw new DomainError('CARDS_NOT_OFFERED');
    const id = idFromIdempotencyKey('mth', [actorId(call.actor), call.idempotencyKey, organizationId]);
    const { url } = await this.provider
      .startMethod({
        reference: providerReferenceOf({ organizationId, id }),
        returnUrl: returnUrlOf(this.config),
        language: call.language,
      })
      .catch(() => {
        // A repeated call has the same reference, so the caller can safely retry.
        throw new DomainError('CARD_PROVIDER_UNAVAILABLE', { retryAfter: 2 });
      });
    return async ({ em, now }) => {
      const methods = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
        readListedMethods(em, organizationId),
      );
      if (methods.some((method) => method.id === id)) return { methodId: id, url };
      if (methods.length >= MAX_METHODS) throw new DomainError('PAYMENT_METHOD_LIMIT');
      const method = em.create(
        PaymentMethod,
        {
          organizationId,
          id,
          status: 'pending',
          position: Math.max(0, ...methods.map(({ position }) => position)) + 1,
          createdAt: now,
          nextLookUpAt: nextLookUpAt(now),
        },
        { persist: false },
      );
      insertRows(em, [method]);
      return { methodId: id, url };
    };
  }

  @Handles(orderPaymentMethods)
  async orderPaymentMethods(
    { organizationId, methodIds }: Input<typeof orderPaymentMethods>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof orderPaymentMethods>> {
    const methods = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      readListedMethods(em, organizationId),
    );
    const areAllMethods = methods.length === methodIds.length && methods.every(({ id }) => methodIds.includes(id));
    if (!areAllMethods) throw new DomainError('PAYMENT_METHODS_CHANGED');
    sendAhead(
      em,
      `update payment_method method set position = ordered.position
       from jsonb_to_recordset(?::jsonb) as ordered (id uuid, position bigint)
       where method.organization_id = ? and method.id = ordered.id`,
      [JSON.stringify(methodIds.map((id, position) => ({ id: toUuid(id), position }))), toUuid(organizationId)],
    );
    await publish(domainEvent(paymentMethodsOrdered, { organizationId, methodIds }));
    return {};
  }

  @Handles(deletePaymentMethod)
  async deletePaymentMethod(
    { organizationId, methodId }: Input<typeof deletePaymentMethod>,
    { em, now, publish, afterCommit }: CommandContext,
  ): Promise<Output<typeof deletePaymentMethod>> {
    const method = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      em.findOne(PaymentMethod, { organizationId, id: methodId }, { refresh: true }),
    );
    if (!method?.isListed()) throw new DomainError('PAYMENT_METHOD_NOT_FOUND');
    await publish(method.delete(now));
    afterCommit(() => this.jobs.wake());
    return {};
  }
}

/** Reads the ids and positions of the listed payment methods. */
async function readListedMethods(
  em: EntityManager,
  organizationId: `org_${string}`,
): Promise<{ id: `mth_${string}`; position: number }[]> {
  const rows = await em.execute<{ id: string; position: string }[]>(
    `select id, position from payment_method
     where organization_id = ? and status in ('pending', 'usable', 'declined')`,
    [toUuid(organizationId)],
  );
  return rows.map(({ id, position }) => ({ id: toId('mth', id), position: Number(position) }));
}
