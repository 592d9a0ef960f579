import { JetStreamApiError, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BrokerWatch } from './broker-watch.ts';
import { streamOf } from './bus.ts';
import { requestStream } from './stream-request.ts';

/** How long a check is valid. A deleted stream is noticed after this time. */
const CHECK_MS = 1_000;
const NOT_FOUND = 404;

/** True for an error of the broker about a stream or a consumer that does not exist. */
export const isMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.apiError().code === NOT_FOUND;

/** The streams of events. A missing stream is requested, also when it was deleted. */
export class EventStreams {
  /** The last check of each stream, by service. */
  private readonly checks = new Map<string, { identity: Promise<string>; startedAt: number }>();

  constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
    private readonly broker: BrokerWatch,
  ) {}

  /** Resolves when the stream of a service exists. Asks the broker only if no check of the stream is stored. */
  async ensure(service: string): Promise<void> {
    await (this.checks.get(service)?.identity ?? this.check(service));
  }

  /** Like `ensure`, but asks the broker again after a second. A stream that was created again has another identity. */
  identityOf(service: string): Promise<string> {
    const lastCheck = this.checks.get(service);
    return lastCheck && performance.now() - lastCheck.startedAt < CHECK_MS ? lastCheck.identity : this.check(service);
  }

  /** Makes the next call ask the broker again. */
  forgetCheck(service: string): void {
    this.checks.delete(service);
  }

  private check(service: string): Promise<string> {
    const identity = this.broker.whileConnected(() => this.findOrRequestStream(service)).then(({ created }) => created);
    const check = { identity, startedAt: performance.now() };
    this.checks.set(service, check);
    identity.catch(() => {
      if (this.checks.get(service) === check) this.checks.delete(service);
    });
    return identity;
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
