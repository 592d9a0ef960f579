/** One place in the input that is wrong. `pointer` is an RFC 6901 JSON pointer (`/lines/0/quantity`). */
export interface FieldError {
  pointer: string;
  detail: string;
  code: string;
}

export interface DomainErrorOptions {
  /** HTTP status that the code answers with when the contract does not declare it (pure code mostly leaves this out). */
  status?: number;
  detail?: string;
  errors?: FieldError[];
  /** Seconds after which a repeat makes sense; becomes `Retry-After`. */
  retryAfter?: number;
}

/** A refusal with a stable code (`NOUN_CONDITION`). Rules throw it; the bus carries it; the gateway shows it as a problem (RFC 9457). */
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
