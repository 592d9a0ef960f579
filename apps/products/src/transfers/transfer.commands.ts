import { localDateIn } from '@cordee/calendar/local-date';
import { AccessCache } from '@cordee/access/access-cache';
import { cancelTransfer, offerTransfer } from '@cordee/contracts/products/transfer';
import { acceptTransfer, declineTransfer } from '@cordee/contracts/products/transfer-offer';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { CONFIG } from '@cordee/service/service-host';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import type { ProductsConfig } from '../config.ts';
import { acceptOffer } from './accept-transfer.ts';
import { lockByToken, assertRecipient, requireTokenContent, fetchCallingPerson } from './find-transfer.ts';
import { createOffer } from './offer-transfer.ts';
import { RETRY_AFTER_SECONDS, Transfer } from './transfer.entity.ts';

const BUSY_RETRY_AFTER_SECONDS = 1;

@Controller()
export class TransferCommands {
  private acceptingCount = 0;

  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(CONFIG) private readonly config: ProductsConfig,
  ) {}

  @Handles(offerTransfer)
  async offerTransfer(
    input: Input<typeof offerTransfer>,
    context: CommandContext,
  ): Promise<Output<typeof offerTransfer>> {
    return createOffer(context, input, {
      rpc: this.rpc,
      access: this.access,
      consoleUrl: this.config.CONSOLE_URL ?? this.config.PUBLIC_URL,
      today: this.today(context),
      mailsPerNetwork: this.config.MAILS_PER_NETWORK,
    });
  }

  @Handles(acceptTransfer)
  async acceptTransfer(
    input: Input<typeof acceptTransfer>,
    context: CommandContext,
  ): Promise<Output<typeof acceptTransfer>> {
    // An acceptance needs a second database connection. The limit keeps half of the pool for second connections.
    if (this.acceptingCount >= Math.floor(this.config.DATABASE_POOL_SIZE / 2))
      throw new DomainError('TRANSFERS_BUSY', { retryAfter: BUSY_RETRY_AFTER_SECONDS });
    this.acceptingCount += 1;
    try {
      return await acceptOffer(context, input, {
        rpc: this.rpc,
        access: this.access,
        background: this.background,
        today: this.today(context),
      });
    } finally {
      this.acceptingCount -= 1;
    }
  }

  @Handles(declineTransfer)
  async declineTransfer(
    { token }: Input<typeof declineTransfer>,
    { em, now, call, accountId, publish }: CommandContext,
  ): Promise<Output<typeof declineTransfer>> {
    const tokenContent = requireTokenContent(token);
    const callingPerson = await fetchCallingPerson(this.rpc, call, accountId);
    setTenantContext(em, { organizationId: tokenContent.organizationId });
    const transfer = await lockByToken(em, tokenContent);
    if (transfer.status === 'declined') return {};
    transfer.assertOpen(now);
    await assertRecipient(transfer, callingPerson, this.access);
    await publish(transfer.decline());
    return {};
  }

  @Handles(cancelTransfer)
  async cancelTransfer(
    { organizationId, transferId }: Input<typeof cancelTransfer>,
    { em, publish }: CommandContext,
  ): Promise<Output<typeof cancelTransfer>> {
    const transfer = await em.findOne(
      Transfer,
      { organizationId, id: transferId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!transfer) throw new DomainError('TRANSFER_NOT_FOUND');
    if (transfer.status === 'accepting')
      throw new DomainError('TRANSFER_ACCEPTING', { retryAfter: RETRY_AFTER_SECONDS });
    if (transfer.status === 'accepted' || transfer.status === 'declined') throw new DomainError('TRANSFER_NOT_OPEN');
    // A cancelled or expired offer needs no change, so the request succeeds.
    if (transfer.status === 'offered') await publish(transfer.cancel());
    return {};
  }

  private today({ now }: CommandContext): string {
    return localDateIn(this.config.SELLER_ZONE, now);
  }
}
