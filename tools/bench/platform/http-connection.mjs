import net from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * A connection for one request at a time. The connection reads only the status, the headers that a measurement needs
 * and the body, because a complete HTTP client would use as much CPU as the measured server.
 */
export class HttpConnection {
  #socket;
  #buffer = Buffer.alloc(0);
  #pendingRequest;

  constructor(socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.#pendingRequest?.reject(error));
    socket.on('close', () => this.#pendingRequest?.reject(new Error('the server closed the connection')));
  }

  static connect({ hostname, port }) {
    return new Promise((resolve, reject) => {
      const socket = net.connect(Number(port), hostname, () => resolve(new HttpConnection(socket)));
      socket.once('error', reject);
    });
  }

  /** Sends the bytes of a request. Resolves with `{ status, head, body }`. */
  send(request) {
    return new Promise((resolve, reject) => {
      this.#pendingRequest = { resolve, reject };
      this.#socket.write(request);
    });
  }

  /** False after the server has closed the connection, for example because the server was restarted. */
  get isOpen() {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  close() {
    this.#pendingRequest = undefined;
    this.#socket.destroy();
  }

  #read(chunk) {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    const headLength = this.#buffer.indexOf(HEAD_END);
    if (headLength < 0 || !this.#pendingRequest) return;
    const head = this.#buffer.latin1Slice(0, headLength);
    const status = Number(head.slice(9, 12));
    const bodyStart = headLength + HEAD_END.length;
    const length = status === 204 || status === 304 ? 0 : Number(/\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (Number.isNaN(length)) {
      this.#pendingRequest.reject(new Error('the response has no Content-Length'));
      return this.close();
    }
    if (this.#buffer.length < bodyStart + length) return;
    const body = this.#buffer.subarray(bodyStart, bodyStart + length);
    this.#buffer = this.#buffer.subarray(bodyStart + length);
    const { resolve } = this.#pendingRequest;
    this.#pendingRequest = undefined;
    resolve({ status, head, body });
  }
}

/** Returns the bytes of a request. `body` is an object; it is sent as JSON. */
export function requestBytes({ method, path, token, body, idempotencyKey }) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...(token ? [`authorization: Bearer ${token}`] : []),
    ...(idempotencyKey ? [`idempotency-key: ${idempotencyKey}`] : []),
    ...(text ? ['content-type: application/json', `content-length: ${Buffer.byteLength(text)}`] : []),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`);
}
