import { billingFiles, renderDocument } from '@cordee/contracts/billing/document';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { Attachment } from '../delivery/smtp-mailer.ts';
import type { DocumentId } from './build-messages.ts';

const { readFileChunk } = billingFiles;

/** Fetches the PDF of a document from billing, chunk by chunk. */
export async function fetchDocument(
  rpc: RpcClient,
  organizationId: `org_${string}`,
  documentId: DocumentId,
): Promise<Attachment> {
  const { fileId, name, contentType } = await rpc.call(renderDocument, { organizationId, documentId });
  const chunks: Buffer[] = [];
  for (let position = 0; ; position += 1) {
    const { bytes } = await rpc.call(readFileChunk, { organizationId, fileId, position });
    if (bytes === null) return { name, contentType, bytes: Buffer.concat(chunks) };
    chunks.push(Buffer.from(bytes, 'base64'));
  }
}
