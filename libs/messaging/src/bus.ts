/** A message on the bus: bytes and text headers with lower-case names. */
export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface EventDelivery extends BusMessage {
  /** 1 on the first delivery. */
  readonly attempt: number;
}

/** The outcome of a delivery: done, or redeliver after a delay. */
export type Verdict = { readonly done: true } | { readonly retryAfterMs: number };

/** Redelivery delay after a handler threw. */
export const FAILED_RETRY_MS = 1_000;
/** Redelivery delay of messages that a killed process had received. */
export const REDELIVERY_MS = 30_000;

export interface Consumption {
  /** The service whose events are consumed. */
  readonly source: string;
  /** Name that survives restarts: `<service>__<source>`; replicas share it. */
  readonly durable: string;
  handle(delivery: EventDelivery): Promise<Verdict>;
}

/**
 * Communication between services. Requests and broadcasts are at most once. Events are durable, at least once, and in
 * stream order on first delivery. Two implementations, NATS and in-process, pass one conformance suite.
 */
export interface Bus {
  /**
   * Sends a request to one server of a subject. Throws `NoResponder` at once without a server, `RequestTimeout` later.
   */
  request(subject: string, data: Uint8Array, headers: Record<string, string>, timeoutMs: number): Promise<Uint8Array>;
  /** Serves a subject; servers of one queue share the requests. Resolves when the broker has the subscription. */
  serve(subject: string, queue: string, handle: (message: BusMessage) => Promise<Uint8Array>): Promise<void>;
  /** Stores an event. Within the broker's deduplication window an id is stored once. */
  publishEvent(subject: string, id: string, data: Uint8Array): Promise<void>;
  /** Consumes the events of a service. Resolves when the consumer exists. */
  consume(consumption: Consumption): Promise<void>;
  /** Sends to every listener. */
  broadcast(subject: string, data: Uint8Array): void;
  /** Receives broadcasts; a returned value is the reply to `requestAll`. */
  listen(subject: string, handle: (message: BusMessage) => Promise<Uint8Array | undefined>): Promise<void>;
  /** Sends a request to every listener. Resolves with the replies after `answers` of them or after `timeoutMs`. */
  requestAll(subject: string, data: Uint8Array, limits: { answers: number; timeoutMs: number }): Promise<Uint8Array[]>;
  isConnected(): boolean;
  /** Stops receiving, waits for running handlers, closes the connection. */
  close(): Promise<void>;
}

/** The subject has no server. */
export class NoResponder extends Error {
  constructor(subject: string) {
    super(`nobody answers ${subject}`);
    this.name = 'NoResponder';
  }
}

/** No reply in time. The work may have been done. */
export class RequestTimeout extends Error {
  constructor(subject: string, timeoutMs: number) {
    super(`no answer from ${subject} within ${timeoutMs} ms`);
    this.name = 'RequestTimeout';
  }
}

const STREAM_PREFIX = 'EVT_';

/** The stream of a service's events. */
export const streamOf = (service: string): string => `${STREAM_PREFIX}${service.toUpperCase()}`;
/** True for the streams that hold events of services. */
export const isEventStream = (name: string): boolean => name.startsWith(STREAM_PREFIX);
/** The subject of all events of a service. */
export const eventsOf = (service: string): string => `evt.${service}.>`;
