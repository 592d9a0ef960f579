import { randomUUID } from 'node:crypto';
import { serviceOf, sharedErrors, type Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type * as z from 'zod';
import { NoResponder, RequestTimeout, type Bus } from './bus.ts';
import { callHeaders, type Call } from './call.ts';
import { decode, encode, readUnparsed, type Reply, type UnparsedReply } from './reply.ts';
import type { ReplyError } from './reply-error.ts';
import { currentTraceparent, inSpan } from './spans.ts';

const DEFAULT_TIMEOUT_MS = 5_000;

export interface CallOptions {
  /**
   * The call that causes this call. The access token, request id, trace, language and reason of that call are passed
   * on.
   */
  causedBy?: Pick<Call, 'requestId' | 'traceparent' | 'token' | 'language' | 'reason'>;
  idempotencyKey?: string;
  /** The IP address of the person or program that called the gateway. */
  callerAddress?: string;
  timeoutMs?: number;
  /** See `Call.accessRevision`. */
  accessRevision?: string | undefined;
  /** Runs only the checks of the call; the output is null. */
  preflightOnly?: boolean;
}

/** Calls other services by contract. */
export class RpcClient {
  constructor(
    private readonly bus: Bus,
    /** The service that sends the requests. */
    readonly service: string,
  ) {}

  /**
   * Returns the output. Throws the error of the reply as a `DomainError`, and SERVICE_UNAVAILABLE when no reply
   * arrives.
   */
  async call<C extends Contract>(
    contract: C,
    input: z.input<C['input']>,
    options: CallOptions = {},
  ): Promise<z.output<C['output']>> {
    const reply = await this.send(contract, input, options);
    if ('error' in reply) throw toDomainError(reply.error);
    return reply.output as z.output<C['output']>;
  }

  /** Returns the reply, which may be an error. */
  async send(contract: Contract, input: unknown, options: CallOptions): Promise<Reply> {
    const reply = await this.request(contract, input, options);
    return reply instanceof Uint8Array ? (decode(reply) as Reply) : reply;
  }

  /** Returns the reply, which may be an error, without parsing its output. */
  async sendUnparsed(contract: Contract, input: unknown, options: CallOptions): Promise<UnparsedReply> {
    const reply = await this.request(contract, input, options);
    return reply instanceof Uint8Array ? readUnparsed(reply) : reply;
  }

  /** Returns the bytes of the reply, or an error when no reply arrives. */
  private async request(
    contract: Contract,
    input: unknown,
    options: CallOptions,
  ): Promise<Uint8Array | { error: ReplyError }> {
    return inSpan(
      () => ({
        name: contract.subject,
        kind: 'CLIENT',
        parent: currentTraceparent() ?? options.causedBy?.traceparent,
      }),
      () => this.requestInSpan(contract, input, options),
    );
  }

  private async requestInSpan(
    contract: Contract,
    input: unknown,
    options: CallOptions,
  ): Promise<Uint8Array | { error: ReplyError }> {
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const origin = options.causedBy;
    const traceparent = currentTraceparent() ?? origin?.traceparent;
    const headers: Record<string, string> = {
      [callHeaders.service]: this.service,
      [callHeaders.requestId]: origin?.requestId ?? randomUUID(),
      [callHeaders.deadline]: String(Date.now() + timeoutMs),
      ...(traceparent ? { [callHeaders.traceparent]: traceparent } : {}),
      ...(origin?.token ? { [callHeaders.token]: origin.token } : {}),
      ...(origin?.language ? { [callHeaders.language]: origin.language } : {}),
      ...(origin?.reason ? { [callHeaders.reason]: encodeURIComponent(origin.reason) } : {}),
      ...(options.accessRevision ? { [callHeaders.accessRevision]: options.accessRevision } : {}),
      ...(options.callerAddress ? { [callHeaders.callerAddress]: options.callerAddress } : {}),
      ...(options.preflightOnly ? { [callHeaders.preflightOnly]: '1' } : {}),
      ...(options.idempotencyKey ? { [callHeaders.idempotencyKey]: encodeURIComponent(options.idempotencyKey) } : {}),
    };
    try {
      return await this.bus.request(contract.subject, encode(input), headers, timeoutMs);
    } catch (error) {
      return { error: unavailableError(contract, error) };
    }
  }
}

function unavailableError(contract: Contract, error: unknown): ReplyError {
  const service = serviceOf(contract);
  const detail =
    error instanceof NoResponder
      ? `${service} is not running`
      : error instanceof RequestTimeout
        ? `${service} did not answer in time; repeat the call with the same Idempotency-Key`
        : `${service} cannot be reached`;
  return { code: 'SERVICE_UNAVAILABLE', ...sharedErrors.SERVICE_UNAVAILABLE, detail, retryAfter: 2 };
}

function toDomainError(error: ReplyError): DomainError {
  return new DomainError(error.code, {
    status: error.status,
    ...(error.detail ? { detail: error.detail } : {}),
    ...(error.errors ? { errors: error.errors } : {}),
    ...(error.retryAfter ? { retryAfter: error.retryAfter } : {}),
  });
}
