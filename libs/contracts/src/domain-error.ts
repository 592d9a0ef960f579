/** An error of one input field. `pointer` is an RFC 6901 JSON pointer (`/lines/0/quantity`). */
export interface FieldError {
  pointer: string;
  detail: string;
  code: string;
  /** The line in an uploaded file, from 1. */
  line?: number;
}

export interface DomainErrorOptions {
  /** HTTP status for a code that the contract does not declare. */
  status?: number;
  detail?: string;
  errors?: FieldError[];
  /** Seconds until a retry can succeed; the gateway returns them as `Retry-After`. */
  retryAfter?: number;
}

/** A rejection with a stable code (`NOUN_CONDITION`). The gateway returns it as problem details (RFC 9457). */
export class DomainError extends Error {
  readonly code: string;
  readonly status: number | undefined;
  readonly errors: FieldError[];
  readonly retryAfter: number | undefined;

  constructor(code: string, options: DomainErrorOptions = {}) {
    super(options.detail ?? code);
    this.name = 'DomainError';
    this.code = code;
    this.status = options.status;
    this.errors = options.errors ?? [];
    this.retryAfter = options.retryAfter;
  }

  get detail(): string | undefined {
    return this.message === this.code ? undefined : this.message;
  }
}

/**
 * Returns a rejection handler for a call to another service. The handler replaces error codes of the called contract by
 * codes that the caller's own contract declares. It throws all other errors again.
 */
export const replaceCodes =
  (codes: Readonly<Record<string, string>>) =>
  (error: unknown): never => {
    const code = error instanceof DomainError ? codes[error.code] : undefined;
    throw code === undefined ? error : new DomainError(code);
  };
