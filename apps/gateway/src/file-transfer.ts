import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { serviceOf, type Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import {
  FILE_CHUNK_BYTES,
  declareFileContracts,
  maxUploadBytesOf,
  type FilePage,
  type FileReference,
} from '@cordee/contracts/file';
import { newId } from '@cordee/contracts/id';
import type { CallOptions, RpcClient } from '@cordee/messaging/rpc-client';
import type { FastifyReply, FastifyRequest } from 'fastify';

const BYTES_PER_MIB = 1024 * 1024;

/** The organization in the input of the call, which owns the file. Undefined for files of staff. */
type FileOwner = `org_${string}` | undefined;

/** Rejects an upload whose length is above the limit, before its body is read. */
export function refuseLargeUpload(contract: Contract, { headers }: FastifyRequest): void {
  const maxBytes = maxUploadBytesOf(contract);
  if (Number(headers['content-length']) > maxBytes) throw fileTooLarge(maxBytes);
}

const fileTooLarge = (maxBytes: number): DomainError =>
  new DomainError('FILE_TOO_LARGE', {
    detail: `a file can have at most ${Math.floor(maxBytes / BYTES_PER_MIB)} MiB`,
  });

/**
 * Stores the request body in chunks in the service of the contract. A repeated upload with the same idempotency key has
 * the same file id, so the file is not stored twice.
 */
export async function storeUpload(
  rpc: RpcClient,
  contract: Contract,
  request: FastifyRequest,
  options: CallOptions,
  organizationId: FileOwner,
): Promise<{ fileId: string }> {
  const { appendFileChunk } = declareFileContracts(serviceOf(contract));
  const fileId = fileIdOf(request, options);
  const maxBytes = maxUploadBytesOf(contract);
  // The route has checked the content type.
  const contentType = request.headers['content-type']!.split(';')[0]!;
  /** Number of the chunk in the file, from 0. */
  let position = 0;
  let size = 0;
  let previousCall: Promise<unknown> = Promise.resolve();
  const storeChunk = async (bytes: Buffer): Promise<void> => {
    size += bytes.length;
    if (size > maxBytes) throw fileTooLarge(maxBytes);
    const chunk = { position, bytes: bytes.toString('base64') };
    // The service stores a chunk while the gateway reads the next one.
    await previousCall;
    previousCall = rpc.call(
      appendFileChunk,
      { organizationId, fileId, name: 'upload', contentType, maxBytes, ...chunk },
      // Each chunk is a different call, so the calls do not have the idempotency key of the upload.
      options.causedBy ? { causedBy: options.causedBy } : {},
    );
    position += 1;
  };
  const chunks = splitIntoChunks(request.body as Readable);
  try {
    for (let bytes = await chunks.next(); !bytes.done;) {
      await storeChunk(bytes.value);
      const nextBytes = chunks.next();
      // A client that sends slowly gets the error of a chunk before it has sent the next one.
      bytes = await Promise.race([nextBytes, previousCall.then(() => nextBytes)]);
    }
    await previousCall;
  } finally {
    // Stops reading the body, after a pending read.
    void chunks.return(undefined).catch(() => undefined);
  }
  // The empty pointer names the whole body.
  if (size === 0)
    throw new DomainError('INPUT_INVALID', { errors: [{ pointer: '', detail: 'the file is empty', code: 'empty' }] });
  return { fileId };
}

/**
 * Derives the file id from the caller, the route and the idempotency key. Without a key, the id is new. The service of
 * the file rejects different bytes under the same id.
 */
function fileIdOf(request: FastifyRequest, { idempotencyKey, causedBy: caller }: CallOptions): `fil_${string}` {
  if (!idempotencyKey) return newId('fil', new Date());
  const tokenPayload = caller?.token?.split('.')[1] ?? '';
  const accountId = tokenPayload
    ? (JSON.parse(Buffer.from(tokenPayload, 'base64url').toString()) as { sub?: string }).sub
    : '';
  const digest = createHash('sha256')
    .update(JSON.stringify([accountId, request.method, request.url, idempotencyKey]))
    .digest();
  // A constant timestamp and the digest instead of random bytes make the id repeatable.
  return newId('fil', new Date(0), digest.subarray(0, 10));
}

/**
 * Streams a file to the client, with only one chunk in memory. Rejects when the first chunk cannot be read, so that the
 * client gets a problem. When a later chunk cannot be read, the connection is closed before the announced length.
 */
export async function sendFile(
  rpc: RpcClient,
  contract: Contract,
  file: FileReference,
  organizationId: FileOwner,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { readFileChunk } = declareFileContracts(serviceOf(contract));
  const readChunk = async (position: number): Promise<Buffer | undefined> => {
    const { bytes } = await rpc.call(readFileChunk, { organizationId, fileId: file.fileId, position });
    return bytes === null ? undefined : Buffer.from(bytes, 'base64');
  };
  const firstChunk = await readChunk(0);
  async function* readChunks(): AsyncGenerator<Buffer> {
    let chunk = firstChunk;
    for (let position = 1; chunk; position += 1) {
      yield chunk;
      chunk = await readChunk(position);
    }
  }
  return reply
    .header('content-type', file.contentType)
    .header('content-length', String(file.size))
    .header('content-disposition', contentDisposition(file.name))
    .header('x-content-type-options', 'nosniff')
    .send(Readable.from(readChunks()));
}

/**
 * Streams a file that a service returns part by part. The next part is read while the client takes the current one.
 * When a later part cannot be read, for example because the caller has lost the right, the connection is closed before
 * the end of the body.
 */
export function sendFilePages(
  firstPage: FilePage,
  readPage: (cursor: string) => Promise<FilePage>,
  reply: FastifyReply,
): FastifyReply {
  async function* readPages(): AsyncGenerator<Buffer> {
    for (let page: FilePage | undefined = firstPage; page;) {
      const nextPage: Promise<FilePage> | undefined = page.nextCursor === null ? undefined : readPage(page.nextCursor);
      // The error is thrown when the page is awaited.
      nextPage?.catch(() => undefined);
      const bytes = Buffer.from(page.bytes, 'base64');
      if (bytes.length > 0) yield bytes;
      page = await nextPage;
    }
  }
  return reply
    .header('content-type', firstPage.contentType)
    .header('content-disposition', contentDisposition(firstPage.name))
    .header('x-content-type-options', 'nosniff')
    .send(Readable.from(readPages(), { objectMode: false, highWaterMark: 1 }));
}

/** The header of RFC 6266: an ASCII name for old clients, and the real name. */
const contentDisposition = (name: string): string =>
  `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`;

/** Yields chunks of `FILE_CHUNK_BYTES`; the last chunk may be shorter. */
async function* splitIntoChunks(stream: Readable): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    if (size < FILE_CHUNK_BYTES) continue;
    let bytes = Buffer.concat(pieces, size);
    for (; bytes.length >= FILE_CHUNK_BYTES; bytes = bytes.subarray(FILE_CHUNK_BYTES))
      yield bytes.subarray(0, FILE_CHUNK_BYTES);
    pieces = [bytes];
    size = bytes.length;
  }
  if (size > 0) yield Buffer.concat(pieces, size);
}
