/** Replacements of letters that Unicode normalization does not decompose, and of the final sigma. */
const lookalikes: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  æ: 'ae',
  œ: 'oe',
  ς: 'σ',
};
const lookalikePattern = new RegExp(`[${Object.keys(lookalikes).join('')}]`, 'gu');

/**
 * The name without case, accents, strokes, width and invisible characters; unique among the teams of an organization
 * (TEAM-1). The function is idempotent.
 */
export function foldName(name: string): string {
  // Marks of the script `Inherited` are accents and are removed. Marks of a single script, such as the vowels of
  // Devanagari and Thai, are letters and stay. Characters without width are removed: joiners, direction marks, fillers.
  const withoutMarks = (text: string): string =>
    text.normalize('NFKD').replace(/[[\p{M}&&\p{Script=Inherited}]\p{Cf}\p{Default_Ignorable_Code_Point}]+/gv, '');
  // Some letters differ in lower case only: ß and ss, σ and ς. Upper case makes them equal. The first `toLowerCase`
  // turns ẞ into ß, because ẞ does not change in upper case.
  return withoutMarks(withoutMarks(name).toLowerCase().toUpperCase().toLowerCase())
    .replace(lookalikePattern, (letter) => lookalikes[letter]!)
    .replace(/\s+/g, ' ')
    .trim();
}
