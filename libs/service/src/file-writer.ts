import { FILE_CHUNK_BYTES } from '@cordee/contracts/file';
import { newId } from '@cordee/contracts/id';
import type { BackgroundTransactions } from './background-transactions.ts';
import type { Files, StoredFile } from './files.ts';

interface NewFile {
  readonly organizationId: `org_${string}`;
  readonly name: string;
  readonly contentType: string;
}

/**
 * Stores a file part by part, with only one chunk in memory. Each chunk is a transaction of its own. A file that is not
 * referenced is deleted after a day, so a writer that stops leaves nothing.
 */
export class FileWriter {
  private fileId: `fil_${string}` | undefined;
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  private position = 0;
  private size = 0;

  constructor(
    private readonly files: Files,
    private readonly background: BackgroundTransactions,
    private readonly file: NewFile,
  ) {}

  /** Adds bytes to the file. Wait for the result before the next call. */
  async write(bytes: Uint8Array): Promise<void> {
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    this.size += bytes.length;
    while (this.pendingBytes >= FILE_CHUNK_BYTES) await this.storeChunk();
  }

  /** Stores the rest of the file. */
  async end(): Promise<StoredFile> {
    if (this.pendingBytes > 0 || this.position === 0) await this.storeChunk();
    return { fileId: this.fileId!, name: this.file.name, contentType: this.file.contentType, size: this.size };
  }

  private async storeChunk(): Promise<void> {
    const all = Buffer.concat(this.pending);
    const bytes = all.subarray(0, FILE_CHUNK_BYTES);
    const rest = all.subarray(FILE_CHUNK_BYTES);
    await this.background.asSystem(async ({ em, now }) => {
      this.fileId ??= newId('fil', now);
      await this.files.append(em, now, { ...this.file, fileId: this.fileId, position: this.position, bytes });
    });
    this.position += 1;
    this.pending = [rest];
    this.pendingBytes = rest.length;
  }
}
