import type http from 'node:http';
import type { Socket } from 'node:net';

/** A client that must send a request or read an answer is slow below this rate. */
export const MIN_BYTES_PER_SECOND = 5_000;

/** The server waits until the client sends a part of a body, or reads a part of an answer. */
type Wait = 'send' | 'read';

/** Measures the bytes that a client sends or reads while the server waits for the client. */
export class ClientProgress {
  private waitsFor: Wait | undefined;
  private bytesAtStart = 0;
  private startedAt = 0;

  constructor(private readonly socket: Socket) {}

  /**
   * Returns what the client does too slowly: the rate was below `MIN_BYTES_PER_SECOND` in an interval of at least
   * `intervalMs`. `request` is the newest request of the connection. Called repeatedly with the current time.
   */
  slowness(request: http.IncomingMessage | undefined, intervalMs: number, now: number): Wait | undefined {
    const waitsFor = waitOf(this.socket, request);
    const bytes = waitsFor === 'read' ? takenBytes(this.socket) : this.socket.bytesRead;
    const ms = now - this.startedAt;
    if (waitsFor === this.waitsFor && (waitsFor === undefined || ms < intervalMs)) return undefined;
    const isSlow = waitsFor === this.waitsFor && (bytes - this.bytesAtStart) * 1_000 < MIN_BYTES_PER_SECOND * ms;
    this.waitsFor = waitsFor;
    this.bytesAtStart = bytes;
    this.startedAt = now;
    return isSlow ? waitsFor : undefined;
  }
}

function waitOf(socket: Socket, request: http.IncomingMessage | undefined): Wait | undefined {
  if (unreadBytes(socket) > 0) return 'read';
  // Bytes that the handler has not taken yet show that the server is slow, not the client.
  return request && !request.complete && request.readableLength === 0 ? 'send' : undefined;
}

/** The handle of a socket in Node; null when the socket is closed. */
interface Handle {
  bytesWritten: number;
  /** The bytes of the current write that the system has not taken. */
  writeQueueSize: number;
}

const handleOf = (socket: Socket): Handle =>
  (socket as Socket & { _handle?: Handle | null })._handle ?? { bytesWritten: 0, writeQueueSize: 0 };

/**
 * Bytes that the system has not taken yet. `writableLength` changes only when a whole write is done, so the size of the
 * write queue of the handle is added.
 */
const unreadBytes = (socket: Socket): number => socket.writableLength + handleOf(socket).writeQueueSize;

/** Bytes that the system has taken to send them to the client. */
function takenBytes(socket: Socket): number {
  const { bytesWritten, writeQueueSize } = handleOf(socket);
  return bytesWritten - writeQueueSize;
}
