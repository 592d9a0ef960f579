import {
  getDocumentExport,
  getDocumentExportDelivery,
  getDocumentExportFile,
  getDocumentExportSettings,
  listDocumentExports,
} from '@cordee/contracts/billing/document-export';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Controller } from '@nestjs/common';
import { exportsSql, fileOf, readExport, viewExport, type DocumentExportRow } from './document-export.ts';

/** Mail servers usually accept a mail with a file up to this size. */
const MAX_ATTACHED_BYTES = 10 * 1024 * 1024;

@Controller()
export class DocumentExportQueries {
  @Handles(getDocumentExport)
  async getDocumentExport(
    input: Input<typeof getDocumentExport>,
    { em }: QueryContext,
  ): Promise<Output<typeof getDocumentExport>> {
    return viewExport(await readExport(em, input));
  }

  @Handles(getDocumentExportFile)
  async getDocumentExportFile(
    input: Input<typeof getDocumentExportFile>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getDocumentExportFile>> {
    return fileOf(await readExport(em, input), now);
  }

  @Handles(getDocumentExportDelivery)
  async getDocumentExportDelivery(
    input: Input<typeof getDocumentExportDelivery>,
    { em }: QueryContext,
  ): Promise<Output<typeof getDocumentExportDelivery>> {
    const [row, attachesFiles] = await Promise.all([readExport(em, input), readAttachesFiles(em, input)]);
    return {
      export: viewExport(row),
      isAttached: attachesFiles && row.size !== null && Number(row.size) <= MAX_ATTACHED_BYTES,
    };
  }

  @Handles(getDocumentExportSettings)
  async getDocumentExportSettings(
    input: Input<typeof getDocumentExportSettings>,
    { em }: QueryContext,
  ): Promise<Output<typeof getDocumentExportSettings>> {
    return { attachesFiles: await readAttachesFiles(em, input) };
  }

  @Handles(listDocumentExports)
  async listDocumentExports(
    { organizationId, limit, cursor }: Input<typeof listDocumentExports>,
    { em }: QueryContext,
  ): Promise<Output<typeof listDocumentExports>> {
    const previousPageEnd = uuidOrNull(readCursor(idSchema('dex'), cursor));
    const rows = await em.execute<DocumentExportRow[]>(
      `${exportsSql} and (?::uuid is null or export.id < ?) order by export.id desc limit ?`,
      [toUuid(organizationId), previousPageEnd, previousPageEnd, limit + 1],
    );
    const page = cutPage(rows, limit, ({ id }) => toId('dex', id));
    return { data: page.rows.map(viewExport), nextCursor: page.nextCursor };
  }
}

/** By default, a mail contains a link. */
async function readAttachesFiles(
  em: EntityManager,
  { organizationId }: { organizationId: `org_${string}` },
): Promise<boolean> {
  const [row] = await em.execute<{ attaches_files: boolean }[]>(
    `select attaches_files from document_export_setting where organization_id = ?`,
    [toUuid(organizationId)],
  );
  return row?.attaches_files ?? false;
}
