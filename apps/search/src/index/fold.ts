/** Replacements of letters that Unicode does not decompose, such as letters with a stroke, and of the final sigma. */
const REPLACEMENTS: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ŧ: 't',
  ŋ: 'n',
  ı: 'i',
  ĸ: 'k',
  ſ: 's',
  ς: 'σ',
};
const REPLACED_LETTER = new RegExp(`[${Object.keys(REPLACEMENTS).join('')}]`, 'g');

/**
 * Accents, and the vowel points of Hebrew and Arabic. Indic vowel signs and kana marks stay, because they are letters.
 */
const ACCENTS = new RegExp(
  String.raw`[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670` +
    String.raw`\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+`,
  'g',
);

/** Invisible characters that may occur inside words: soft hyphens, joiners and direction marks. */
const INVISIBLE = new RegExp(
  String.raw`[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]+`,
  'g',
);

// eslint-disable-next-line no-control-regex
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * Removes differences that a search ignores: accents, case, Unicode composition, width and ligatures. Idempotent.
 * Decomposes the characters before the change to lower case, because the lower case of `İ` is a letter and an accent.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .replace(INVISIBLE, '')
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .toLowerCase()
    .replace(REPLACED_LETTER, (letter) => REPLACEMENTS[letter]!)
    .normalize('NFKC');
}
