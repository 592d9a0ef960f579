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
const headersTooLarge: ConnectionProblem = {
  statusLine: '431 Request Header Fields Too Large',
  code: 'HEADERS_TOO_LARGE',
  title: 'The headers of the request are too large',
};
const tooSlow: ConnectionProblem = {
  statusLine: '408 Request Timeout',
  code: 'REQUEST_TIMEOUT',
  title: 'The request arrived too slowly',
};

const problemsByErrorCode: Readonly<Record<string, ConnectionProblem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: tooSlow,
  HPE_HEADER_OVERFLOW: headersTooLarge,
};

/**
 * Sends a problem for input that is not HTTP, has too large headers, or arrives too slowly, and closes the connection.
 * `error` is an error of the HTTP parser of Node. Returns undefined when the client got no answer.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): BrokenRequestAnswer | undefined {
  return endWithProblem(socket, problemsByErrorCode[error.code ?? ''] ?? notHttp);
}

export const endSlowRequest = (socket: Socket): BrokenRequestAnswer | undefined => endWithProblem(socket, tooSlow);

/**
 * Sends a problem on a connection without a request and closes the connection. Returns undefined when the client got no
 * answer.
 */
export function endWithProblem(socket: Socket, problem: ConnectionProblem): BrokenRequestAnswer | undefined {
  const { statusLine, code, title, retryAfter } = problem;
  const status = Number.parseInt(statusLine, 10);
  const body = JSON.stringify({ type: `urn:cordee:problem:${code.toLowerCase()}`, title, status, code });
  const head = [
    `HTTP/1.1 ${statusLine}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(retryAfter === undefined ? [] : [`retry-after: ${retryAfter}`]),
    'connection: close',
  ];
  // An earlier answer that the client does not read would keep the connection open.
  if (!socket.writable || socket.writableLength > 0) {
    socket.destroy();
    return undefined;
  }
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroySoon());
  return { status, code };
}
