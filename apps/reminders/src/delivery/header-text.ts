/**
 * Returns a text for a mail header. Names in the text may contain line breaks, or encoded words (RFC 2047) that a mail
 * program would decode to line breaks and further headers.
 */
export const headerText = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll('=?', '= ?');
