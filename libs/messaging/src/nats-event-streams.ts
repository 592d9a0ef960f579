import { DiscardPolicy, JetStreamApiError, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { BrokerWatch } from './broker-watch.ts';
import { eventsOf, streamOf } from './bus.ts';

/** How long the broker remembers event ids to drop duplicates. The outbox keeps its rows longer. */
const DUPLICATE_WINDOW_MS = 120_000;
/** How long a check is valid. A deleted stream is noticed after this time. */
const CHECK_MS = 1_000;
const NOT_FOUND = 404;

/** True for an error of the broker about a stream or a consumer that does not exist. */
export const isMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.apiError().code === NOT_FOUND;

/** Creates the streams of events, also when they were deleted. */
export class EventStreams {
  /** The last check of each stream, by service. */
  private readonly checks = new Map<string, { identity: Promise<string>; startedAt: number }>();

  constructor(
    private readonly manager: JetStreamManager,
    private readonly broker: BrokerWatch,
  ) {}

  /** Creates the stream of a service if it does not exist. Asks the broker only if no check of the stream is stored. */
  async ensure(service: string): Promise<void> {
    await (this.checks.get(service)?.identity ?? this.check(service));
  }

  /** Like `ensure`, but asks the broker again after a second. A stream that was created again has another identity. */
  identityOf(service: string): Promise<string> {
    const last = this.checks.get(service);
    return last && performance.now() - last.startedAt < CHECK_MS ? last.identity : this.check(service);
  }

  /** The next call asks the broker again. */
  recheck(service: string): void {
    this.checks.delete(service);
  }

  private check(service: string): Promise<string> {
    const identity = this.broker.whileConnected(() => this.findOrAdd(service)).then(({ created }) => created);
    const check = { identity, startedAt: performance.now() };
    this.checks.set(service, check);
    identity.catch(() => {
      if (this.checks.get(service) === check) this.checks.delete(service);
    });
    return identity;
  }

  /** A stream that exists keeps its settings: another version of the service may have created it. */
  private async findOrAdd(service: string): Promise<StreamInfo> {
    try {
      return await this.manager.streams.info(streamOf(service));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return this.manager.streams.add({
      name: streamOf(service),
      subjects: [eventsOf(service)],
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      discard: DiscardPolicy.Old,
    });
  }
}
