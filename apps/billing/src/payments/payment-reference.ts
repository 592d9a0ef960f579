import { DomainError } from '@cordee/contracts/domain-error';

/** Swiss QR reference (27 digits, for a QR-IBAN) or ISO 11649 creditor reference (`RF…`, for an ordinary IBAN). */
export type ReferenceForm = 'QRR' | 'SCOR';

/** The purpose of a reference. An organization has one permanent `standing_order` reference, without a document. */
export type ReferenceKind = 'pro_forma' | 'invoice' | 'top_up' | 'standing_order';

/** A reference with valid check digits in canonical form: upper case, no spaces, all leading zeros. */
export interface Reference {
  readonly form: ReferenceForm;
  readonly value: string;
}

/** The first two digits of a QR reference. They never start with 0, because some programs drop leading zeros. */
const digitsOfKind: Record<ReferenceKind, string> = {
  pro_forma: '11',
  invoice: '21',
  top_up: '31',
  standing_order: '41',
};
/** The first letter after the check digits of an ISO 11649 reference. */
const letterOfKind: Record<ReferenceKind, string> = { pro_forma: 'P', invoice: 'F', top_up: 'T', standing_order: 'S' };

/**
 * Makes a reference from its kind and a number that is used only once (at most 20 digits). The reference contains no
 * other information, so it reveals nothing about the payer.
 */
export function makeReference(form: ReferenceForm, kind: ReferenceKind, sequence: bigint | number): string {
  const digits = String(sequence);
  if (!/^\d{1,20}$/.test(digits))
    throw new DomainError('REFERENCE_SEQUENCE_INVALID', { status: 422, detail: 'at most 20 digits' });
  if (form === 'QRR') {
    const withoutCheckDigit = digitsOfKind[kind] + digits.padStart(24, '0');
    return withoutCheckDigit + qrCheckDigit(withoutCheckDigit);
  }
  const withoutCheckDigits = letterOfKind[kind] + digits;
  return `RF${scorCheckDigits(withoutCheckDigits)}${withoutCheckDigits}`;
}

/**
 * Reads a reference with spaces, in lower case or, for a QR reference, without leading zeros.
 * Undefined when the text is not a reference or its check digits are wrong.
 */
export function normaliseReference(text: string): Reference | undefined {
  const compact = text.replaceAll(/[\s\u00a0-]/g, '').toUpperCase();
  if (isCreditorReference(compact)) return { form: 'SCOR', value: compact };
  if (!/^\d{2,27}$/.test(compact) || /^0*$/.test(compact)) return undefined;
  const padded = compact.padStart(27, '0');
  return isQrReference(padded) ? { form: 'QRR', value: padded } : undefined;
}

/** True for a complete QR reference: 27 digits with a valid check digit. */
export function isQrReference(text: string): boolean {
  return /^\d{27}$/.test(text) && !/^0+$/.test(text) && qrCheckDigit(text.slice(0, 26)) === text[26];
}

/** True for an ISO 11649 reference in electronic form: `RF`, two valid check digits, and up to 21 characters. */
export function isCreditorReference(text: string): boolean {
  return /^RF\d{2}[0-9A-Z]{1,21}$/.test(text) && scorCheckDigits(text.slice(4)) === text.slice(2, 4);
}

/** Returns the printed form: `21 00000 00003 13947 14300 09017`, `RF18 5390 0754 7034`. */
export function formatReference(value: string): string {
  if (value.startsWith('RF')) return value.match(/.{1,4}/g)!.join(' ');
  return [value.slice(0, 2), ...value.slice(2).match(/.{1,5}/g)!].join(' ');
}

/** A number with fewer digits is ignored in a text: every tenth number has a valid check digit by chance. */
const minDigitsInText = 16;

/** Finds references with valid check digits in free text, in text order. */
export function findReferences(text: string): Reference[] {
  const upperCaseText = text.toUpperCase();
  // The digits of an IBAN may look like a reference.
  const withoutIbans = upperCaseText.replaceAll(
    /\b(?!RF)[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?\b/g,
    (iban) => ' #'.padEnd(iban.length, '#'),
  );
  const foundReferences: (Reference & { index: number })[] = [];
  let withoutCreditorReferences = withoutIbans;
  for (const match of withoutIbans.matchAll(/\bRF ?\d{2}(?: ?[0-9A-Z]+)+/g)) {
    // A text may contain a space between RF and the check digits.
    const groups = match[0].replace(/^RF (?=\d)/, 'RF').split(' ');
    // Tries the printed form first: a word after the reference may give valid check digits by chance.
    const reference =
      longestPrefix(printedGroups(groups), isCreditorReference) ?? longestPrefix(groups, isCreditorReference);
    if (!reference) continue;
    foundReferences.push({ form: 'SCOR', value: reference, index: match.index });
    // Masks the reference, so that the search for QR references ignores its digits.
    withoutCreditorReferences = withoutCreditorReferences.replace(
      new RegExp(reference.split('').join(' ?')),
      (printed) => '#'.repeat(printed.length),
    );
  }
  for (const match of withoutCreditorReferences.matchAll(/(?<![0-9A-Z.,#])\d+(?:[ \u00a0]\d+)*(?![0-9A-Z]|[.,]\d)/g)) {
    const tokens = match[0].split(/[ \u00a0]/);
    const isReference = (joined: string) =>
      joined.length >= minDigitsInText && joined.length <= 27 && normaliseReference(joined) !== undefined;
    // Takes the first reference in the sequence of digit groups.
    for (let start = 0; start < tokens.length; start += 1) {
      const digits = longestPrefix(tokens.slice(start), isReference);
      if (!digits) continue;
      foundReferences.push({ ...normaliseReference(digits)!, index: match.index });
      break;
    }
  }
  return foundReferences
    .toSorted((left, right) => left.index - right.index)
    .map(({ form, value }) => ({ form, value }));
}

/** Returns the leading groups that form a printed reference: one group, or groups of four and a shorter last group. */
function printedGroups(groups: readonly string[]): readonly string[] {
  if (groups[0]!.length !== 4) return groups.slice(0, 1);
  const otherIndex = groups.findIndex((group) => group.length !== 4);
  if (otherIndex === -1) return groups;
  // A shorter group is the last group of the reference; a longer group is the next word.
  return groups.slice(0, groups[otherIndex]!.length < 4 ? otherIndex + 1 : otherIndex);
}

/** Joins leading groups and returns the longest result that is valid. */
function longestPrefix(groups: readonly string[], isValid: (joined: string) => boolean): string | undefined {
  for (let count = groups.length; count > 0; count -= 1) {
    const joined = groups.slice(0, count).join('');
    if (isValid(joined)) return joined;
  }
  return undefined;
}

/** The carry table of the check digit algorithm "modulo 10, recursive" of Swiss payment slips. */
const recursiveMod10 = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];

/** The last digit of a QR reference, computed from the 26 digits before it. */
function qrCheckDigit(digits: string): string {
  let carry = 0;
  for (const digit of digits) carry = recursiveMod10[(carry + Number(digit)) % 10]!;
  return String((10 - carry) % 10);
}

/** Check digits of ISO 11649: modulo 97, with letters as numbers (A is 10, Z is 35). */
function scorCheckDigits(withoutCheckDigits: string): string {
  const digits = `${withoutCheckDigits}RF00`.replaceAll(/[A-Z]/g, (letter) => String(Number.parseInt(letter, 36)));
  return String(98n - (BigInt(digits) % 97n)).padStart(2, '0');
}
