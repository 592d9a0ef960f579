import { createPaymentFile, downloadPaymentFile, payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { Files } from '@cordee/service/files';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Seller } from '../seller/seller.ts';
import { payOut } from './pay-out.ts';
import { createPaymentFile as createFile } from './payment-file.ts';

@Controller()
export class PayOutCommands {
  constructor(
    @Inject(Seller) private readonly seller: Seller,
    @Inject(Files) private readonly files: Files,
  ) {}

  @Handles(payOutPrepaid)
  payOutPrepaid(input: Input<typeof payOutPrepaid>, context: CommandContext): Promise<Output<typeof payOutPrepaid>> {
    return payOut({ ...context, seller: this.seller }, input);
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
