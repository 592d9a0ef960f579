/** Folded endings of inflected words in fr, de, it, en, es, including the empty ending. */
const ENDINGS = new Set([
  '',
  ...(
    'a ai aient ais ait al ale ali an ant ante anti ar are as asse at ato ata ati ate aux e ed ee ees el em en ent ' +
    'er era eri ern es et ez i ie ies iera ieren ing ione ioni ions ir ire is isce issent it ito ita iti ite n nd ' +
    'ne nen ns o on ons os r s se sen ses st t te ten ter tes u us x y'
  ).split(' '),
]);

const MIN_STEM_LENGTH = 3;

/**
 * True when two folded words are probably forms of the same word: they have a common stem, and each has a known ending.
 * Only snippets use this function; the stemmers of PostgreSQL decide which messages match.
 */
export function isSameStem(left: string, right: string): boolean {
  if (left === right) return true;
  let commonLength = 0;
  while (commonLength < left.length && left[commonLength] === right[commonLength]) commonLength += 1;
  // Two different endings can begin with the same letters, so the stem may be shorter than the common beginning.
  for (let length = commonLength; length >= MIN_STEM_LENGTH && length >= commonLength - 2; length -= 1) {
    if (ENDINGS.has(left.slice(length)) && ENDINGS.has(right.slice(length))) return true;
  }
  return false;
}
