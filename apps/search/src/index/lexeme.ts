/** The weights of PostgreSQL, by the part of an entry that contains the word. A query can search for one weight. */
export const WEIGHT = { title: 'A', namesAndNumbers: 'B', filename: 'C', body: 'D' } as const;
export type Weight = (typeof WEIGHT)[keyof typeof WEIGHT];

/** A longer word is cut: it is a pasted key or encoded data. */
const MAX_WORD_LENGTH = 60;

/** Escapes a word for a tsvector or tsquery literal. */
export function quotedLexeme(word: string): string {
  return `'${clip(word).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Cuts a long word. Never splits a surrogate pair. */
function clip(word: string): string {
  return word.length <= MAX_WORD_LENGTH ? word : Array.from(word).slice(0, MAX_WORD_LENGTH).join('');
}
