const CONNECTION_LOST_CODES = ['57P01', '57P02', '57P03', 'ECONNRESET', 'EPIPE'];
const NO_CONNECTION_CODES = ['53300', 'ECONNREFUSED', 'ETIMEDOUT'];

/** Messages of `pg` for statements on a connection that has ended; these errors have no code. */
const LOST_MESSAGES = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/** True when the connection of a statement ended. A read can be repeated; a write may have been committed. */
export function isConnectionLost(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return CONNECTION_LOST_CODES.includes(code) || code.startsWith('08') || LOST_MESSAGES.test(message);
}

/** True when the database cannot be reached at the moment, or has no free connection. */
export const isDatabaseUnavailable = (error: unknown): boolean =>
  error instanceof Error &&
  (isConnectionLost(error) || NO_CONNECTION_CODES.includes((error as { code?: string }).code ?? ''));
