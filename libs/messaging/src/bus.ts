/** A message on the bus: bytes and text headers with lower-case names. */
export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** An event for `publishBatch`. */
export interface EventToPublish {
  readonly subject: string;
  readonly id: string;
  readonly data: Uint8Array;
}

/** The maximum number of events in a batch; the default limit of NATS. */
export const MAX_BATCH_SIZE = 1_000;

export interface EventDelivery extends BusMessage {
  /** The number of this delivery; 1 for the first delivery. */
  readonly attempt: number;
}

/** The outcome of a delivery: the event is done, or it is redelivered after a delay. */
export type Verdict = { readonly done: true } | { readonly retryAfterMs: number };

/** The start of the reply subjects of all services. */
export const REPLY_SUBJECT_PREFIX = '_INBOX_';

/** The redelivery delay after the handler has thrown an error. */
export const FAILED_RETRY_MS = 1_000;
/** The redelivery delay of messages that a process received before it was killed. */
export const REDELIVERY_MS = 30_000;

/** By default, a consumer handles the events of this many organizations at the same time. */
export const MAX_RUNNING = 4;

export interface Consumption {
  /** The service whose events are consumed. */
  readonly source: string;
  /**
   * The name of the durable consumer; see `durableOf`. The consumer survives restarts. The replicas of a service share
   * the consumer.
   */
  readonly durable: string;
  /** The maximum number of organizations whose events are handled at the same time. Default: `MAX_RUNNING`. */
  readonly maxRunning?: number | undefined;
  handle(delivery: EventDelivery): Promise<Verdict>;
}

/**
 * Communication between services. Requests and broadcasts are delivered at most once. Events are stored and delivered
 * at least once; the first deliveries of an organization's events are in stream order. The two implementations, NATS
 * and in-process, pass the same conformance suite.
 */
export interface Bus {
  /**
   * Sends a request to one server of the subject. Throws `NoResponder` at once when the subject has no server, and
   * `RequestTimeout` when no reply arrives in time.
   */
  request(subject: string, data: Uint8Array, headers: Record<string, string>, timeoutMs: number): Promise<Uint8Array>;
  /** Serves a subject. The servers of one queue share the requests. Resolves when the broker has the subscription. */
  serve(subject: string, queue: string, handle: (message: BusMessage) => Promise<Uint8Array>): Promise<void>;
  /**
   * Stores an event. Within the deduplication window of the broker, events with the same id are stored once. Throws
   * `EventTooLarge` when the event is larger than the broker accepts.
   */
  publishEvent(subject: string, id: string, data: Uint8Array): Promise<void>;
  /**
   * Stores events of one service together and in this order: all or none. Returns false when nothing is stored because
   * the broker cannot store these events together, for example when it has no atomic batches, or when it has one of the
   * ids already. The caller then publishes the events one by one. After an error, the events may be stored.
   */
  publishBatch(events: readonly EventToPublish[]): Promise<boolean>;
  /**
   * Creates the store of a service's events when it is missing, and returns its identity. Another identity means that
   * the store was lost with its events. Only the service itself may call this method.
   */
  eventStore(service: string): Promise<string>;
  /**
   * Consumes the events of a service. Resolves when the consumer exists, or when it waits for the store of the service.
   */
  consume(consumption: Consumption): Promise<void>;
  /** Sends a message to every listener of the subject. */
  broadcast(subject: string, data: Uint8Array): void;
  /** Receives broadcasts and the requests of `requestAll`. The returned value is the reply to `requestAll`. */
  listen(subject: string, handle: (message: BusMessage) => Promise<Uint8Array | undefined>): Promise<void>;
  /**
   * Sends a request to every listener of the subject. Resolves with the replies when `maxReplies` replies have arrived,
   * or after `timeoutMs`.
   */
  requestAll(
    subject: string,
    data: Uint8Array,
    limits: { maxReplies: number; timeoutMs: number },
  ): Promise<Uint8Array[]>;
  /** The number of events that each durable consumer has not handled yet. */
  pendingEvents(): Promise<ReadonlyMap<string, number>>;
  isConnected(): boolean;
  /** The reason why events cannot be consumed, for example a missing stream; undefined without a problem. */
  problem(): string | undefined;
  /** Stops receiving, waits for running handlers and closes the connection. */
  close(): Promise<void>;
}

/** The subject has no server. */
export class NoResponder extends Error {
  constructor(subject: string) {
    super(`no server answers ${subject}`);
    this.name = 'NoResponder';
  }
}

/** No reply arrived in time. The server may have done the work. */
export class RequestTimeout extends Error {
  constructor(subject: string, timeoutMs: number) {
    super(`no answer from ${subject} within ${timeoutMs} ms`);
    this.name = 'RequestTimeout';
  }
}

/** The event is larger than the broker accepts. */
export class EventTooLarge extends Error {
  constructor(subject: string, id: string, options?: ErrorOptions) {
    super(`the event ${id} (${subject}) is larger than the broker accepts`, options);
    this.name = 'EventTooLarge';
  }
}

const STREAM_PREFIX = 'EVT_';

/** The name of the stream of a service's events. */
export const streamOf = (service: string): string => `${STREAM_PREFIX}${service.toUpperCase()}`;
/** True for the name of a stream of events. */
export const isEventStream = (name: string): boolean => name.startsWith(STREAM_PREFIX);
/** The name of the durable consumer with which a service or a tool receives the events of another service. */
export const durableOf = (consumer: string, source: string): string => `${consumer}__${source}`;
/** The pattern of the subjects of all events of a service. */
export const eventSubjectsOf = (service: string): string => `evt.${service}.>`;
