/** What crosses the bus: bytes and text headers (lower-case names). */
export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface EventDelivery extends BusMessage {
  /** 1 on the first delivery. */
  readonly attempt: number;
}

/** What a consumer says of a delivery: done, or come again. */
export type Verdict = { readonly done: true } | { readonly retryAfterMs: number };

/** A delivery whose handler broke off without a verdict comes again after this long. */
export const FAILED_RETRY_MS = 1_000;
/** What a killed process had been given comes again, to another one, after this long. */
export const REDELIVERY_MS = 30_000;

export interface Consumption {
  /** The service whose events are consumed. */
  readonly source: string;
  /** Name that survives restarts: `<service>__<source>`; replicas share it. */
  readonly durable: string;
  handle(delivery: EventDelivery): Promise<Verdict>;
}

/**
 * How services reach each other. Requests and broadcasts are at most once; events are durable, at least once, and in the order of the
 * stream on first delivery. Two implementations, held to one conformance suite: NATS, and a local one for a single process.
 */
export interface Bus {
  /** Asks one of the servers of a subject. Throws `NoResponder` at once when there is none, `RequestTimeout` after `timeoutMs`. */
  request(subject: string, data: Uint8Array, headers: Record<string, string>, timeoutMs: number): Promise<Uint8Array>;
  /** Answers a subject; servers with the same queue share the requests. Resolves when the broker knows. */
  serve(subject: string, queue: string, handle: (message: BusMessage) => Promise<Uint8Array>): Promise<void>;
  /** Stores an event durably; the same id within the broker's window is stored once. */
  publishEvent(subject: string, id: string, data: Uint8Array): Promise<void>;
  /** Consumes the events of a service. Resolves when the consumer exists. */
  consume(consumption: Consumption): Promise<void>;
  /** Tells every process that listens. */
  broadcast(subject: string, data: Uint8Array): void;
  /** Hears broadcasts; a returned value answers `requestAll`. */
  listen(subject: string, handle: (message: BusMessage) => Promise<Uint8Array | undefined>): Promise<void>;
  /** Asks every listener; resolves with the answers so far when `answers` came in or `timeoutMs` passed. */
  requestAll(subject: string, data: Uint8Array, limits: { answers: number; timeoutMs: number }): Promise<Uint8Array[]>;
  isConnected(): boolean;
  /** Stops taking in work, finishes what runs, closes. */
  close(): Promise<void>;
}

/** Nobody serves the subject. */
export class NoResponder extends Error {
  constructor(subject: string) {
    super(`nobody answers ${subject}`);
    this.name = 'NoResponder';
  }
}

/** The answer did not come in time; the work may still have been done. */
export class RequestTimeout extends Error {
  constructor(subject: string, timeoutMs: number) {
    super(`no answer from ${subject} within ${timeoutMs} ms`);
    this.name = 'RequestTimeout';
  }
}

const STREAM_PREFIX = 'EVT_';

/** The stream of a service's events. */
export const streamOf = (service: string): string => `${STREAM_PREFIX}${service.toUpperCase()}`;
/** Whether a stream on the broker is one of ours. */
export const isEventStream = (name: string): boolean => name.startsWith(STREAM_PREFIX);
/** Everything a service reports. */
export const eventsOf = (service: string): string => `evt.${service}.>`;
