import * as z from 'zod';
import type { PermissionName } from './permissions.ts';

/**
 * The required authorization: `public` (none), `account` (a signed-in person), `staff` (the provider's staff),
 * `service` (another service; without a route), or a permission in the organization of the input field
 * `organizationId`.
 */
export type Access = 'public' | 'account' | 'staff' | 'service' | PermissionName;

/** The processes that use the bus. The gateway calls every contract with a route. */
export const serviceNames = [
  'identity',
  'teams',
  'products',
  'billing',
  'renewals',
  'reminders',
  'search',
  'gateway',
] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface ErrorDeclaration {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 412 | 413 | 415 | 422 | 428 | 429 | 502 | 503;
  /** One sentence for people; the same text for all occurrences of the error. */
  readonly title: string;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with `:parameter` segments; each parameter is a field of the input. */
  readonly path: `/${string}`;
  /** Status of the success response; 200 by default. */
  readonly status?: 200 | 201 | 202 | 204;
  /**
   * Content types of the file in the body. The gateway first stores the file in the owning service. The input contains
   * the id of the file as `fileId`.
   */
  readonly upload?: readonly string[];
  /** The maximum size of the file in the body, in bytes; `FILE_MAX_BYTES` by default. */
  readonly maxUploadBytes?: number;
  /**
   * True when a signature covers the bytes of the body. The input then contains the body as text in `body`, and in
   * `headers` the headers whose names contain `signature` or `webhook`.
   */
  readonly hasRawBody?: true;
  /** Content types of the file in the response; the output is a `FileReference`. */
  readonly download?: readonly string[];
  /** True when the output of a download is a `FilePage`, and the input has a `cursor`. */
  readonly isPaged?: true;
}

/** A command or query of a service: the source of types, validation, routes, documents and clients. */
export interface Contract<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'command' | 'query';
  /** `rpc.<service>.<noun>.<verb>.v1` */
  readonly subject: `rpc.${string}.${string}.${string}.v${number}`;
  readonly http?: Route;
  readonly access: Access;
  /**
   * The callers besides the gateway, which calls every contract with a route. `events` is the command-line tool of the
   * operator. The broker refuses other callers.
   */
  readonly callers?: readonly (ServiceName | 'events')[] | 'every_service';
  readonly summary: string;
  readonly description?: string;
  readonly input: I;
  readonly output: O;
  readonly errors: Readonly<Record<string, ErrorDeclaration>>;
  /** `required` for commands that move money; every command accepts a key. */
  readonly idempotencyKey?: 'required';
  /**
   * True when the access cache calls the contract. The cache waits for the reply, perhaps while the caller of the cache
   * uses a connection of the same database. To prevent deadlocks, the handler uses a separate connection pool.
   */
  readonly isForAccess?: boolean;
  /**
   * True when the caller must have signed in at most 10 minutes ago (RFC 9470), because the command changes who can
   * sign in or what a person may do. Staff need a recent sign-in as well, and API tokens are refused.
   */
  readonly requiresRecentSignIn?: boolean;
  /** True when the output contains a secret. The output is then not stored for repeats with an idempotency key. */
  readonly hasSecretOutput?: boolean;
  /**
   * True when the service does not check the output against its schema. This option is for outputs with thousands of
   * rows that only services read and whose fields the code lists one by one. Specs check these outputs.
   */
  readonly hasUncheckedOutput?: boolean;
  /** True when the output contains texts in the language of the caller (`Accept-Language`). */
  readonly hasLocalizedOutput?: boolean;
  readonly example: { readonly input: z.input<I>; readonly output: z.input<O> };
}

/** The validated input of a handler. */
export type Input<C extends Contract> = z.output<C['input']>;
/** The result of a handler. */
export type Output<C extends Contract> = z.input<C['output']>;
/** The parsed reply for a caller. */
export type Answer<C extends Contract> = z.output<C['output']>;

