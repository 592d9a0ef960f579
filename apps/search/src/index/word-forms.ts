import type { FoundWord } from './search-words.ts';

/** Folded stems by word form, in all languages of the index. `StemCache` loads them. */
export type Stems = ReadonlyMap<string, readonly string[]>;

const STEMMED = /^\p{Script=Latin}{3,40}$/u;
const PLAIN = /^[a-z]{3,40}$/;
const UMLAUT: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue' };

/** The word with its accents, by which stemmers recognize endings. */
const accented = (word: FoundWord): string => word.text.normalize('NFKC').toLowerCase();

/** German spelling without umlauts: `Mueller` for `Müller`. */
const transliterated = (form: string): string => form.replace(/[äöü]/g, (letter) => UMLAUT[letter]!);

/**
 * The forms of a word to stem: accented and folded. A stemmer cuts `equipees` and `équipées` differently, and a user
 * may type either.
 */
export function stemForms(word: FoundWord): string[] {
  // Most words have no accent and only one form, so normalization is skipped.
  if (word.text.toLowerCase() === word.folded) return PLAIN.test(word.folded) ? [word.folded] : [];
  const form = accented(word);
  if (!STEMMED.test(form)) return [];
  return [...new Set([form, word.folded, transliterated(form)])].filter((each) => STEMMED.test(each));
}

/** All lexemes of a word in the index: the folded form first, then other spellings and stems. */
export function lexemesOf(word: FoundWord, stems: Stems): string[] {
  const lexemes = new Set([word.folded]);
  const spelled = accented(word);
  for (const form of stemForms(word)) {
    if (form !== spelled) lexemes.add(form);
    for (const stem of stems.get(form) ?? []) lexemes.add(stem);
  }
  return [...lexemes];
}
