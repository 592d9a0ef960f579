import type { Socket } from 'node:net';

/** The minimum number of connections from which the server starts to read in one turn of the event loop. */
const MIN_PER_TURN = 2;
/** In one turn, the server starts to read from this share of the waiting connections. */
const SHARE_PER_TURN = 1 / 32;
/** No connection waits longer: in overload, a turn of the event loop takes long. */
const MAX_WAIT_MS = 500;

/**
 * Starts to read from new connections: from a few in each turn of the event loop. A client that opens many connections
 * at once, each with many requests, would otherwise delay the other clients until all of these requests are parsed.
 */
export class ReadStarter {
  /** The waiting connections with the time at which their wait began, the oldest first. */
  private readonly waiting = new Map<Socket, number>();
  private isStopped = false;

  /** Stops reading from a new connection until its turn comes. */
  add(socket: Socket): void {
    if (this.isStopped) return;
    socket.pause();
    if (this.waiting.size === 0) setImmediate(() => this.startNext());
    this.waiting.set(socket, performance.now());
  }

  /** Starts to read from all connections, also from those that are added later. */
  startAll(): void {
    this.isStopped = true;
    for (const socket of this.waiting.keys()) this.start(socket);
  }

  private startNext(): void {
    let count = Math.max(MIN_PER_TURN, Math.ceil(this.waiting.size * SHARE_PER_TURN));
    const dueSince = performance.now() - MAX_WAIT_MS;
    for (const [socket, startedAt] of this.waiting) {
      if (count <= 0 && startedAt > dueSince) break;
      this.start(socket);
      count -= 1;
    }
    if (this.waiting.size > 0) setImmediate(() => this.startNext());
  }

  private start(socket: Socket): void {
    this.waiting.delete(socket);
    if (!socket.destroyed) socket.resume();
  }
}
