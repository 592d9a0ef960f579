import { documentExportFinished } from '@cordee/contracts/billing/document-export';
import { toId, toUuid } from '@cordee/contracts/id';
import { domainEvent } from '@cordee/outbox/publish';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import type { StoredFile } from '@cordee/service/files';
import { EXPORT_LIFETIME_MS, type ExportRequest } from './document-export.ts';

/** A worker that has not reported for this time has stopped. */
const CLAIM_MS = 60_000;
const REPORT_EVERY_MS = 500;
const RETRY_MS = 10_000;
/** An export that was started this often has failed. */
const MAX_ATTEMPTS = 5;

export interface ExportKey {
  readonly organizationId: `org_${string}`;
  readonly id: `dex_${string}`;
}

interface ClaimedRow {
  format: 'zip' | 'pdf' | 'csv';
  delivery: 'download' | 'mail';
  request: ExportRequest;
  requested_by: string;
  attempts: number;
}

/** Thrown when another worker has claimed the export, or when the export has ended. */
export class ClaimLost extends Error {
  override name = 'ClaimLost';
}

/**
 * An export that this worker has claimed. A claim ends when the worker does not report for a minute. Each claim has its
 * own number of the attempt, so a worker that has lost its claim changes nothing any more.
 */
export class ClaimedExport {
  private reportedAt = 0;

  private constructor(
    private readonly background: BackgroundTransactions,
    private readonly key: ExportKey,
    private readonly row: ClaimedRow,
  ) {}

  /** Claims a queued export. Returns undefined when another worker has it, or when it has ended. */
  static async claim(background: BackgroundTransactions, key: ExportKey): Promise<ClaimedExport | undefined> {
    const row = await background.asSystem(async ({ em, now }) => {
      const [claimed] = await em.execute<ClaimedRow[]>(
        `update document_export
         set attempts = attempts + 1, documents = 0, next_attempt_at = null, claimed_until = ?::timestamptz
         where organization_id = ? and id = ? and status = 'queued'
           and coalesce(claimed_until, next_attempt_at, '-infinity') <= ?
         returning format, delivery, request, requested_by, attempts`,
        [new Date(now.getTime() + CLAIM_MS), ...keyParameters(key), now],
      );
      return claimed;
    });
    return row && new ClaimedExport(background, key, row);
  }

  get format(): ClaimedRow['format'] {
    return this.row.format;
  }

  /** The filters and the form of the export. */
  get request(): ExportRequest & { organizationId: `org_${string}` } {
    return { ...this.row.request, organizationId: this.key.organizationId };
  }

  get isLastAttempt(): boolean {
    return this.row.attempts >= MAX_ATTEMPTS;
  }

  /** Records the progress, at most twice a second, and extends the claim. Throws `ClaimLost`. */
  async report(documentCount: number, totalCount?: number): Promise<void> {
    if (totalCount === undefined && performance.now() - this.reportedAt < REPORT_EVERY_MS) return;
    this.reportedAt = performance.now();
    await this.change((now) => [
      `documents = ?, total_documents = coalesce(?::integer, total_documents), claimed_until = ?`,
      [documentCount, totalCount ?? null, new Date(now.getTime() + CLAIM_MS)],
    ]);
  }

  /** Records the file, and publishes the event that causes the mail. Throws `ClaimLost`. */
  async finish(file: StoredFile, documentCount: number): Promise<void> {
    const { organizationId, id } = this.key;
    await this.background.asSystem(async (context) => {
      const expiresAt = new Date(context.now.getTime() + EXPORT_LIFETIME_MS);
      await this.changeIn(
        context,
        `status = 'done', documents = ?, total_documents = ?, file_id = ?, finished_at = ?, expires_at = ?,
         claimed_until = null`,
        [documentCount, documentCount, toUuid(file.fileId), context.now, expiresAt],
      );
      await context.publish(
        domainEvent(documentExportFinished, {
          organizationId,
          documentExportId: id,
          requestedBy: toId('acc', this.row.requested_by),
          delivery: this.row.delivery,
          format: this.row.format,
          documents: documentCount,
          expiresAt: expiresAt.toISOString(),
        }),
      );
    });
  }

  /** Ends the export without a file. Throws `ClaimLost`. */
  fail(errorCode: string): Promise<void> {
    return this.change((now) => [
      `status = 'failed', error_code = ?, finished_at = ?, claimed_until = null`,
      [errorCode, now],
    ]);
  }

  /** Plans the next attempt. An attempt that ended because the service stops does not count. Throws `ClaimLost`. */
  planRetry({ isStopping }: { isStopping: boolean }): Promise<void> {
    return this.change((now) => [
      `claimed_until = null, next_attempt_at = ?, attempts = attempts - ?::integer`,
      [isStopping ? now : new Date(now.getTime() + RETRY_MS), isStopping ? 1 : 0],
    ]);
  }

  private change(changes: (now: Date) => [sql: string, values: unknown[]]): Promise<void> {
    return this.background.asSystem((context) => this.changeIn(context, ...changes(context.now)));
  }

  private async changeIn(
    { em }: Parameters<Parameters<BackgroundTransactions['asSystem']>[0]>[0],
    changesSql: string,
    values: readonly unknown[],
  ): Promise<void> {
    const rows = await em.execute<unknown[]>(
      `update document_export set ${changesSql}
       where organization_id = ? and id = ? and status = 'queued' and attempts = ? and claimed_until is not null
       returning id`,
      [...values, ...keyParameters(this.key), this.row.attempts],
    );
    if (rows.length === 0) throw new ClaimLost();
  }
}

const keyParameters = ({ organizationId, id }: ExportKey): [string, string] => [toUuid(organizationId), toUuid(id)];
