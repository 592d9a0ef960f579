import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { toUuid } from '@cordee/contracts/id';
import { Files } from '@cordee/service/files';
import { Jobs } from '@cordee/service/jobs';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DocumentRenderer } from '../documents/pdf/document-renderer.ts';
import { Seller } from '../seller/seller.ts';
import { runDocumentExport } from './run-document-export.ts';

const EVERY_MS = 5_000;
const EXPIRE_EVERY_MS = 3_600_000;
/** The exports that a process runs at once; the others wait. */
const MAX_RUNNING = 2;

/** Writes the files of exports, and deletes them when they expire. */
@Injectable()
export class DocumentExportJobs implements OnModuleInit {
  private runningCount = 0;

  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(Files) private readonly files: Files,
    @Inject(DocumentRenderer) private readonly renderer: DocumentRenderer,
    @Inject(Seller) private readonly seller: Seller,
  ) {}

  onModuleInit(): void {
    const { jobs, background, files, renderer, seller } = this;
    jobs.register({
      name: 'export-documents',
      everyMs: EVERY_MS,
      // One export per organization at a time, so that no organization occupies all workers.
      findDue: () =>
        background.findDue(
          'dex',
          `select organization_id, id from (
             select distinct on (organization_id) organization_id, id, requested_at, claimed_until, next_attempt_at
             from document_export where status = 'queued' order by organization_id, requested_at, id
           ) oldest
           where coalesce(claimed_until, next_attempt_at, '-infinity') <= ?
           order by requested_at`,
        ),
      work: async (key, signal) => {
        if (this.runningCount >= MAX_RUNNING) return;
        this.runningCount += 1;
        try {
          await runDocumentExport(key, signal, { background, files, renderer, seller });
        } finally {
          this.runningCount -= 1;
        }
        await jobs.wake();
      },
    });
    jobs.register({
      name: 'expire-document-exports',
      everyMs: EXPIRE_EVERY_MS,
      findDue: () =>
        background.findDue(
          'dex',
          `select organization_id, id from document_export where status = 'done' and expires_at <= ?
           order by expires_at`,
        ),
      // A file without a reference is deleted.
      work: ({ organizationId, id }) =>
        background.asSystem(async ({ em, now }) => {
          await em.execute(
            `update document_export set status = 'expired', file_id = null
             where organization_id = ? and id = ? and status = 'done' and expires_at <= ?`,
            [toUuid(organizationId), toUuid(id), now],
          );
        }),
    });
  }
}
