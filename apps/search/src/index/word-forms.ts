import type { FoundWord } from './search-words.ts';

/** Stems of a form in all languages of the index, folded. The door loads them; see `StemCache`. */
export type Stems = ReadonlyMap<string, readonly string[]>;

const STEMMED = /^\p{Script=Latin}{3,40}$/u;
const PLAIN = /^[a-z]{3,40}$/;
const UMLAUT: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue' };

/** Letters with their accents: stemmers know endings by them. */
const accented = (word: FoundWord): string => word.text.normalize('NFKC').toLowerCase();

/** German without umlaut keys: `Mueller` for `Müller`. */
const transliterated = (form: string): string => form.replace(/[äöü]/g, (letter) => UMLAUT[letter]!);

/**
 * The forms of a word that go to the stemmers. Both the accented and the folded one, because a stemmer that gets
 * `equipees` cuts elsewhere than one that gets `équipées`, and the searcher may type either.
 */
export function stemForms(word: FoundWord): string[] {
  // Most words have no accent: one form, found without normalizing anything.
  if (word.text.toLowerCase() === word.folded) return PLAIN.test(word.folded) ? [word.folded] : [];
  const form = accented(word);
  if (!STEMMED.test(form)) return [];
  return [...new Set([form, word.folded, transliterated(form)])].filter((each) => STEMMED.test(each));
}

/** Everything the index holds for a word, its folded form first; a query for any of them finds it. */
export function lexemesOf(word: FoundWord, stems: Stems): string[] {
  const lexemes = new Set([word.folded]);
  const spelled = accented(word);
  for (const form of stemForms(word)) {
    if (form !== spelled) lexemes.add(form);
    for (const stem of stems.get(form) ?? []) lexemes.add(stem);
  }
  return [...lexemes];
}
