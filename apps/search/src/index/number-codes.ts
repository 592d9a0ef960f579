import { fold } from './fold.ts';

const CODE = /[\p{L}\p{N}]+(?:[-./'’_:,][\p{L}\p{N}]+)+/gu;
const DIGIT_GROUPS = /\d+(?:[ \u00a0\u202f'’.-]\d+)+/g;
const IBAN_LIKE = /[A-Z]{2}\d{2}(?: [A-Z0-9]{1,4}){2,8}/g;
const LONGEST = 40;

/**
 * Numbers, references and amounts without their separators (`FA-2026-001` → `fa2026001`, `1'994.75` → `199475`), so that
 * however the one wrote it and the other types it, they meet.
 */
export function numberCodes(text: string): string[] {
  const codes = new Set<string>();
  for (const pattern of [CODE, DIGIT_GROUPS, IBAN_LIKE]) {
    for (const [match] of text.matchAll(pattern)) {
      const code = numberCode(match);
      if (code !== undefined) codes.add(code);
    }
  }
  return [...codes];
}

/** One text as such a code, if it can be one. */
export function numberCode(text: string): string | undefined {
  if (text.length > LONGEST * 2 || !/\d/.test(text)) return undefined;
  const code = fold(text).replace(/[^\p{L}\p{N}]/gu, '');
  return code.length >= 2 && code.length <= LONGEST ? code : undefined;
}
