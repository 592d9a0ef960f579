import { randomUUID } from 'node:crypto';

/** Time limit for retries while a service restarts. */
const RETRY_TIMEOUT_MS = 40_000;
const RETRY_DELAY_MS = 300;

export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
  bytes: Buffer;
}

export interface RequestOptions {
  /** Access token. */
  token?: string | undefined;
  body?: unknown;
  /** A file that is sent as the body. */
  file?: { type: string; bytes: Buffer | string };
  /** The expected status; by default any status below 300. The scenario fails on any other status. */
  expect?: number;
}

/**
 * Client of the public API. It repeats a request with the same Idempotency-Key when the gateway is not reachable, after
 * a 503, and while the first request with this key still runs.
 */
export class Api {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  get = <T = Record<string, unknown>>(path: string, options: RequestOptions = {}): Promise<Answer<T>> =>
    this.call<T>('GET', path, options);
  post = <T = Record<string, unknown>>(path: string, options: RequestOptions = {}): Promise<Answer<T>> =>
    this.call<T>('POST', path, options);
  patch = <T = Record<string, unknown>>(path: string, options: RequestOptions = {}): Promise<Answer<T>> =>
    this.call<T>('PATCH', path, options);
  delete = <T = Record<string, unknown>>(path: string, options: RequestOptions = {}): Promise<Answer<T>> =>
    this.call<T>('DELETE', path, options);

  private async call<T>(method: string, path: string, options: RequestOptions): Promise<Answer<T>> {
    const headers: Record<string, string> = {
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
      ...(options.file
        ? { 'content-type': options.file.type }
        : options.body === undefined
          ? {}
          : { 'content-type': 'application/json' }),
      ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
    };
    const body = options.file?.bytes ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const deadline = performance.now() + RETRY_TIMEOUT_MS;
    for (;;) {
      const answer = await this.send<T>(method, path, headers, body);
      const isRetryable =
        answer === undefined ||
        answer.status === 503 ||
        (answer.status === 409 && (answer.body as { code?: string }).code === 'IDEMPOTENCY_KEY_RUNNING');
      if (!isRetryable || performance.now() > deadline) {
        const expected = options.expect ?? (answer && answer.status < 300 ? answer.status : 200);
        if (answer?.status === expected) return answer;
        const text = answer?.bytes.toString().slice(0, 1_000);
        throw new Error(`${method} ${path}: expected ${expected}, got ${answer?.status ?? 'no answer'}: ${text}`);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
    }
  }

  /** Returns undefined when the gateway is not reachable. */
  private async send<T>(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: Buffer | string | undefined,
  ): Promise<Answer<T> | undefined> {
    try {
      const response = await fetch(this.url + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      const isJson = response.headers.get('content-type')?.includes('json') ?? false;
      return {
        status: response.status,
        bytes,
        body: (isJson && bytes.length ? JSON.parse(bytes.toString()) : {}) as T,
      };
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }
}
