import { cloudEventType, CloudEvent } from '@cordee/contracts/cloud-event';
import { serviceOf, type Contract, type EventContract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { LRUCache } from 'lru-cache';
import { isObservable, lastValueFrom } from 'rxjs';
import type * as z from 'zod';
import type { Bus, BusMessage, EventDelivery, Verdict } from './bus.ts';
import { callHeaders, type Call } from './call.ts';
import { decode, encode, toReplyError } from './reply.ts';
import { validate } from './validate.ts';

/** The steps of the request pipeline that a service provides. */
export interface PipelineHooks {
  /** Authenticates and authorizes a request. */
  authorize(contract: Contract, input: unknown, headers: BusMessage['headers']): Promise<Call>;
  /** Runs an authorized call in a transaction, or without one when the handler uses only the access cache. */
  execute(
    call: Call,
    input: unknown,
    run: (context: unknown) => Promise<unknown>,
    usesCacheOnly: boolean,
  ): Promise<ExecutionResult>;
  /** Runs the reaction to an event once, in a transaction. */
  handleEvent(event: CloudEvent, run: (context: unknown) => Promise<void>, attempt: number): Promise<Verdict>;
  /** Stores a delivery as a dead letter. `event` is undefined for a malformed one. */
  deadLetter(delivery: EventDelivery, event: CloudEvent | undefined, reason: string): Promise<void>;
  /** Logs an unexpected error. */
  logError(error: unknown, where: string): void;
}

export interface ExecutionResult {
  readonly output: unknown;
  /** See `Reply`. */
  readonly accessRevision?: string | undefined;
}

/** The Nest pattern of the preflight handler of a contract. */
export const preflightPatternOf = (contract: Contract): string => `preflight of ${contract.subject}`;

const RETRY_DELAYS_MS = [100, 300, 1_000, 3_000];

/**
 * Nest transport over the bus: commands and queries by request and reply, events from the streams of their services.
 */
export class BusServer extends Server implements CustomTransportStrategy {
  /**
   * Failed attempts per event in this process. Out-of-order deliveries do not count. The LRU forgets events that
   * another replica has handled.
   */
  private readonly failures = new LRUCache<string, number>({ max: 10_000 });

  constructor(
    private readonly service: string,
    private readonly bus: Bus,
    private readonly hooks: PipelineHooks,
    private readonly retryDelaysMs: readonly number[] = RETRY_DELAYS_MS,
  ) {
    super();
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler?: boolean,
    extras?: Record<string, unknown>,
  ): void {
    // Nest would silently replace the first handler.
    if (this.messageHandlers.has(this.normalizePattern(pattern as string)))
      throw new Error(`${this.service} has two handlers for ${String(pattern)}`);
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  listen(callback: (error?: unknown) => void): void {
    this.open().then(() => callback(), callback);
  }

  async close(): Promise<void> {
    await this.bus.close();
  }

  on(): void {}

  unwrap<T>(): T {
    return this.bus as T;
  }

  /** The reaction to a stored event, for the replay of a dead letter. Throws when the event is malformed. */
  reactionTo(subject: string, data: Uint8Array): { event: CloudEvent; run: (context: unknown) => Promise<void> } {
    const handler = this.messageHandlers.get(subject);
    if (!handler)
      throw new DomainError('DEAD_LETTER_UNREADABLE', { detail: `${this.service} does not react to ${subject}` });
    const { event, refusal } = readEvent({ subject, data }, handler.extras?.['contract'] as EventContract);
    if (!event || refusal) throw new DomainError('DEAD_LETTER_UNREADABLE', { detail: refusal ?? 'it is no event' });
    return { event, run: async (context) => void (await this.run(handler, event, context)) };
  }

  private async open(): Promise<void> {
    const sources = new Set<string>();
    for (const handler of this.messageHandlers.values()) {
      const contract = handler.extras?.['contract'] as Contract | EventContract;
      if (contract.kind === 'event') sources.add(serviceOf(contract));
      else if (!handler.extras?.['isPreflight'])
        await this.bus.serve(contract.subject, this.service, (message) => this.answer(contract, handler, message));
    }
    for (const source of sources) {
      await this.bus.consume({
        source,
        durable: `${this.service}__${source}`,
        handle: (delivery) => this.take(delivery),
      });
    }
  }

  private async answer(contract: Contract, handler: MessageHandler, message: BusMessage): Promise<Uint8Array> {
    try {
      const input: unknown = validate(contract.input, parse(message.data));
      const call = await this.hooks.authorize(contract, input, message.headers);
      if (message.headers[callHeaders.preflightOnly]) {
        await this.runPreflight(call, input);
        return encode({ output: null });
      }
      const { output, accessRevision } = await this.hooks.execute(
        call,
        input,
        (context) => this.run(handler, input, context),
        handler.extras?.['usesCacheOnly'] === true,
      );
      return encode({ output: contract.output.parse(output), accessRevision });
    } catch (error) {
      const reply = toReplyError(error, contract);
      if (reply.status >= 500 && reply.status !== 503) this.hooks.logError(error, contract.subject);
      return encode({ error: reply });
    }
  }

  /** Runs the preflight handler as a query: no idempotency key is stored. */
  private async runPreflight(call: Call, input: unknown): Promise<void> {
    const preflight = this.messageHandlers.get(this.normalizePattern(preflightPatternOf(call.contract)));
    if (preflight)
      await this.hooks.execute(
        { ...call, contract: { ...call.contract, kind: 'query' } },
        input,
        (context) => this.run(preflight, input, context),
        false,
      );
  }

  private async take(delivery: EventDelivery): Promise<Verdict> {
    const handler = this.messageHandlers.get(delivery.subject);
    const { event, refusal } = readEvent(delivery, handler?.extras?.['contract'] as EventContract | undefined);
    try {
      if (refusal) throw new MalformedEvent(refusal);
      const verdict = await this.hooks.handleEvent(
        event!,
        async (context) => {
          if (handler) await this.run(handler, event, context);
        },
        delivery.attempt,
      );
      if ('done' in verdict) this.failures.delete(event!.id);
      return verdict;
    } catch (error) {
      return this.retryOrDeadLetter(delivery, event, error);
    }
  }

  /**
   * Retries with growing delays, then stores a dead letter; a malformed event becomes one at once. When the database is
   * down, the event is redelivered.
   */
  private async retryOrDeadLetter(
    delivery: EventDelivery,
    event: CloudEvent | undefined,
    error: unknown,
  ): Promise<Verdict> {
    this.hooks.logError(error, delivery.subject);
    const failed = this.failures.get(event?.id ?? '') ?? 0;
    const delay = error instanceof MalformedEvent ? undefined : this.retryDelaysMs[failed];
    if (event && delay !== undefined) {
      this.failures.set(event.id, failed + 1);
      return { retryAfterMs: delay };
    }
    try {
      await this.hooks.deadLetter(delivery, event, error instanceof Error ? error.message : String(error));
      if (event) this.failures.delete(event.id);
      return { done: true };
    } catch (deadLetterError) {
      this.hooks.logError(deadLetterError, delivery.subject);
      return { retryAfterMs: this.retryDelaysMs.at(-1)! };
    }
  }

  private async run(handler: MessageHandler, data: unknown, context: unknown): Promise<unknown> {
    const answer: unknown = await handler(data, context);
    return isObservable(answer) ? lastValueFrom(answer, { defaultValue: undefined }) : answer;
  }
}

function parse(data: Uint8Array): unknown {
  try {
    return decode(data);
  } catch {
    throw new DomainError('INPUT_NOT_PARSEABLE');
  }
}

class MalformedEvent extends Error {}

/** Parses an event; `refusal` says why the envelope or the data violates its contract. */
function readEvent(
  delivery: Pick<EventDelivery, 'subject' | 'data'>,
  contract: EventContract | undefined,
): { event?: CloudEvent; refusal?: string } {
  let parsed: unknown;
  try {
    parsed = decode(delivery.data);
  } catch {
    return { refusal: 'not JSON' };
  }
  const envelope = CloudEvent.safeParse(parsed);
  if (!envelope.success) return { refusal: `not a CloudEvent: ${firstIssue(envelope.error)}` };
  const event = envelope.data as CloudEvent;
  if (!contract) return { event };
  if (event.type !== cloudEventType(contract))
    return { event, refusal: `type ${event.type} on subject ${delivery.subject}` };
  const data = contract.data.safeParse(event.data);
  return data.success
    ? { event: { ...event, data: data.data } }
    : { event, refusal: `data: ${firstIssue(data.error)}` };
}

const firstIssue = (error: z.ZodError): string => `${error.issues[0]?.path.join('.')} ${error.issues[0]?.message}`;
