import { billingFiles, renderDocument } from '@cordee/contracts/billing/document-download';
import { getDocumentExportFile } from '@cordee/contracts/billing/document-export';
import { renderReceipt } from '@cordee/contracts/billing/receipt';
import type { Answer } from '@cordee/contracts/contract';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { Attachment } from '../delivery/smtp-mailer.ts';
import type { AttachedDocumentId } from './build-messages.ts';

const { readFileChunk } = billingFiles;

/** Fetches the PDF of a document or receipt, or the file of an export, from billing, chunk by chunk. */
export async function fetchDocument(
  rpc: RpcClient,
  organizationId: `org_${string}`,
  id: AttachedDocumentId,
): Promise<Attachment> {
  const { fileId, name, contentType } = await findFile(rpc, organizationId, id);
  const chunks: Buffer[] = [];
  for (let position = 0; ; position += 1) {
    const { bytes } = await rpc.call(readFileChunk, { organizationId, fileId, position });
    if (bytes === null) return { name, contentType, bytes: Buffer.concat(chunks) };
    chunks.push(Buffer.from(bytes, 'base64'));
  }
}

function findFile(
  rpc: RpcClient,
  organizationId: `org_${string}`,
  id: AttachedDocumentId,
): Promise<Answer<typeof renderDocument>> {
  if (isExport(id)) return rpc.call(getDocumentExportFile, { organizationId, documentExportId: id });
  if (isReceipt(id)) return rpc.call(renderReceipt, { organizationId, bookingId: id });
  return rpc.call(renderDocument, { organizationId, documentId: id });
}

export const isExport = (id: AttachedDocumentId): id is `dex_${string}` => id.startsWith('dex_');
const isReceipt = (id: AttachedDocumentId): id is `bkg_${string}` => id.startsWith('bkg_');
