import { DomainError } from '@cordee/contracts/domain-error';
import type { FileContracts } from '@cordee/contracts/file';
import type { Input, Output } from '@cordee/contracts/contract';
import { Controller, Inject, type OnModuleInit, type Type } from '@nestjs/common';
import { fileSweep, type FileReferenceColumn } from './file-sweep.ts';
import { Files } from './files.ts';
import { Handles, type CommandContext } from './handler-decorators.ts';
import { Jobs } from './jobs.ts';
import { BackgroundTransactions } from './background-transactions.ts';

/**
 * The endpoints with which the gateway transfers files. A file that none of the columns in `references` names is
 * deleted after a day.
 */
export function fileEndpoints(contracts: FileContracts, references: readonly FileReferenceColumn[]): Type {
  @Controller()
  class FileEndpoints implements OnModuleInit {
    constructor(
      @Inject(Files) private readonly files: Files,
      @Inject(Jobs) private readonly jobs: Jobs,
      @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    ) {}

    onModuleInit(): void {
      this.jobs.register(fileSweep(this.background, references));
    }

    @Handles(contracts.appendFileChunk)
    async appendFileChunk(
      input: Input<FileContracts['appendFileChunk']>,
      { em, now }: CommandContext,
    ): Promise<Output<FileContracts['appendFileChunk']>> {
      const size = await this.files.append(em, now, { ...input, bytes: Buffer.from(input.bytes, 'base64') });
      if (size === undefined) throw new DomainError('FILE_CHUNK_OUT_OF_ORDER');
      if (size > input.maxBytes) throw new DomainError('FILE_TOO_LARGE');
      return { size };
    }

    @Handles(contracts.readFileChunk)
    async readFileChunk(
      { position, ...fileKey }: Input<FileContracts['readFileChunk']>,
      { em }: CommandContext,
    ): Promise<Output<FileContracts['readFileChunk']>> {
      const bytes = await this.files.readChunk(em, fileKey, position);
      return { bytes: bytes ? Buffer.from(bytes).toString('base64') : null };
    }
  }
  return FileEndpoints;
}
