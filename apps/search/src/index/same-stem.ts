/** Folded endings of inflected words in fr, de, it, en, es, including the empty one. */
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
 * True when two folded words are probably forms of one word: a common stem and a known ending each. Only snippets use
 * this; the stemmers of PostgreSQL decide which messages match.
 */
export function isSameStem(left: string, right: string): boolean {
  if (left === right) return true;
  let common = 0;
  while (common < left.length && left[common] === right[common]) common += 1;
  for (let stem = common; stem >= MIN_STEM_LENGTH && stem >= common - 2; stem -= 1) {
    if (ENDINGS.has(left.slice(stem)) && ENDINGS.has(right.slice(stem))) return true;
  }
  return false;
}
