import { DomainError } from '@cordee/contracts/domain-error';
import { FILE_MAX_BYTES, type FileContracts } from '@cordee/contracts/file';
import type { Input, Output } from '@cordee/contracts/contract';
import { Controller, Inject, type Type } from '@nestjs/common';
import { Files } from './files.ts';
import { Handles, type CommandContext } from './handles.ts';

/** The doors of a service's files; the gateway carries bytes through them. */
export function fileDoors(contracts: FileContracts): Type {
  @Controller()
  class FileDoors {
    constructor(@Inject(Files) private readonly files: Files) {}

    @Handles(contracts.appendFileChunk)
    async appendFileChunk(input: Input<FileContracts['appendFileChunk']>, { em, now }: CommandContext): Promise<Output<FileContracts['appendFileChunk']>> {
      const size = await this.files.append(em, now, { ...input, bytes: Buffer.from(input.bytes, 'base64') });
      if (size === undefined) throw new DomainError('FILE_CHUNK_OUT_OF_ORDER');
      if (size > FILE_MAX_BYTES) throw new DomainError('FILE_TOO_LARGE');
      return { size };
    }

    @Handles(contracts.readFileChunk)
    async readFileChunk({ fileId, position }: Input<FileContracts['readFileChunk']>, { em }: CommandContext): Promise<Output<FileContracts['readFileChunk']>> {
      const bytes = await this.files.chunk(em, fileId, position);
      return { bytes: bytes ? Buffer.from(bytes).toString('base64') : null };
    }
  }
  return FileDoors;
}
