/** Where a hit stands: A title or subject, B people and codes, C attachment names, D text. */
export type Weight = 'A' | 'B' | 'C' | 'D';

/** Words longer than this are pasted keys and encoded data; their beginning is enough. */
const LONGEST = 60;

/** A word as it may stand in a tsvector or tsquery literal, whatever it consists of. */
export function quotedLexeme(word: string): string {
  return `'${clip(word).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Cuts between characters, never inside one. */
function clip(word: string): string {
  return word.length <= LONGEST ? word : Array.from(word).slice(0, LONGEST).join('');
}
