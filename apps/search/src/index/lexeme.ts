/** A: title or subject. B: people and numbers. C: names of attachments. D: text. */
export type Weight = 'A' | 'B' | 'C' | 'D';

/** Longer words are pasted keys or encoded data; they are cut. */
const MAX_LENGTH = 60;

/** A word escaped for a tsvector or tsquery literal. */
export function quotedLexeme(word: string): string {
  return `'${clip(word).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Never splits a surrogate pair. */
function clip(word: string): string {
  return word.length <= MAX_LENGTH ? word : Array.from(word).slice(0, MAX_LENGTH).join('');
}
