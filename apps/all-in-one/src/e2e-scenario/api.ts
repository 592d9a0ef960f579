import { randomUUID } from 'node:crypto';

/** A service that is being restarted is asked again for so long. */
const PATIENCE_MS = 40_000;

export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
  bytes: Buffer;
}

export interface Asking {
  /** Access token. */
  token?: string | undefined;
  body?: unknown;
  /** A file as the body. */
  file?: { type: string; bytes: Buffer | string };
  /** The status that is expected; the story stops at any other. */
  expect?: number;
}

/** The API as its users call it. A 503 is tried again with the same Idempotency-Key, as the API asks for. */
export class Api {
  constructor(readonly url: string) {}

  get = <T = Record<string, unknown>>(path: string, asking: Asking = {}): Promise<Answer<T>> =>
    this.call<T>('GET', path, asking);
  post = <T = Record<string, unknown>>(path: string, asking: Asking = {}): Promise<Answer<T>> =>
    this.call<T>('POST', path, asking);
  patch = <T = Record<string, unknown>>(path: string, asking: Asking = {}): Promise<Answer<T>> =>
    this.call<T>('PATCH', path, asking);
  delete = <T = Record<string, unknown>>(path: string, asking: Asking = {}): Promise<Answer<T>> =>
    this.call<T>('DELETE', path, asking);

  private async call<T>(method: string, path: string, asking: Asking): Promise<Answer<T>> {
    const headers: Record<string, string> = {
      ...(asking.token ? { authorization: `Bearer ${asking.token}` } : {}),
      ...(asking.file
        ? { 'content-type': asking.file.type }
        : asking.body === undefined
          ? {}
          : { 'content-type': 'application/json' }),
      ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
    };
    const body = asking.file?.bytes ?? (asking.body === undefined ? undefined : JSON.stringify(asking.body));
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.once<T>(method, path, headers, body);
      const isAway =
        answer === undefined ||
        answer.status === 503 ||
        (answer.status === 409 && (answer.body as { code?: string }).code === 'IDEMPOTENCY_KEY_RUNNING');
      if (!isAway || performance.now() > end) {
        const expected = asking.expect ?? (answer && answer.status < 300 ? answer.status : 200);
        if (!answer || answer.status !== expected)
          throw new Error(
            `${method} ${path} answered ${answer?.status ?? 'nothing'} instead of ${expected}: ${answer?.bytes.toString().slice(0, 1_000)}`,
          );
        return answer;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  private async once<T>(
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
      // The gateway itself is away.
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }
}
