import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';

const PIECE_BYTES = 64 * 1024;

/**
 * Sends the bytes of an answer. A large answer is sent in pieces, one in each turn of the event loop, so that many
 * clients with large answers do not delay the others.
 */
export function sendBytes(reply: FastifyReply, bytes: Uint8Array): FastifyReply {
  if (bytes.length <= PIECE_BYTES) return reply.send(bytes);
  reply.header('content-length', String(bytes.length));
  return reply.send(Readable.from(pieces(bytes), { highWaterMark: 1 }));
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    yield bytes.subarray(start, start + PIECE_BYTES);
    await nextTurn();
  }
}
