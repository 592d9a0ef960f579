import { AccessCache } from '@cordee/access/access-cache';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { tryAdvisoryLock } from '@cordee/service/database/advisory-lock';
import { Jobs, type DueRow } from '@cordee/service/jobs';
import { BackgroundTransactions, type WriteContext } from '@cordee/service/background-transactions';
import { LockMode } from '@mikro-orm/postgresql';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { isRejectedByRenewals, detachRenewalAndListUsers } from './detach-renewal-and-list-users.ts';
import { moveProduct } from './move-product.ts';
import { lockKeyOf } from './reserve-transfer.ts';
import { Transfer } from './transfer.entity.ts';

/** Ends expired offers, and finishes transfers after a crash. */
@Injectable()
export class TransferJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(AccessCache) private readonly access: AccessCache,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'expire-transfers',
      everyMs: 60_000,
      findDue: () =>
        this.background.findDue(
          'trf',
          `select organization_id, id from transfer where status = 'offered' and expires_at <= ? order by expires_at`,
        ),
      work: ({ organizationId, id }) =>
        this.background.asSystem(async ({ em, now, publish }) => {
          const transfer = await em.findOne(Transfer, { organizationId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
          if (transfer?.hasExpired(now)) await publish(transfer.expire());
        }),
    });
    this.jobs.register({
      name: 'finish-transfers',
      everyMs: 5_000,
      findDue: () =>
        this.background.findDue(
          'trf',
          `select organization_id, id from transfer where status = 'accepting' order by id`,
          // The statement has no parameters. By default, `findDue` passes the current time.
          () => [],
        ),
      work: (row) => this.background.asSystem((context) => this.finish(context, row)),
    });
  }

  private async finish(context: WriteContext, { organizationId, id }: DueRow<`trf_${string}`>): Promise<void> {
    const { em, now } = context;
    // A running acceptance has the lock, and finishes the transfer itself.
    if (!(await tryAdvisoryLock(em, lockKeyOf(id)))) return;
    const transfer = await em.findOne(Transfer, { organizationId, id });
    if (transfer?.status !== 'accepting') return;
    const reservedTransfer = {
      key: { organizationId, transferId: id },
      productId: transfer.productId,
      toOrganizationId: transfer.toOrganizationId!,
      retainedAccountIds: transfer.retainedAccountIds ?? null,
      isFinished: false,
    };
    // The service calls the renewals service in its own name, because a job has no calling person.
    const callOptions = {};
    try {
      await moveProduct(
        context,
        reservedTransfer,
        await detachRenewalAndListUsers(em, now, reservedTransfer, { rpc: this.rpc, access: this.access }, callOptions),
      );
    } catch (error) {
      if (!isRejectedByRenewals(error)) throw error;
      transfer.reopen();
    }
  }
}
