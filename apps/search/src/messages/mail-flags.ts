import type { ParsedMessage } from './ingest/parsed-message.ts';

/**
 * Flags from the mbox headers `Status` (`R`: read, `O`: old) and `X-Status` (`F`: flagged). A message without them
 * counts as read.
 */
export function mailFlags({ headers }: Pick<ParsedMessage, 'headers'>): { isUnread: boolean; isStarred: boolean } {
  const flags = (name: string) => headers.find((header) => header.name === name)?.value.toUpperCase();
  const status = flags('status');
  return {
    isUnread: status !== undefined && /^[RO]*$/.test(status) && !status.includes('R'),
    isStarred: /^[A-Z]*F[A-Z]*$/.test(flags('x-status') ?? ''),
  };
}
