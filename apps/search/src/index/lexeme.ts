/** A: title or subject. B: people and numbers. C: names of attachments. D: text. */
export type Weight = 'A' | 'B' | 'C' | 'D';

/** A longer word is cut: it is a pasted key or encoded data. */
const MAX_LENGTH = 60;

/** Escapes a word for a tsvector or tsquery literal. */
export function quotedLexeme(word: string): string {
  return `'${clip(word).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Cuts a long word. Never splits a surrogate pair. */
function clip(word: string): string {
  return word.length <= MAX_LENGTH ? word : Array.from(word).slice(0, MAX_LENGTH).join('');
}
