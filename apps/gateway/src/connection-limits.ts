import http from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '@cordee/service/network-of';
import { endWithProblem } from './broken-request.ts';

/** The interval at which the server checks whether clients are too slow. */
const CHECK_INTERVAL_MS = 500;
/** A refused client may connect again after this time, in seconds. */
const RETRY_AFTER_S = 5;

export interface ConnectionLimitOptions {
  /** The maximum number of open connections. */
  readonly maxConnections: number;
  /** The maximum number of open connections of one IPv4 address or one /64 network. */
  readonly maxConnectionsPerAddress: number;
  /** The maximum number of requests of a connection that wait for their answers. */
  readonly maxPipelinedRequests: number;
  /** The time in which a request must arrive, and in which a client must read a part of its answer. */
  readonly slowClientMs: number;
  /** True for a proxy. Its connections are not limited by address, because they belong to many clients. */
  readonly isProxy: (address: string) => boolean;
}

type Handle = (request: http.IncomingMessage, response: http.ServerResponse) => void;

interface Connection {
  readonly network: string | undefined;
  isAnswering: boolean;
  /** Requests that have arrived before the answer of an earlier request was sent. */
  readonly waiting: [http.IncomingMessage, http.ServerResponse][];
  /** The bytes that the client has not read yet, and the time of the last change of this number. */
  unread: number;
  unreadSince: number;
}

/**
 * Limits the memory and the time that a client can use with its connections. Requests of a connection are handled one
 * after the other, so that a connection has at most one answer in memory.
 */
export class ConnectionLimits {
  private readonly connections = new Map<Socket, Connection>();
  private readonly countByAddress = new Map<string, number>();

  constructor(private readonly options: ConnectionLimitOptions) {}

  createServer(handle: Handle): http.Server {
    const { slowClientMs } = this.options;
    const server = http.createServer({
      requestTimeout: slowClientMs,
      headersTimeout: slowClientMs,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    });
    server.on('connection', (socket: Socket) => this.onConnection(socket));
    server.on('request', (request, response) => this.onRequest(request, response, handle));
    const check = setInterval(() => this.closeUnread(performance.now()), CHECK_INTERVAL_MS).unref();
    server.on('close', () => clearInterval(check));
    return server;
  }

  private onConnection(socket: Socket): void {
    const address = socket.remoteAddress;
    if (address === undefined) return void socket.destroy();
    const key = this.options.isProxy(address) ? undefined : networkOf(address);
    const count = key === undefined ? 0 : (this.countByAddress.get(key) ?? 0);
    if (this.connections.size >= this.options.maxConnections || count >= this.options.maxConnectionsPerAddress)
      return refuse(socket, count >= this.options.maxConnectionsPerAddress);
    if (key !== undefined) this.countByAddress.set(key, count + 1);
    this.connections.set(socket, { network: key, isAnswering: false, waiting: [], unread: 0, unreadSince: 0 });
    // Runs before the listener of Node, which would give each waiting request an error with a stack.
    socket.prependOnceListener('close', () => this.onClose(socket));
  }

  private onClose(socket: Socket): void {
    const { network: key, waiting } = this.connections.get(socket)!;
    for (const [request] of waiting) request.destroy();
    this.connections.delete(socket);
    if (key === undefined) return;
    const count = this.countByAddress.get(key)! - 1;
    if (count === 0) this.countByAddress.delete(key);
    else this.countByAddress.set(key, count);
  }

  private onRequest(request: http.IncomingMessage, response: http.ServerResponse, handle: Handle): void {
    const connection = this.connections.get(request.socket);
    // The connection was refused or is closed.
    if (!connection || request.socket.destroyed) return;
    if (!connection.isAnswering) return this.answer(connection, request, response, handle);
    if (connection.waiting.length >= this.options.maxPipelinedRequests) {
      ignoreFurtherRequests(request.socket);
      request.socket.destroy();
      return;
    }
    connection.waiting.push([request, response]);
    request.socket.pause();
  }

  private answer(
    connection: Connection,
    request: http.IncomingMessage,
    response: http.ServerResponse,
    handle: Handle,
  ): void {
    connection.isAnswering = true;
    // The event comes when the system has taken all bytes of the answer, or when the connection is closed.
    response.once('close', () => {
      connection.isAnswering = false;
      if (request.socket.destroyed) return;
      const next = connection.waiting.shift();
      if (next) this.answer(connection, ...next, handle);
      else request.socket.resume();
    });
    handle(request, response);
  }

  /** Closes the connections whose clients have read nothing of their answers for `slowClientMs`. */
  private closeUnread(now: number): void {
    for (const [socket, connection] of this.connections) {
      const unread = unreadBytes(socket);
      if (unread === 0 || unread !== connection.unread) Object.assign(connection, { unread, unreadSince: now });
      else if (now - connection.unreadSince >= this.options.slowClientMs) socket.destroy();
    }
  }
}

/**
 * Bytes that the system has not taken yet. `writableLength` changes only when a whole write is done, so the size of the
 * write queue of the handle is added. It shows a client that reads slowly.
 */
function unreadBytes(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { _handle?: { writeQueueSize?: number } | null };
  return socket.writableLength + (handle?.writeQueueSize ?? 0);
}

/**
 * Node parses all bytes that have arrived, also after the connection was closed, and calls `parser.onIncoming` for each
 * request.
 */
function ignoreFurtherRequests(socket: Socket): void {
  const { parser } = socket as Socket & { parser?: { onIncoming: () => number } | null };
  if (parser) parser.onIncoming = () => 0;
}

function refuse(socket: Socket, isLimitOfAddress: boolean): void {
  endWithProblem(socket, {
    statusLine: isLimitOfAddress ? '429 Too Many Requests' : '503 Service Unavailable',
    code: isLimitOfAddress ? 'RATE_LIMITED' : 'SERVICE_UNAVAILABLE',
    title: isLimitOfAddress ? 'Your address has too many open connections' : 'The server has too many connections',
    retryAfter: RETRY_AFTER_S,
  });
}
