import type { FoundWord } from './search-words.ts';

/** Folded stems by word form, in all languages of the index. `StemCache` loads them. */
export type Stems = ReadonlyMap<string, readonly string[]>;

const STEMMABLE = /^\p{Script=Latin}{3,40}$/u;
const STEMMABLE_ASCII = /^[a-z]{3,40}$/;
const UMLAUT: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue' };

/** Returns the word with its accents: stemmers recognize endings by their accents. */
const withAccents = (word: FoundWord): string => word.text.normalize('NFKC').toLowerCase();

/** Returns the German spelling without umlauts: `mueller` for `müller`. */
const withoutUmlauts = (form: string): string => form.replace(/[äöü]/g, (letter) => UMLAUT[letter]!);

/**
 * Returns the forms of a word to stem: with accents, folded, and without umlauts. A stemmer cuts `equipees` and
 * `équipées` differently, and a user may type either form.
 */
export function stemForms(word: FoundWord): string[] {
  // Most words have no accent and only one form, so normalization is skipped.
  if (word.text.toLowerCase() === word.folded) return STEMMABLE_ASCII.test(word.folded) ? [word.folded] : [];
  const form = withAccents(word);
  if (!STEMMABLE.test(form)) return [];
  return [...new Set([form, word.folded, withoutUmlauts(form)])].filter((each) => STEMMABLE.test(each));
}

/** Returns all lexemes of a word in the index: the folded form first, then other spellings and stems. */
export function lexemesOf(word: FoundWord, stems: Stems): string[] {
  const lexemes = new Set([word.folded]);
  const accentedForm = withAccents(word);
  for (const form of stemForms(word)) {
    if (form !== accentedForm) lexemes.add(form);
    for (const stem of stems.get(form) ?? []) lexemes.add(stem);
  }
  return [...lexemes];
}
