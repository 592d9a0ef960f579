import type { ParsedMessage } from './intake/parsed-message.ts';

/** What an mbox tells of a message in headers of its own: `Status: RO` (read, seen before), `X-Status: F` (flagged). Without them it counts as read. */
export function mailMarks({ headers }: Pick<ParsedMessage, 'headers'>): { isUnread: boolean; isStarred: boolean } {
  const mark = (name: string) => headers.find((header) => header.name === name)?.value.toUpperCase();
  const status = mark('status');
  return {
    isUnread: status !== undefined && /^[RO]*$/.test(status) && !status.includes('R'),
    isStarred: /^[A-Z]*F[A-Z]*$/.test(mark('x-status') ?? ''),
  };
}
