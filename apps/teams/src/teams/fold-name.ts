/** Letters that no normalization takes apart, by what they look like. */
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

/** The name without case, accents, strokes, width and what is not seen: what two teams of an organization may not share (TEAM-1). Folding a folded name changes nothing. */
export function foldName(name: string): string {
  // Marks that any script may take are accents; those of a script of its own, the vowels of Devanagari and Thai for instance, are its letters. With them go characters that have no width: joiners, marks of direction, fillers.
  const withoutMarks = (text: string): string =>
    text.normalize('NFKD').replace(/[[\p{M}&&\p{Script=Inherited}]\p{Cf}\p{Default_Ignorable_Code_Point}]+/gv, '');
  // By way of upper case, which makes one of what lower case keeps apart (ß and ss, the two small sigmas); ẞ has to be ß before that.
  return withoutMarks(withoutMarks(name).toLowerCase().toUpperCase().toLowerCase())
    .replace(letters, (letter) => lookalikes[letter]!)
    .replace(/\s+/g, ' ')
    .trim();
}
