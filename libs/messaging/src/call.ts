import type { Contract } from '@cordee/contracts/contract';
import type { Locale } from '@cordee/contracts/values';

/** Limits of an API token: one organization, and the scopes within it. */
export interface ApiTokenLimits {
  readonly organizationId: `org_${string}`;
  readonly scopes: ReadonlySet<string>;
}

/** The caller: anonymous, a person with a session or an API token, or a service on its own behalf. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'person';
      readonly accountId: `acc_${string}`;
      readonly sessionId: `ses_${string}` | `tok_${string}`;
      readonly isStaff: boolean;
      readonly limits?: ApiTokenLimits | undefined;
    }
  | { readonly kind: 'service'; readonly service: string };

/** The id of an actor in events and audit records. */
export function actorId(actor: Actor): string {
  if (actor.kind === 'person') return actor.accountId;
  return actor.kind === 'service' ? `service:${actor.service}` : 'anonymous';
}

/** The scopes of the caller's API token; undefined for a session, which has no scopes. */
export const scopesOf = (actor: Actor): ReadonlySet<string> | undefined =>
  actor.kind === 'person' ? actor.limits?.scopes : undefined;

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
  /** The support accesses that let the actor, a member of staff, do it (SUP-3). */
  readonly supportAccessIds?: readonly `sup_${string}`[] | undefined;
  /** The caller's `Access-Revision`: access must not be decided from older data (ACC-3). */
  readonly accessRevision?: string | undefined;
  /** The access token of the person, passed on in calls to other services on their behalf. */
  readonly token: string | undefined;
}

/** Headers of a request on the bus; the gateway sets them, services pass them on. */
export const callHeaders = {
  token: 'cordee-token',
  service: 'cordee-service',
  deadline: 'cordee-deadline',
  reason: 'cordee-reason',
  language: 'accept-language',
  idempotencyKey: 'idempotency-key',
  requestId: 'request-id',
  traceparent: 'traceparent',
  accessRevision: 'cordee-access-revision',
  /** Preflight: runs the checks of the call without executing it. */
  preflightOnly: 'cordee-admit-only',
} as const;
