import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';

const CHUNK_BYTES = 64 * 1024;

/**
 * Sends the bytes of an answer. A large answer is sent in chunks, one in each turn of the event loop, so that many
 * clients with large answers do not delay the others.
 */
export function sendBytes(reply: FastifyReply, bytes: Uint8Array): FastifyReply {
  if (bytes.length <= CHUNK_BYTES) return reply.send(bytes);
  reply.header('content-length', String(bytes.length));
  return reply.send(Readable.from(chunks(bytes), { highWaterMark: 1 }));
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    yield bytes.subarray(start, start + CHUNK_BYTES);
    await nextTurn();
  }
}
