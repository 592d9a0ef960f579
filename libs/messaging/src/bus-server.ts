import { cloudEventType, CloudEvent } from '@cordee/contracts/cloud-event';
import { serviceOf, type Contract, type EventContract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type * as z from 'zod';
import { durableOf, type Bus, type BusMessage, type EventDelivery, type Verdict } from './bus.ts';
import { callHeaders, type Call } from './call.ts';
import { EventRetries, MalformedEvent, RETRY_DELAYS_MS } from './event-retries.ts';
import { decode, encode, encodeSuccess } from './reply.ts';
import { toReplyError } from './reply-error.ts';
import { inSpan } from './spans.ts';
import { validate } from './validate.ts';

/** The steps of the request pipeline that a service provides. */
export interface PipelineHooks {
  /** See `Consumption.maxRunning`. */
  readonly maxRunning?: number | undefined;
  /** Authenticates and authorizes a request. */
  authorize(contract: Contract, input: unknown, headers: BusMessage['headers']): Promise<Call>;
  /** Runs an authorized call. */
  execute(
    call: Call,
    input: unknown,
    run: (context: unknown) => Promise<unknown>,
    mode: HandlerMode,
  ): Promise<ExecutionResult>;
  /** Calls `prepare`, then runs the returned work once per event, in a transaction. */
  handleEvent(event: CloudEvent, prepare: PrepareReaction): Promise<Verdict>;
  /** Stores a delivery as a dead letter. `event` is undefined when the delivery is malformed. */
  deadLetter(delivery: EventDelivery, event: CloudEvent | undefined, reason: string): Promise<void>;
  /** Logs an unexpected error. `traceparent` is the trace of the request or of the event. */
  logError(error: unknown, where: string, traceparent: string | undefined): void;
}

/**
 * How a handler runs. `standard`: in the transaction of a command or a reaction, or with the reads of a query.
 * `cache_only`: with the access cache alone. `prepared`: before the transaction; the handler returns the work for the
 * transaction.
 */
export type HandlerMode = 'standard' | 'cache_only' | 'prepared';

/** The part of a reaction that runs in the transaction which claims the event. */
export type ReactionWork = (context: unknown) => Promise<void>;

/** Runs the part of a reaction that calls other services, and returns the part that writes. */
export type PrepareReaction = () => Promise<ReactionWork>;

export interface ExecutionResult {
  readonly output: unknown;
  /** See `accessRevision` of `Reply`. */
  readonly accessRevision?: string | undefined;
}

/**
 * The Nest pattern of the preflight handler of a contract. The preflight handler checks the input of an upload before
 * the file is stored.
 */
export const preflightPatternOf = (contract: Contract): string => `preflight of ${contract.subject}`;

/**
 * Nest transport over the bus. Commands and queries are requests with a reply; events come from the streams of the
 * services that publish them.
 */
export class BusServer extends Server implements CustomTransportStrategy {
  private readonly retries: EventRetries;

  constructor(
    private readonly service: string,
    private readonly bus: Bus,
    private readonly hooks: PipelineHooks,
    retryDelaysMs: readonly number[] = RETRY_DELAYS_MS,
  ) {
    super();
    this.retries = new EventRetries(hooks, retryDelaysMs);
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler?: boolean,
    extras?: Record<string, unknown>,
  ): void {
    // Without this check, Nest silently replaces the first handler.
    if (this.messageHandlers.has(this.normalizePattern(pattern as string)))
      throw new Error(`${this.service} has two handlers for ${String(pattern)}`);
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  listen(callback: (error?: unknown) => void): void {
    this.subscribe().then(() => callback(), callback);
  }

  async close(): Promise<void> {
    await this.bus.close();
  }

  /** Nest requires this method. The transport has no events of its own. */
  on(): void {}

  unwrap<T>(): T {
    return this.bus as T;
  }

  /** Returns a stored event and its reaction, for the replay of a dead letter. Throws when the event is malformed. */
  readReaction(subject: string, data: Uint8Array): { event: CloudEvent; prepare: PrepareReaction } {
    const handler = this.messageHandlers.get(subject);
    if (!handler)
      throw new DomainError('DEAD_LETTER_UNREADABLE', { detail: `${this.service} does not react to ${subject}` });
    const { event, problem } = readEvent({ subject, data }, handler.extras?.['contract'] as EventContract);
    if (!event || problem)
      throw new DomainError('DEAD_LETTER_UNREADABLE', { detail: problem ?? 'the dead letter is not an event' });
    return { event, prepare: () => this.prepareReaction(handler, event) };
  }

  private async subscribe(): Promise<void> {
    const sources = new Set<string>();
    for (const handler of this.messageHandlers.values()) {
      const contract = handler.extras?.['contract'] as Contract | EventContract;
      if (contract.kind === 'event') sources.add(serviceOf(contract));
      else if (!handler.extras?.['isPreflight'])
        await this.bus.serve(contract.subject, this.service, (message) =>
          inSpan(
            () => ({
              name: contract.subject,
              kind: 'SERVER',
              parent: message.headers[callHeaders.traceparent],
            }),
            () => this.answerRequest(contract, handler, message),
          ),
        );
    }
    for (const source of sources) {
      await this.bus.consume({
        source,
        durable: durableOf(this.service, source),
        maxRunning: this.hooks.maxRunning,
        handle: (delivery) => this.handleDelivery(delivery),
      });
    }
  }

  private async answerRequest(contract: Contract, handler: MessageHandler, message: BusMessage): Promise<Uint8Array> {
    try {
      const input: unknown = validate(contract.input, parseInput(message.data));
      const call = await this.hooks.authorize(contract, input, message.headers);
      if (message.headers[callHeaders.preflightOnly]) {
        await this.runPreflight(call, input);
        return encode({ output: null });
      }
      const { output, accessRevision } = await this.hooks.execute(
        call,
        input,
        (context) => this.run(handler, input, context),
        (handler.extras?.['mode'] as HandlerMode | undefined) ?? 'standard',
      );
      return encodeSuccess(contract.hasUncheckedOutput ? output : contract.output.parse(output), accessRevision);
    } catch (error) {
      const reply = toReplyError(error, contract);
      // Status 503 is not logged: the service or a service that it calls is busy or stopped, and the caller retries.
      if (reply.status >= 500 && reply.status !== 503)
        this.hooks.logError(error, contract.subject, message.headers[callHeaders.traceparent]);
      return encode({ error: reply });
    }
  }

  /** Runs the preflight handler as a query, so that no idempotency key is stored. */
  private async runPreflight(call: Call, input: unknown): Promise<void> {
    const preflight = this.messageHandlers.get(this.normalizePattern(preflightPatternOf(call.contract)));
    if (preflight)
      await this.hooks.execute(
        { ...call, contract: { ...call.contract, kind: 'query' } },
        input,
        (context) => this.run(preflight, input, context),
        'standard',
      );
  }

  private async handleDelivery(delivery: EventDelivery): Promise<Verdict> {
    const handler = this.messageHandlers.get(delivery.subject);
    const { event, problem } = readEvent(delivery, handler?.extras?.['contract'] as EventContract | undefined);
    return inSpan(
      () => ({ name: delivery.subject, kind: 'CONSUMER', parent: event?.traceparent }),
      () => this.react(delivery, handler, { event, problem }),
    );
  }

  private async react(
    delivery: EventDelivery,
    handler: MessageHandler | undefined,
    { event, problem }: ReturnType<typeof readEvent>,
  ): Promise<Verdict> {
    try {
      if (problem) throw new MalformedEvent(problem);
      const verdict = await this.hooks.handleEvent(
        event!,
        // An event without a handler is claimed too, so that its entity has no gap in the inbox.
        async () => (handler ? this.prepareReaction(handler, event!) : async () => undefined),
      );
      if ('done' in verdict) this.retries.forget(event!.id);
      return verdict;
    } catch (error) {
      return this.retries.retryOrDeadLetter(delivery, event, error);
    }
  }

  private async prepareReaction(handler: MessageHandler, event: CloudEvent): Promise<ReactionWork> {
    if (handler.extras?.['mode'] === 'prepared') return (await this.run(handler, event, undefined)) as ReactionWork;
    return async (context) => void (await this.run(handler, event, context));
  }

  private async run(handler: MessageHandler, data: unknown, context: unknown): Promise<unknown> {
    const result: unknown = await handler(data, context);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  }
}

function parseInput(data: Uint8Array): unknown {
  try {
    return decode(data);
  } catch {
    throw new DomainError('INPUT_NOT_PARSEABLE');
  }
}

/** Parses an event. `problem` is the reason when the envelope or the data violates the contract. */
function readEvent(
  delivery: Pick<EventDelivery, 'subject' | 'data'>,
  contract: EventContract | undefined,
): { event?: CloudEvent; problem?: string } {
  let parsed: unknown;
  try {
    parsed = decode(delivery.data);
  } catch {
    return { problem: 'not JSON' };
  }
  const envelope = CloudEvent.safeParse(parsed);
  if (!envelope.success) return { problem: `not a CloudEvent: ${firstIssue(envelope.error)}` };
  const event = envelope.data as CloudEvent;
  // The broker lets a service publish only its own subjects. An event with another source would be claimed in place of
  // an event of that service.
  const source = `/${serviceOf(delivery)}`;
  if (event.source !== source) return { problem: `source ${event.source} on subject ${delivery.subject}` };
  if (event.type !== cloudEventType(delivery))
    return { event, problem: `type ${event.type} on subject ${delivery.subject}` };
  if (!contract) return { event };
  const result = contract.data.safeParse(event.data);
  return result.success
    ? { event: { ...event, data: result.data } }
    : { event, problem: `data: ${firstIssue(result.error)}` };
}

const firstIssue = (error: z.ZodError): string => `${error.issues[0]?.path.join('.')} ${error.issues[0]?.message}`;
