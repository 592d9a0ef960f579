import http from 'node:http';
import type { Socket } from 'node:net';
import { endSlowRequest, endWithProblem, type BrokenRequestAnswer } from './broken-request.ts';
import { ClientProgress, MIN_BYTES_PER_SECOND } from './client-progress.ts';
import { networkOf } from './network-of.ts';
import { ReadStarter } from './read-starter.ts';

/** The interval at which the server checks whether clients are too slow. */
const CHECK_INTERVAL_MS = 500;
/** Longer than the 60 seconds of common load balancers, so that the balancer closes its idle connections first. */
const KEEP_ALIVE_MS = 72_000;
/** A refused client may connect again after this time, in seconds. */
const RETRY_AFTER_S = 5;

export interface ConnectionLimitOptions {
  /** The maximum number of open connections. */
  readonly maxConnections: number;
  /** The maximum number of open connections of one IPv4 address or one /64 network. */
  readonly maxConnectionsPerAddress: number;
  /** The maximum number of requests of a connection that wait for their answers. */
  readonly maxPipelinedRequests: number;
  /** The time in which the headers of a request must arrive, and in which the rate of a client is measured. */
  readonly slowClientMs: number;
  /** The maximum size of a request body. */
  readonly maxBodyBytes: number;
  /** True for a proxy. Connections of a proxy are not limited by address, because they belong to many clients. */
  readonly isProxy: (address: string) => boolean;
  /** Called with the answer to a connection that a limit refuses, and to a request that arrives too slowly. */
  readonly onRefused?: (answer: BrokenRequestAnswer) => void;
}

type RequestHandler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

interface Connection {
  readonly network: string | undefined;
  isAnswering: boolean;
  /** The newest request that was handled. The body can still arrive after the answer was sent. */
  latestExchange: [http.IncomingMessage, http.ServerResponse] | undefined;
  /** Requests that have arrived before the answer of an earlier request was sent. */
  readonly waitingExchanges: [http.IncomingMessage, http.ServerResponse][];
  readonly progress: ClientProgress;
}

/**
 * Limits the memory and the time that a client can use with its connections. Requests of a connection are handled one
 * after the other, so that a connection has at most one answer in memory.
 */
export class ConnectionLimits {
  private readonly connections = new Map<Socket, Connection>();
  private readonly countByNetwork = new Map<string, number>();
  private readonly readStarter = new ReadStarter();

  constructor(private readonly options: ConnectionLimitOptions) {}

  createServer(handle: RequestHandler): http.Server {
    const { slowClientMs, maxBodyBytes } = this.options;
    const server = http.createServer({
      requestTimeout: slowClientMs + (maxBodyBytes / MIN_BYTES_PER_SECOND) * 1_000,
      headersTimeout: slowClientMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      // Node would answer without a body; the handler answers with a problem.
      requireHostHeader: false,
    });
    server.on('connection', (socket: Socket) => this.onConnection(socket));
    server.on('request', (request, response) => this.onRequest(request, response, handle));
    // Node would answer 417 without a body. RFC 9110 allows a server to ignore an unknown expectation.
    server.on('checkExpectation', (request, response) => this.onRequest(request, response, handle));
    const check = setInterval(() => this.closeSlowConnections(performance.now()), CHECK_INTERVAL_MS).unref();
    server.on('close', () => clearInterval(check));
    return server;
  }

  /** Starts to read from all connections. Use it before `closeUnused`, so that no request that arrived is lost. */
  readAll(): void {
    this.readStarter.startAll();
  }

  /** Closes the connections on which no request is being answered, even if a request has begun to arrive. */
  closeUnused(): void {
    for (const [socket, { isAnswering }] of this.connections) if (!isAnswering) socket.destroy();
  }

  private onConnection(socket: Socket): void {
    const address = socket.remoteAddress;
    if (address === undefined) return void socket.destroy();
    const network = this.options.isProxy(address) ? undefined : networkOf(address);
    const count = network === undefined ? 0 : (this.countByNetwork.get(network) ?? 0);
    if (this.connections.size >= this.options.maxConnections || count >= this.options.maxConnectionsPerAddress)
      return this.reportRefusal(refuse(socket, count >= this.options.maxConnectionsPerAddress));
    if (network !== undefined) this.countByNetwork.set(network, count + 1);
    const progress = new ClientProgress(socket);
    this.connections.set(socket, {
      network,
      isAnswering: false,
      latestExchange: undefined,
      waitingExchanges: [],
      progress,
    });
    // Runs before the listener of Node, which would give each waiting request an error with a stack.
    socket.prependOnceListener('close', () => this.onClose(socket));
    this.readStarter.add(socket);
  }

  private onClose(socket: Socket): void {
    const { network, waitingExchanges } = this.connections.get(socket)!;
    for (const [request] of waitingExchanges) request.destroy();
    this.connections.delete(socket);
    if (network === undefined) return;
    const count = this.countByNetwork.get(network)! - 1;
    if (count === 0) this.countByNetwork.delete(network);
    else this.countByNetwork.set(network, count);
  }

  private onRequest(request: http.IncomingMessage, response: http.ServerResponse, handle: RequestHandler): void {
    const connection = this.connections.get(request.socket);
    // The connection was refused or is closed.
    if (!connection || request.socket.destroyed) return;
    if (!connection.isAnswering) return this.answer(connection, request, response, handle);
    if (connection.waitingExchanges.length >= this.options.maxPipelinedRequests) {
      stopParsing(request.socket);
      request.socket.destroy();
      return;
    }
    connection.waitingExchanges.push([request, response]);
    request.socket.pause();
  }

  private answer(
    connection: Connection,
    request: http.IncomingMessage,
    response: http.ServerResponse,
    handle: RequestHandler,
  ): void {
    connection.isAnswering = true;
    connection.latestExchange = [request, response];
    // A request that is destroyed before its body has arrived has no socket any more.
    const { socket } = request;
    // The event `close` comes when the system has taken all bytes of the answer, or when the connection is closed.
    response.once('close', () => {
      connection.isAnswering = false;
      if (socket.destroyed) return;
      const next = connection.waitingExchanges.shift();
      if (next) this.answer(connection, ...next, handle);
      else socket.resume();
    });
    handle(request, response);
  }

  private reportRefusal(answer: BrokenRequestAnswer | undefined): void {
    if (answer) this.options.onRefused?.(answer);
  }

  private closeSlowConnections(now: number): void {
    for (const [socket, { latestExchange: [request, response] = [], progress }] of this.connections) {
      const slowness = progress.slowness(request, this.options.slowClientMs, now);
      if (slowness === 'send' && !response?.headersSent) this.reportRefusal(endSlowRequest(socket));
      else if (slowness) socket.destroy();
    }
  }
}

/**
 * Stops the parser of Node, which otherwise parses all bytes that have arrived, also after the connection was closed.
 * The parser ends with an error when `onIncoming` does not return 0 for the next request.
 */
function stopParsing(socket: Socket): void {
  const { parser } = socket as Socket & { parser?: { onIncoming: () => number } | null };
  if (parser) parser.onIncoming = () => -1;
}

function refuse(socket: Socket, exceedsAddressLimit: boolean): BrokenRequestAnswer | undefined {
  return endWithProblem(socket, {
    statusLine: exceedsAddressLimit ? '429 Too Many Requests' : '503 Service Unavailable',
    code: exceedsAddressLimit ? 'RATE_LIMITED' : 'SERVICE_UNAVAILABLE',
    title: exceedsAddressLimit ? 'Your address has too many open connections' : 'The server has too many connections',
    retryAfter: RETRY_AFTER_S,
  });
}
