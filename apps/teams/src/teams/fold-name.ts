/** Letters that Unicode normalization does not decompose, with similar Latin letters. */
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
const letters = new RegExp(`[${Object.keys(lookalikes).join('')}]`, 'gu');

/**
 * The name without case, accents, strokes, width and invisible characters; unique among the teams of an organization
 * (TEAM-1). The function is idempotent.
 */
export function foldName(name: string): string {
  // Inherited marks are accents. Marks of one script, such as the vowels of Devanagari and Thai, are letters and stay.
  // Characters without width are removed too: joiners, direction marks, fillers.
  const withoutMarks = (text: string): string =>
    text.normalize('NFKD').replace(/[[\p{M}&&\p{Script=Inherited}]\p{Cf}\p{Default_Ignorable_Code_Point}]+/gv, '');
  // Upper case unifies letters that differ in lower case only (ß and ss, both small sigmas). ẞ must become ß before.
  return withoutMarks(withoutMarks(name).toLowerCase().toUpperCase().toLowerCase())
    .replace(letters, (letter) => lookalikes[letter]!)
    .replace(/\s+/g, ' ')
    .trim();
}
