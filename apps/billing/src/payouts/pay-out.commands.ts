import {
  createPaymentFile,
  downloadPaymentFile,
  payOutPrepaid,
  payOutPrepaidToCards,
} from '@cordee/contracts/billing/pay-out';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { Files } from '@cordee/service/files';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../cards/payment-provider.ts';
import { Seller } from '../seller/seller.ts';
import { payOut } from './pay-out.ts';
import { payOutToCards } from './pay-out-to-cards.ts';
import { createPaymentFile as createFile } from './payment-file.ts';

@Controller()
export class PayOutCommands {
  constructor(
    @Inject(Seller) private readonly seller: Seller,
    @Inject(Files) private readonly files: Files,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    @Inject(Jobs) private readonly jobs: Jobs,
  ) {}

  @Handles(payOutPrepaid)
  payOutPrepaid(input: Input<typeof payOutPrepaid>, context: CommandContext): Promise<Output<typeof payOutPrepaid>> {
    return payOut({ ...context, seller: this.seller }, input, { areCardsOffered: this.provider !== null });
  }

  @Handles(payOutPrepaidToCards)
  payOutPrepaidToCards(
    input: Input<typeof payOutPrepaidToCards>,
    context: CommandContext,
  ): Promise<Output<typeof payOutPrepaidToCards>> {
    if (!this.provider) throw new DomainError('CARDS_NOT_OFFERED');
    context.afterCommit(() => this.jobs.wake());
    return payOutToCards({ ...context, seller: this.seller }, input);
  }

  @Handles(createPaymentFile)
  createPaymentFile(
    _: Input<typeof createPaymentFile>,
    context: CommandContext,
  ): Promise<Output<typeof createPaymentFile>> {
    return createFile({ ...context, seller: this.seller }, this.files);
  }

  @Handles(downloadPaymentFile)
  async downloadPaymentFile(
    { paymentFileId }: Input<typeof downloadPaymentFile>,
    { em }: CommandContext,
  ): Promise<Output<typeof downloadPaymentFile>> {
    const [row] = await em.execute<{ file_id: string }[]>(`select file_id from payment_file where id = ?`, [
      toUuid(paymentFileId),
    ]);
    if (!row) throw new DomainError('PAYMENT_FILE_NOT_FOUND');
    return this.files.describe(em, { fileId: toId('fil', row.file_id) });
  }
}
