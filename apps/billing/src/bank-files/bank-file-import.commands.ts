import { startBankFileImport } from '@cordee/contracts/billing/bank-file-import';
import type { Input, Output } from '@cordee/contracts/contract';
import { newId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { Files } from '@cordee/service/files';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';

@Controller()
export class BankFileImportCommands {
  constructor(
    @Inject(Files) private readonly files: Files,
    @Inject(Jobs) private readonly jobs: Jobs,
  ) {}

  @Handles(startBankFileImport)
  async startBankFileImport(
    { fileId }: Input<typeof startBankFileImport>,
    { em, now, accountId, afterCommit }: CommandContext,
  ): Promise<Output<typeof startBankFileImport>> {
    const { size } = await this.files.describe(em, { fileId });
    const id = newId('bfi', now);
    sendAhead(
      em,
      `insert into bank_file_import (id, file_id, total_bytes, requested_by, requested_at) values (?, ?, ?, ?, ?)`,
      [toUuid(id), toUuid(fileId), size, toUuid(accountId), now],
    );
    afterCommit(() => this.jobs.wake());
    return {
      id,
      status: 'queued',
      requestedBy: accountId,
      requestedAt: now.toISOString(),
      finishedAt: null,
      progress: { step: 'check', bytesRead: 0, totalBytes: size, bookings: 0 },
      report: null,
      errors: [],
    };
  }
}
