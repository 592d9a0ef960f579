import { setTimeout as sleep } from 'node:timers/promises';
import { CloudEvent } from '@cordee/contracts/cloud-event';
import { jetstream, type JsMsg } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { brokerAddress } from './broker-address.ts';
import { readEvent } from './read-event.ts';

const REOPEN_AFTER_MS = 1_000;
const RETRY_AFTER_MS = 5_000;
/** Shorter than the time after which the broker delivers an event again. */
const PROLONG_EVERY_MS = 3_000;

/** A message that is not a valid event. */
export interface InvalidMessage {
  /** `event 7 of EVT_BILLING (evt.billing.invoice.paid.v1)`. */
  readonly place: string;
  readonly text: string;
  /** Says why the message is not valid: a `SyntaxError` of JSON, or a `ZodError`. */
  readonly cause: unknown;
}

export interface ConsumeOptions {
  /** `nats://user:password@host:4222`; `tls://` requires TLS, `?ca=/path` names a certificate authority. */
  readonly url: string;
  /** The service whose events the durable consumer reads: `billing`. */
  readonly service: string;
  /** The name of the durable consumer: `warehouse__billing`. */
  readonly durable: string;
  /** Ends the consumption after the current event. */
  readonly signal?: AbortSignal;
  /**
   * Called when the broker cannot be reached or refuses the user, when an event is not valid, and when the handler
   * fails. An error of the handler is the `cause` of an error that names the position of the event. After each
   * problem, `consumeEvents` tries again.
   */
  readonly onProblem?: (problem: unknown) => void;
  /**
   * Called with a message that is not a valid event. When the promise resolves, the message is acknowledged and later
   * events follow: store the message, and handle it with newer packages. Without this option, a message that is not
   * valid is delivered again until newer packages accept it, and later events wait.
   */
  readonly onInvalid?: (message: InvalidMessage) => Promise<void>;
}

/**
 * Reads the events of a durable consumer, one after the other, until `signal` is aborted. An event is acknowledged when
 * the handler has resolved, so commit your transaction in the handler. After a failure of the handler, a crash or a
 * lost connection, the same event is delivered again: use `claimEvent` to handle it once.
 */
export async function consumeEvents(
  {
    url,
    service,
    durable,
    signal = new AbortController().signal,
    onProblem = () => undefined,
    onInvalid,
  }: ConsumeOptions,
  handle: (event: CloudEvent) => Promise<void>,
): Promise<void> {
  const address = brokerAddress(url);
  let connection: NatsConnection | undefined;
  try {
    while (!signal.aborted) {
      try {
        if (!connection || connection.isClosed()) {
          connection = await connect({ ...address, name: durable, maxReconnectAttempts: -1 });
          void reportConnectionProblems(connection, onProblem);
        }
        const consumer = await jetstream(connection).consumers.get(`EVT_${service.toUpperCase()}`, durable);
        const messages = await consumer.consume({ abort_on_missing_resource: true });
        const close = (): void => void messages.close();
        signal.addEventListener('abort', close, { once: true });
        if (signal.aborted) close();
        for await (const message of messages) {
          await handleMessage(message, { handle, onProblem, onInvalid });
          if (signal.aborted) break;
        }
        signal.removeEventListener('abort', close);
      } catch (error) {
        onProblem(error);
      }
      await sleep(REOPEN_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await connection?.drain().catch(() => connection?.close());
  }
}

async function reportConnectionProblems(
  connection: NatsConnection,
  onProblem: (problem: unknown) => void,
): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') onProblem(new Error(`the connection to ${status.server} was lost`));
    if (status.type === 'error') onProblem(status.error);
  }
}

interface MessageHandlers {
  handle: (event: CloudEvent) => Promise<void>;
  onProblem: (problem: unknown) => void;
  onInvalid: ConsumeOptions['onInvalid'];
}

function parse(message: JsMsg): { event: CloudEvent } | { cause: unknown } {
  try {
    return { event: readEvent(message.json()) };
  } catch (cause) {
    return { cause };
  }
}

async function handleMessage(message: JsMsg, { handle, onProblem, onInvalid }: MessageHandlers): Promise<void> {
  const place = `event ${message.seq} of ${message.info.stream} (${message.subject})`;
  const prolongTimer = setInterval(() => message.working(), PROLONG_EVERY_MS);
  try {
    const result = parse(message);
    if ('event' in result) await handle(result.event);
    else if (onInvalid) await onInvalid({ place, text: message.string(), cause: result.cause });
    else throw result.cause;
    message.ack();
  } catch (error) {
    onProblem(
      new Error(`${place} is delivered again: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      }),
    );
    message.nak(RETRY_AFTER_MS);
  } finally {
    clearInterval(prolongTimer);
  }
}
