import { JetStreamApiError, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BrokerWatch } from './broker-watch.ts';
import { hasAtomicBatches } from './atomic-batches.ts';
import { streamOf } from './bus.ts';
import { requestStream } from './stream-request.ts';

/** How long a check is valid. A deleted stream is noticed after this time. */
const CHECK_MS = 1_000;
const NOT_FOUND = 404;
/**
 * The interval of requests to let a stream store batches. The answering process may be of an older version, which
 * leaves the stream as it is.
 */
const REQUEST_BATCHES_MS = 60_000;

/** True for an error of the broker about a stream or a consumer that does not exist. */
export const isMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.apiError().code === NOT_FOUND;

interface EventStream {
  /** Changes when the stream is created again. */
  readonly identity: string;
  /** True when the stream can store several events together. */
  readonly hasBatches: boolean;
}

/** The streams of events. A missing stream is requested, also when it was deleted. */
export class EventStreams {
  /** The last check of each stream, by service. */
  private readonly checks = new Map<string, { stream: Promise<EventStream>; startedAt: number }>();
  private readonly batchesRequestedAt = new Map<string, number>();

  constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
    private readonly broker: BrokerWatch,
  ) {}

  /** Returns the stream of a service. Asks the broker only if no check of the stream is stored. */
  async ensure(service: string): Promise<EventStream> {
    return this.checks.get(service)?.stream ?? this.check(service);
  }

  /** Asks the broker again after a second. */
  async identityOf(service: string): Promise<string> {
    const lastCheck = this.checks.get(service);
    const isValid = lastCheck && performance.now() - lastCheck.startedAt < CHECK_MS;
    return (await (isValid ? lastCheck.stream : this.check(service))).identity;
  }

  /** Makes the next call ask the broker again. */
  forgetCheck(service: string): void {
    this.checks.delete(service);
  }

  private check(service: string): Promise<EventStream> {
    const stream = this.broker
      .whileConnected(() => this.findOrRequestStream(service))
      .then(({ created, config }) => {
        const hasBatches = hasAtomicBatches(this.connection) && config.allow_atomic === true;
        if (!hasBatches) this.requestBatches(service);
        return { identity: created, hasBatches };
      });
    const check = { stream, startedAt: performance.now() };
    this.checks.set(service, check);
    stream.catch(() => {
      if (this.checks.get(service) === check) this.checks.delete(service);
    });
    return stream;
  }

  /** Asks for a stream with batches. The stream may be from an older version of Cordée or of the broker. */
  private requestBatches(service: string): void {
    const now = performance.now();
    const lastRequestAt = this.batchesRequestedAt.get(service) ?? Number.NEGATIVE_INFINITY;
    if (!hasAtomicBatches(this.connection) || now < lastRequestAt + REQUEST_BATCHES_MS) return;
    this.batchesRequestedAt.set(service, now);
    requestStream(this.connection, { source: service }).then(
      () => this.forgetCheck(service),
      // The events are published one by one.
      () => undefined,
    );
  }

  private async findOrRequestStream(service: string): Promise<StreamInfo> {
    try {
      return await this.manager.streams.info(streamOf(service));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    await requestStream(this.connection, { source: service });
    return this.manager.streams.info(streamOf(service));
  }
}
