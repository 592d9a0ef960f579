import { billingFiles, renderDocument } from '@cordee/contracts/billing/document';
import { renderReceipt } from '@cordee/contracts/billing/receipt';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { Attachment } from '../delivery/smtp-mailer.ts';
import type { AttachedDocumentId } from './build-messages.ts';

const { readFileChunk } = billingFiles;

/** Fetches the PDF of a document or receipt from billing, chunk by chunk. */
export async function fetchDocument(
  rpc: RpcClient,
  organizationId: `org_${string}`,
  id: AttachedDocumentId,
): Promise<Attachment> {
  const { fileId, name, contentType } = isReceipt(id)
    ? await rpc.call(renderReceipt, { organizationId, bookingId: id })
    : await rpc.call(renderDocument, { organizationId, documentId: id });
  const chunks: Buffer[] = [];
  for (let position = 0; ; position += 1) {
    const { bytes } = await rpc.call(readFileChunk, { organizationId, fileId, position });
    if (bytes === null) return { name, contentType, bytes: Buffer.concat(chunks) };
    chunks.push(Buffer.from(bytes, 'base64'));
  }
}

const isReceipt = (id: AttachedDocumentId): id is `bkg_${string}` => id.startsWith('bkg_');