type Declaration<I extends z.ZodType, O extends z.ZodType> = Omit<Contract<I, O>, 'kind'>;

/** Declares a write: one transaction of the owning service, idempotent with an idempotency key. */
export function command<I extends z.ZodType, O extends z.ZodType>(declaration: Declaration<I, O>): Contract<I, O> {
  return { kind: 'command', ...declaration };
}

/** Declares a read. */
export function query<I extends z.ZodType, O extends z.ZodType>(declaration: Declaration<I, O>): Contract<I, O> {
  return { kind: 'query', ...declaration };
}

/** A part of the access snapshot of an organization. Each part has one owning service. */
export type AccessPart = 'people' | 'grants' | 'products';

/** A domain event of a service: the source of types, validation, the stream and documents. */
export interface EventContract<D extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  /** `evt.<service>.<entity>.<event>.v1` */
  readonly subject: `evt.${string}.${string}.${string}.v${number}`;
  readonly summary: string;
  readonly data: D;
  /** The data field with the entity id; events of an entity are ordered. */
  readonly entity: string;
  /** The access data that the event changes: access caches are notified before the request returns (ACC-3). */
  readonly invalidatesAccess?: AccessPart | 'sessions';
  readonly example: z.input<D>;
}

export type EventData<E extends EventContract> = z.output<E['data']>;

/** Declares a domain event that a service publishes. */
export function event<D extends z.ZodType>(declaration: Omit<EventContract<D>, 'kind'>): EventContract<D> {
  return { kind: 'event', ...declaration };
}

/** The service that owns a subject: the second part of the subject. */
export const serviceOf = (contract: { subject: string }): string => contract.subject.split('.')[1]!;

/** The seconds after a sign-in in which the sign-in is recent. */
export const RECENT_SIGN_IN_S = 600;

/** True when the broker lets the caller send requests of the contract. */
export function mayCall(caller: string, { callers = [], http }: Pick<Contract, 'callers' | 'http'>): boolean {
  if (caller === 'gateway' && http) return true;
  const names: readonly string[] = callers === 'every_service' ? serviceNames : callers;
  return names.includes(caller);
}

/** The error that callers get for an unexpected error. Its text says nothing about the cause. */
export const INTERNAL_ERROR = { code: 'INTERNAL', status: 500, title: 'Something went wrong on our side' } as const;

/** Errors that every operation can return; contracts declare additional errors. */
export const sharedErrors = {
  INPUT_NOT_PARSEABLE: { status: 400, title: 'The body is not valid JSON' },
  IDEMPOTENCY_KEY_MISSING: { status: 400, title: 'An Idempotency-Key header is required' },
  SIGN_IN_REQUIRED: { status: 401, title: 'You are not signed in' },
  INSUFFICIENT_USER_AUTHENTICATION: {
    status: 401,
    title: 'This request requires a sign-in within the last 10 minutes',
  },
  API_TOKEN_INVALID: { status: 401, title: 'The API token is wrong, expired or revoked' },
  PERMISSION_DENIED: { status: 403, title: 'You do not have the permission for this request' },
  API_TOKEN_SCOPE_MISSING: { status: 403, title: 'The API token lacks the required scope' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  ORGANIZATION_NOT_FOUND: { status: 404, title: 'There is no such organization' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This path does not support the method' },
  IDEMPOTENCY_KEY_RUNNING: { status: 409, title: 'A request with this Idempotency-Key is still running' },
  VERSION_MISMATCH: { status: 412, title: 'The resource has changed since this version' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  CONTENT_TYPE_UNSUPPORTED: { status: 415, title: 'The operation does not accept this content type' },
  INPUT_INVALID: { status: 422, title: 'The input is not valid' },
  ACCESS_REVISION_INVALID: { status: 422, title: 'The Access-Revision is not valid' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'This Idempotency-Key was used with another input' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  SERVICE_UNAVAILABLE: { status: 503, title: 'The service cannot be reached right now' },
} as const satisfies Record<string, ErrorDeclaration>;
