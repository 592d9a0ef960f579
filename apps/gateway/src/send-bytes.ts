import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

const CHUNK_BYTES = 64 * 1024;
/** The number of chunks that all answers together send in one turn of the event loop. */
const CHUNKS_PER_TURN = 4;

/**
 * Sends the bytes of an answer. A large answer is sent in chunks, and all answers together send a few chunks in each
 * turn of the event loop, so that many clients with large answers do not delay other requests.
 */
export function sendBytes(reply: FastifyReply, bytes: Uint8Array): FastifyReply {
  if (bytes.length <= CHUNK_BYTES) return reply.send(bytes);
  reply.header('content-length', String(bytes.length));
  return reply.send(Readable.from(yieldChunks(bytes), { highWaterMark: 1 }));
}

async function* yieldChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    await waitForTurn();
    yield bytes.subarray(start, start + CHUNK_BYTES);
  }
}

/** The functions that resolve the waiting calls of `waitForTurn`. */
const waitingCalls: (() => void)[] = [];

/** Resolves in a later turn of the event loop, in the order of the calls. */
function waitForTurn(): Promise<void> {
  if (waitingCalls.length === 0) setImmediate(startTurn);
  return new Promise((resolve) => waitingCalls.push(resolve));
}

function startTurn(): void {
  for (const resolve of waitingCalls.splice(0, CHUNKS_PER_TURN)) resolve();
  if (waitingCalls.length > 0) setImmediate(startTurn);
}
