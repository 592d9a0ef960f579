import type { Socket } from 'node:net';

interface ConnectionProblem {
  statusLine: string;
  code: string;
  title: string;
  /** In seconds. */
  retryAfter?: number;
}

/** The status and the code of a problem that was sent. */
export interface BrokenRequestAnswer {
  status: number;
  code: string;
}

const notHttp: ConnectionProblem = {
  statusLine: '400 Bad Request',
  code: 'INPUT_NOT_PARSEABLE',
  title: 'This is not an HTTP request',
};
const tooSlow: ConnectionProblem = {
  statusLine: '408 Request Timeout',
  code: 'REQUEST_TIMEOUT',
  title: 'The request arrived too slowly',
};

/**
 * Answers input that is not HTTP, or that arrives too slowly, with a problem and closes the connection. Returns
 * undefined when the client has closed the connection.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): BrokenRequestAnswer | undefined {
  const problem = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? tooSlow : notHttp;
  const isConnected = socket.writable;
  endWithProblem(socket, problem);
  return isConnected ? { status: statusOf(problem), code: problem.code } : undefined;
}

export const endSlowRequest = (socket: Socket): void => endWithProblem(socket, tooSlow);

const statusOf = ({ statusLine }: ConnectionProblem): number => Number.parseInt(statusLine, 10);

/** Sends a problem on a connection without a request and closes the connection. */
export function endWithProblem(socket: Socket, problem: ConnectionProblem): void {
  const { statusLine, code, title, retryAfter } = problem;
  const body = JSON.stringify({
    type: `urn:cordee:problem:${code.toLowerCase()}`,
    title,
    status: statusOf(problem),
    code,
  });
  const head = [
    `HTTP/1.1 ${statusLine}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(retryAfter === undefined ? [] : [`retry-after: ${retryAfter}`]),
    'connection: close',
  ];
  // An earlier answer that the client does not read would keep the connection open.
  if (!socket.writable || socket.writableLength > 0) return void socket.destroy();
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroySoon());
}
