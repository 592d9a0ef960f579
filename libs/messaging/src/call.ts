import type { Contract } from '@cordee/contracts/contract';
import type { Locale } from '@cordee/contracts/values';

/** Limits of an API token: one organization, and the scopes within it. */
export interface ApiTokenLimits {
  readonly organizationId: `org_${string}`;
  readonly scopes: ReadonlySet<string>;
}

/** The caller: anonymous, a person with a session or an API token, a service token, or a service on its own behalf. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'person';
      readonly accountId: `acc_${string}`;
      readonly sessionId: `ses_${string}` | `tok_${string}`;
      readonly isStaff: boolean;
      /** The last sign-in of the session; undefined for an API token. */
      readonly signedInAt?: Date | undefined;
      readonly limits?: ApiTokenLimits | undefined;
    }
  | {
      /** A program of the provider or of a partner, which acts for no person and only reads. */
      readonly kind: 'service_token';
      readonly tokenId: `tok_${string}`;
      /** Null for all organizations. */
      readonly organizationIds: ReadonlySet<string> | null;
      readonly scopes: ReadonlySet<string>;
    }
  | { readonly kind: 'service'; readonly service: string };

/** The id of an actor in events and audit records. */
export function actorId(actor: Actor): string {
  if (actor.kind === 'person') return actor.accountId;
  if (actor.kind === 'service_token') return actor.tokenId;
  return actor.kind === 'service' ? `service:${actor.service}` : 'anonymous';
}

/** The scopes of the caller's API token or service token; undefined for a session, which has no scopes. */
export function scopesOf(actor: Actor): ReadonlySet<string> | undefined {
  if (actor.kind === 'service_token') return actor.scopes;
  return actor.kind === 'person' ? actor.limits?.scopes : undefined;
}

/** Everything about a request except its input. */
export interface Call {
  readonly contract: Contract;
  readonly actor: Actor;
  readonly now: Date;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly language: Locale;
  /** The caller's reason, for the audit record. */
  readonly reason: string | undefined;
  /** The organization that the input names, if any. */
  readonly organizationId: `org_${string}` | undefined;
  /** The support accesses under which the actor, a member of staff, makes the call (SUP-3). */
  readonly supportAccessIds?: readonly `sup_${string}`[] | undefined;
  /** The `Access-Revision` of the caller: access is decided from data that is at least as new (ACC-3). */
  readonly accessRevision?: string | undefined;
  /** The instant at which the caller stops waiting, in milliseconds since 1970; NaN without a deadline. */
  readonly deadline: number;
  /** The IP address of the person or program that called the gateway; undefined for a call of a service. */
  readonly callerAddress: string | undefined;
  /** The key of the call in the queues of a busy service; undefined for a call that does not wait. */
  readonly queueKey: string | undefined;
  /** The access token of the person. Calls to other services on behalf of the person pass the token on. */
  readonly token: string | undefined;
}

/**
 * Headers of a request on the bus. `RpcClient` sets the headers, and copies the token, reason, language, request id and
 * trace from the causing call.
 */
export const callHeaders = {
  token: 'cordee-token',
  /** The service that sends the request. */
  service: 'cordee-service',
  /** The instant at which the caller stops waiting, in milliseconds since 1970. */
  deadline: 'cordee-deadline',
  reason: 'cordee-reason',
  language: 'accept-language',
  idempotencyKey: 'idempotency-key',
  /** See `Call.callerAddress`. */
  callerAddress: 'cordee-caller-address',
  requestId: 'request-id',
  traceparent: 'traceparent',
  accessRevision: 'cordee-access-revision',
  /** Set for a preflight: the service runs the checks of the call, but not the call. */
  preflightOnly: 'cordee-admit-only',
} as const;
