/** The characters of the QR-bill (SIX, Implementation Guidelines QR-bill 2.3, section 4.1.1). */
const ALLOWED = /^[\u0020-\u007e\u00a0-\u017f\u0218-\u021b\u20ac]$/u;

/** Characters that Unicode does not decompose, with the nearest text. */
const NEAREST: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': ',',
  '“': '"',
  '”': '"',
  '„': '"',
  '–': '-',
  '—': '-',
  '‐': '-',
  '‑': '-',
  '−': '-',
  '…': '...',
  '•': '·',
  ẞ: 'SS',
  Ə: 'E',
  ə: 'e',
  Ɓ: 'B',
  ɓ: 'b',
  Ɗ: 'D',
  ɗ: 'd',
  Ƙ: 'K',
  ƙ: 'k',
  Ƴ: 'Y',
  ƴ: 'y',
  Ɛ: 'E',
  ɛ: 'e',
  Ɔ: 'O',
  ɔ: 'o',
  ʻ: "'",
  ʼ: "'",
};

/**
 * Replaces each character that the QR-bill does not allow by its nearest letters: `ễ` becomes `ê`. Returns undefined
 * when a character has no near letters, such as a Chinese character.
 */
export function nearestLetters(text: string): string | undefined {
  const words = text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
  // A letter with its combining marks.
  const letters = (words.match(/\P{M}\p{M}*/gu) ?? []).map(nearestOf);
  return letters.includes(undefined) ? undefined : letters.join('');
}

function nearestOf(markedLetter: string): string | undefined {
  if (ALLOWED.test(markedLetter)) return markedLetter;
  const listed = NEAREST[markedLetter];
  if (listed !== undefined) return listed;
  // A ligature or a sign such as `№` has several letters.
  const parts = [...markedLetter.normalize('NFKD').matchAll(/(\P{M})(\p{M}*)/gu)].map(([, letter, marks]) =>
    nearestComposition(letter!, Array.from(marks!)),
  );
  return parts.includes(undefined) ? undefined : parts.join('');
}

/** Returns the letter with the first of its marks with which it is allowed, or without marks. */
function nearestComposition(letter: string, marks: readonly string[]): string | undefined {
  const allowed = marks.map((mark) => `${letter}${mark}`.normalize('NFC')).find((each) => ALLOWED.test(each));
  return allowed ?? (ALLOWED.test(letter) ? letter : NEAREST[letter]);
}
