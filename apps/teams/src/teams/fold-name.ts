/** The name without case, accents and width: what two teams of an organization may not share (TEAM-1). Folding a folded name changes nothing. */
export function foldName(name: string): string {
  const withoutMarks = (text: string): string => text.normalize('NFKD').replace(/\p{M}+/gu, '');
  // By way of upper case, which makes one of what lower case keeps apart (ß and ss, the two small sigmas); ẞ has to be ß before that.
  return withoutMarks(withoutMarks(name).toLowerCase().toUpperCase().toLowerCase()).replaceAll('ς', 'σ').replace(/\s+/g, ' ').trim();
}
