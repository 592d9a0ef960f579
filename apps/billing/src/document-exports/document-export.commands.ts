import {
  changeDocumentExportSettings,
  downloadDocumentExport,
  MAX_EXPORTED_DOCUMENTS,
  startDocumentExport,
} from '@cordee/contracts/billing/document-export';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { advisoryLockAhead } from '@cordee/service/database/advisory-lock';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import { filteredDocumentsQuery, type DocumentFilter } from '../documents/document-filter.ts';
import { Seller } from '../seller/seller.ts';
import { fileOf, readExport, type ExportRequest } from './document-export.ts';

/** An organization with this many exports that are not finished must wait. */
const MAX_WAITING = 20;

@Controller()
export class DocumentExportCommands {
  constructor(
    @Inject(Seller) private readonly seller: Seller,
    @Inject(Jobs) private readonly jobs: Jobs,
  ) {}

  @Handles(startDocumentExport)
  async startDocumentExport(
    { organizationId, format, delivery, ...request }: Input<typeof startDocumentExport>,
    { em, now, accountId, afterCommit }: CommandContext,
  ): Promise<Output<typeof startDocumentExport>> {
    const filter = { organizationId, ...request };
    // The next statement counts the waiting exports, also those of concurrent calls.
    advisoryLockAhead(em, `document exports ${organizationId}`);
    const [documentCount, waitingCount] = await countDocumentsAndWaiting(em, filter, this.seller.today(now));
    assertAllFound(documentCount, filter);
    assertNotTooMany(documentCount, MAX_EXPORTED_DOCUMENTS[format]);
    if (waitingCount >= MAX_WAITING)
      throw new DomainError('DOCUMENT_EXPORTS_TOO_MANY', { retryAfter: 60, detail: `at most ${MAX_WAITING} can wait` });
    const id = newId('dex', now);
    await em.execute(
      `insert into document_export (
         organization_id, id, format, delivery, request, total_documents, requested_by, requested_at
       ) values (?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        toUuid(organizationId),
        toUuid(id),
        format,
        delivery,
        JSON.stringify(request satisfies ExportRequest),
        documentCount,
        toUuid(accountId),
        now,
      ],
    );
    afterCommit(() => this.jobs.wake());
    return {
      id,
      format,
      delivery,
      status: 'queued',
      requestedBy: accountId,
      requestedAt: now.toISOString(),
      finishedAt: null,
      expiresAt: null,
      progress: { documents: 0, totalDocuments: documentCount },
      file: null,
      errorCode: null,
    };
  }

  @Handles(downloadDocumentExport)
  async downloadDocumentExport(
    { organizationId, documentExportId }: Input<typeof downloadDocumentExport>,
    { em, now }: CommandContext,
  ): Promise<Output<typeof downloadDocumentExport>> {
    return fileOf(await readExport(em, { organizationId, documentExportId }), now);
  }

  @Handles(changeDocumentExportSettings)
  async changeDocumentExportSettings(
    { organizationId, attachesFiles }: Input<typeof changeDocumentExportSettings>,
    { em }: CommandContext,
  ): Promise<Output<typeof changeDocumentExportSettings>> {
    await em.execute(
      `insert into document_export_setting (organization_id, attaches_files) values (?, ?)
       on conflict (organization_id) do update set attaches_files = excluded.attaches_files`,
      [toUuid(organizationId), attachesFiles],
    );
    return { attachesFiles };
  }
}

/** Counts the documents that match a filter, and the exports of the organization that are not finished. */
async function countDocumentsAndWaiting(
  em: EntityManager,
  filter: DocumentFilter,
  today: string,
): Promise<[number, number]> {
  const { sql, parameters } = filteredDocumentsQuery(filter, today);
  const [row] = await em.execute<{ documents: number; waiting: number }[]>(
    `select (select count(*) from (${sql}) document)::integer as documents, (
       select count(*) from document_export where organization_id = ? and status = 'queued'
     )::integer as waiting`,
    [...parameters, toUuid(filter.organizationId)],
  );
  return [row!.documents, row!.waiting];
}

function assertAllFound(documentCount: number, { documentIds }: DocumentFilter): void {
  const listedCount = new Set(documentIds).size;
  if (documentCount < listedCount)
    throw new DomainError('DOCUMENT_NOT_FOUND', {
      detail: `${listedCount - documentCount} of the ${listedCount} documents`,
    });
  if (documentCount === 0) throw new DomainError('DOCUMENT_EXPORT_EMPTY');
}

function assertNotTooMany(documentCount: number, maxCount: number | undefined): void {
  if (maxCount !== undefined && documentCount > maxCount)
    throw new DomainError('DOCUMENT_EXPORT_TOO_LARGE', {
      detail: `${documentCount} documents match, and a file can have ${maxCount}: choose a shorter period`,
    });
}
