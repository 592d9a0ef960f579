import * as z from 'zod';
import type { PermissionName } from './permissions.ts';

/**
 * Who may call: `public` (nobody needs to be signed in), `account` (any signed-in person), `staff` (the provider's staff), `service`
 * (other services only; has no route) or a permission in the organization that the input names as `organizationId`.
 */
export type Access = 'public' | 'account' | 'staff' | 'service' | PermissionName;

export interface ErrorDeclaration {
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 412 | 413 | 422 | 428 | 429 | 502 | 503;
  /** One sentence for people; the same for every occurrence. */
  readonly title: string;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with `:parameter` segments; each is a field of the input. */
  readonly path: `/${string}`;
  /** Status of the success answer; 200 when left out. */
  readonly status?: 200 | 201 | 202 | 204;
  /** The body is a file of one of these types, put into the owning service's files first; the input carries its id as `fileId`. */
  readonly upload?: readonly string[];
  /** The output is `FileReference` and the answer is the file itself. */
  readonly download?: boolean;
}

/** A request that one service answers: declared once, used for types, validation, routes, documents and clients. */
export interface Contract<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'command' | 'query';
  /** `rpc.<service>.<noun>.<verb>.v1` */
  readonly subject: `rpc.${string}.${string}.${string}.v${number}`;
  readonly http?: Route;
  readonly access: Access;
  readonly summary: string;
  readonly description?: string;
  readonly input: I;
  readonly output: O;
  readonly errors: Readonly<Record<string, ErrorDeclaration>>;
  /** `required` where money moves; every command accepts a key. */
  readonly idempotencyKey?: 'required';
  /** Copies of access facts wait for the answer, perhaps while they hold a connection to this service's database: it is worked out over connections of its own. */
  readonly isForAccess?: boolean;
  /** The output holds a secret (tokens): it is never kept for repeats, whatever key came along. */
  readonly hasSecretOutput?: boolean;
  readonly example: { readonly input: z.input<I>; readonly output: z.input<O> };
}

/** What a handler is given. */
export type Input<C extends Contract> = z.output<C['input']>;
/** What a handler returns. */
export type Output<C extends Contract> = z.input<C['output']>;
/** What a caller gets. */
export type Answer<C extends Contract> = z.output<C['output']>;

type Declaration<I extends z.ZodType, O extends z.ZodType> = Omit<Contract<I, O>, 'kind'>;

/** Declares a write. It runs in one transaction of the owning service and is safe to repeat with the same idempotency key. */
export function command<I extends z.ZodType, O extends z.ZodType>(declaration: Declaration<I, O>): Contract<I, O> {
  return { kind: 'command', ...declaration };
}

/** Declares a read. */
export function query<I extends z.ZodType, O extends z.ZodType>(declaration: Declaration<I, O>): Contract<I, O> {
  return { kind: 'query', ...declaration };
}

/** A part of the access facts of an organization; each has its owner. */
export type AccessPart = 'people' | 'grants' | 'products';

/** A fact that a service reports: declared once, used for types, validation, the stream and documents. */
export interface EventContract<D extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  /** `evt.<service>.<entity>.<fact>.v1` */
  readonly subject: `evt.${string}.${string}.${string}.v${number}`;
  readonly summary: string;
  readonly data: D;
  /** The field of the data that names the entity; its events are ordered. */
  readonly entity: string;
  /** What it changes of what access is decided from: local copies hear of it before the call returns (ACC-3). */
  readonly invalidatesAccess?: AccessPart | 'sessions';
  readonly example: z.input<D>;
}

export type EventData<E extends EventContract> = z.output<E['data']>;

/** Declares an event. */
export function event<D extends z.ZodType>(declaration: Omit<EventContract<D>, 'kind'>): EventContract<D> {
  return { kind: 'event', ...declaration };
}

/** The service that owns a subject. */
export const serviceOf = (contract: { subject: string }): string => contract.subject.split('.')[1]!;

/** Errors that any call can answer with; contracts declare only their own. */
export const sharedErrors = {
  INPUT_NOT_PARSEABLE: { status: 400, title: 'The body is not valid JSON' },
  IDEMPOTENCY_KEY_MISSING: { status: 400, title: 'This call needs an Idempotency-Key header' },
  SIGN_IN_REQUIRED: { status: 401, title: 'You are not signed in' },
  API_TOKEN_INVALID: { status: 401, title: 'The API token is wrong, expired or revoked' },
  PERMISSION_DENIED: { status: 403, title: 'You may not do this' },
  API_TOKEN_SCOPE_MISSING: { status: 403, title: 'The scopes of the API token do not hold this' },
  NOT_FOUND: { status: 404, title: 'There is nothing here' },
  ORGANIZATION_NOT_FOUND: { status: 404, title: 'There is no such organization' },
  IDEMPOTENCY_KEY_RUNNING: { status: 409, title: 'A call with this Idempotency-Key is still running' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  INPUT_INVALID: { status: 422, title: 'The input is not valid' },
  ACCESS_REVISION_INVALID: { status: 422, title: 'The Access-Revision was not made here' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'This Idempotency-Key was used with another input' },
  RATE_LIMITED: { status: 429, title: 'Too many calls' },
  SERVICE_UNAVAILABLE: { status: 503, title: 'The service cannot be reached right now' },
} as const satisfies Record<string, ErrorDeclaration>;
