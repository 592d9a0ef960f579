import type { Contract } from '@cordee/contracts/contract';
import type { Locale } from '@cordee/contracts/values';

/** What an API token holds its person to: one organization, and in it what the scopes name. */
export interface ApiTokenLimits {
  readonly organizationId: `org_${string}`;
  readonly scopes: ReadonlySet<string>;
}

/** Who acts: nobody known, a person with a session (perhaps of the provider's staff) or an API token, or a service for itself. */
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

/** How an actor is named in events and audit records. */
export function actorId(actor: Actor): string {
  if (actor.kind === 'person') return actor.accountId;
  return actor.kind === 'service' ? `service:${actor.service}` : 'anonymous';
}

/** The scopes of the API token that the person acts with; undefined with a session, which holds nothing back. */
export const scopesOf = (actor: Actor): ReadonlySet<string> | undefined =>
  actor.kind === 'person' ? actor.limits?.scopes : undefined;

/** What is known of a request besides its input. */
export interface Call {
  readonly contract: Contract;
  readonly actor: Actor;
  readonly now: Date;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly language: Locale;
  /** Why, in the words of whoever acts; kept in the audit record. */
  readonly reason: string | undefined;
  /** The organization that the input names, if any. */
  readonly organizationId: `org_${string}` | undefined;
  /** The support accesses that let the actor, a member of staff, do it (SUP-3). */
  readonly supportAccessIds?: readonly `sup_${string}`[] | undefined;
  /** No rights older than this revision may be decided from, in the words of whoever asks (ACC-3). */
  readonly accessRevision?: string | undefined;
  /** The signed token of the person, to pass on when this service asks others in their name. */
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
  /** Asks only whether the call would be let in: nothing is done. */
  admitOnly: 'cordee-admit-only',
} as const;
