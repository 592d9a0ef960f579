import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { NO_ORGANIZATION } from '@cordee/service/database/tenant-context';
import { Files } from '@cordee/service/files';
import { Jobs } from '@cordee/service/jobs';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Seller } from '../seller/seller.ts';
import { CamtReader } from './camt-reader.ts';
import { runBankFileImport } from './run-bank-file-import.ts';

const EVERY_MS = 5_000;

/** Runs imports of large bank files. */
@Injectable()
export class BankFileImportJobs implements OnModuleInit {
  /** A thread of its own: a long import does not delay the files of other calls. */
  private readonly reader = new CamtReader(1);

  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(Files) private readonly files: Files,
    @Inject(Seller) private readonly seller: Seller,
  ) {}

  onModuleInit(): void {
    const { jobs, background, files, reader, seller } = this;
    jobs.register({
      name: 'import-bank-files',
      everyMs: EVERY_MS,
      findDue: () =>
        background.findDue(
          'bfi',
          `select '${NO_ORGANIZATION}'::uuid as organization_id, id
           from bank_file_import left join bank_file_import_progress using (id)
           where status = 'queued' and (next_attempt_at is null or next_attempt_at <= ?)
           order by requested_at`,
        ),
      work: async ({ id }, signal) => {
        const hasEnded = await runBankFileImport(id, signal, { background, files, reader, seller });
        // Another import may wait for the end of this import.
        if (hasEnded) await jobs.wake();
      },
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.reader.onApplicationShutdown();
  }
}
