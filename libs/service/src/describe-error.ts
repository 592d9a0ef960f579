/**
 * The SQLSTATE of a data exception, whose message contains the value, for example `invalid input syntax for type uuid:
 * "…"`.
 */
const DATA_EXCEPTION = /^22\w{3}$/;

/** The fields of an error that the log contains. */
export interface LoggedError {
  type: string;
  message: string;
  code?: string;
  /** The constraint and the table of a failed statement. */
  constraint?: string;
  table?: string;
  /** The frames only: the first line of a stack repeats the message. */
  stack?: string;
  cause?: LoggedError;
}

/**
 * Describes an error for the log, without values of the customer. The fields of a failed statement that contain values
 * (`detail`, `where`, `query`) are left out, also in the causes.
 */
export function describeError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { code, constraint, table } = error as { code?: unknown; constraint?: unknown; table?: unknown };
  const isDataException = typeof code === 'string' && DATA_EXCEPTION.test(code);
  return {
    type: error.name,
    message: isDataException ? `data exception ${code}` : error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    ...(typeof table === 'string' ? { table } : {}),
    ...(error.stack ? { stack: framesOf(error.stack) } : {}),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
