import type { ParsedMessage } from './parse/parsed-message.ts';

/**
 * Reads the flags from the mbox headers `Status` (`R`: read, `O`: old) and `X-Status` (`F`: flagged). A message without
 * these headers counts as read.
 */
export function mailFlags({ headers }: Pick<ParsedMessage, 'headers'>): { isUnread: boolean; isStarred: boolean } {
  const upperCaseValueOf = (name: string) => headers.find((header) => header.name === name)?.value.toUpperCase();
  // Some programs write free text into these headers, such as `delivered`. `Status` contains flags only if it has no
  // characters besides R and O, and `X-Status` only if it is one word.
  const status = upperCaseValueOf('status');
  return {
    isUnread: status !== undefined && /^[RO]*$/.test(status) && !status.includes('R'),
    isStarred: /^[A-Z]*F[A-Z]*$/.test(upperCaseValueOf('x-status') ?? ''),
  };
}
