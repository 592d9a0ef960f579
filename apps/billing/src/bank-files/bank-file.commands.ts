import { acceptStatementGap, importBankFile } from '@cordee/contracts/billing/bank-file';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Files } from '@cordee/service/files';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Seller } from '../seller/seller.ts';
import { CamtReader } from './camt-reader.ts';
import { acceptGap } from './statement-continuity.ts';
import { importBankFile as importFile } from './import-bank-file.ts';

/** A larger file is imported as a job. */
const MAX_FILE_BYTES = 50 * 1024 * 1024;

@Controller()
export class BankFileCommands {
  constructor(
    @Inject(Seller) private readonly seller: Seller,
    @Inject(Files) private readonly files: Files,
    @Inject(CamtReader) private readonly reader: CamtReader,
  ) {}

  @Handles(importBankFile)
  async importBankFile(
    { fileId }: Input<typeof importBankFile>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof importBankFile>> {
    const { size } = await this.files.describe(em, { fileId });
    if (size > MAX_FILE_BYTES) throw new DomainError('BANK_FILE_TOO_LARGE');
    const file = await this.reader.check({
      size,
      readChunk: (position) => this.files.readChunk(em, { fileId }, position),
    });
    return importFile({ em, now, publish, seller: this.seller }, fileId, file);
  }

  @Handles(acceptStatementGap)
  acceptStatementGap(
    { account, currency, after, reason }: Input<typeof acceptStatementGap>,
    { em, now, accountId }: CommandContext,
  ): Promise<Output<typeof acceptStatementGap>> {
    return acceptGap(em, { account, currency, after }, { accountId, reason }, now);
  }
}
