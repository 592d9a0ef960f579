import type { Socket } from 'node:net';

interface ConnectionProblem {
  statusLine: string;
  code: string;
  title: string;
  /** In seconds. */
  retryAfter?: number;
}

/** Answers input that is not HTTP, or that arrives too slowly, with a problem and closes the connection. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return endSlowRequest(socket);
  endWithProblem(socket, {
    statusLine: '400 Bad Request',
    code: 'INPUT_NOT_PARSEABLE',
    title: 'This is not an HTTP request',
  });
}

export function endSlowRequest(socket: Socket): void {
  endWithProblem(socket, {
    statusLine: '408 Request Timeout',
    code: 'REQUEST_TIMEOUT',
    title: 'The request arrived too slowly',
  });
}

/** Sends a problem on a connection without a request and closes the connection. */
export function endWithProblem(socket: Socket, { statusLine, code, title, retryAfter }: ConnectionProblem): void {
  const body = JSON.stringify({
    type: `urn:cordee:problem:${code.toLowerCase()}`,
    title,
    status: Number.parseInt(statusLine, 10),
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
