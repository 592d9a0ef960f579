import { DomainError } from '@cordee/contracts/domain-error';

/** `QRR`: Swiss QR reference (27 digits, for a QR-IBAN). `SCOR`: ISO 11649 reference (`RF…`, for an ordinary IBAN). */
export type ReferenceForm = 'QRR' | 'SCOR';

/**
 * The purpose of a reference. An organization has one `standing_order` reference, which never changes and has no
 * document.
 */
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
 * Makes a reference from its kind and a sequence number of at most 20 digits, which is used only once. The reference
 * contains no other information, so it reveals nothing about the payer.
 */
export function makeReference(form: ReferenceForm, kind: ReferenceKind, sequenceNumber: bigint | number): string {
  const digits = String(sequenceNumber);
  if (!/^\d{1,20}$/.test(digits))
    throw new DomainError('REFERENCE_SEQUENCE_INVALID', { status: 422, detail: 'at most 20 digits' });
  if (form === 'QRR') {
    const withoutCheckDigit = digitsOfKind[kind] + digits.padStart(24, '0');
    return withoutCheckDigit + qrCheckDigit(withoutCheckDigit);
  }
  const withoutCheckDigits = letterOfKind[kind] + digits;
  return `RF${scorCheckDigits(withoutCheckDigits)}${withoutCheckDigits}`;
}

/** The characters that people and banks write between the groups of a reference. */
const separators = String.raw`[\s.\u200b-\u200d\u2060_\u2010-\u2015\u2212-]`;
const separatorPattern = new RegExp(separators, 'g');
const separatorsPattern = new RegExp(`${separators}+`);

/**
 * Reads a reference with separators, in lower case or, for a QR reference, without leading zeros.
 * Undefined when the text is not a reference or its check digits are wrong.
 */
export function parseReference(text: string): Reference | undefined {
  const compact = text.replaceAll(separatorPattern, '').toUpperCase();
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
const qrDigits = 27;

const ibanPattern = /\b(?!RF)[A-Z]{2}\d{2}(?:[ \u00a0\u202f]?[0-9A-Z]{4}){2,7}(?:[ \u00a0\u202f]?[0-9A-Z]{1,3})?\b/g;
const creditorReferencePattern = new RegExp(
  String.raw`\bRF${separators}*\d${separators}*\d(?:${separators}*[0-9A-Z]+)+`,
  'g',
);
const digitGroupsPattern = new RegExp(String.raw`(?<![0-9A-Z#]|\d,)\d+(?:${separators}+\d+)*(?![0-9A-Z]|,\d)`, 'g');
/** The form of the references that {@link makeReference} makes. */
const ownCreditorReference = /^RF\d{2}[PFTS]\d+$/;
const ownQrReference = /^[1-4]10000\d{21}$/;

/** Splits the text of an ISO 11649 reference. The text may separate RF and the check digits. */
const creditorGroups = (text: string): string[] =>
  text.replace(new RegExp(`^RF${separators}+`), 'RF').split(separatorsPattern);

/** Replaces IBANs. Their digits may look like a reference. */
const maskIbans = (upperCaseText: string): string =>
  upperCaseText.replaceAll(ibanPattern, (iban) => ' #'.padEnd(iban.length, '#'));

/**
 * Finds references with valid check digits in free text, in text order. Spaces, dots, dashes and line breaks may
 * separate their parts.
 */
export function findReferences(text: string): Reference[] {
  const withoutIbans = maskIbans(text.toUpperCase());
  const foundReferences: (Reference & { index: number })[] = [];
  let withoutCreditorReferences = withoutIbans;
  for (const match of withoutIbans.matchAll(creditorReferencePattern)) {
    const groups = creditorGroups(match[0]);
    // Tries the printed form first: a word after the reference may give valid check digits by chance.
    const reference =
      longestPrefix(printedGroups(groups), isCreditorReference) ??
      longestPrefix(groups, (joined) => ownCreditorReference.test(joined) && isCreditorReference(joined)) ??
      longestPrefix(groups, isCreditorReference);
    if (!reference) continue;
    foundReferences.push({ form: 'SCOR', value: reference, index: match.index });
    // Masks the reference, so that the search for QR references ignores its digits.
    withoutCreditorReferences = withoutCreditorReferences.replace(
      new RegExp(reference.split('').join(`${separators}*`)),
      (printed) => '#'.repeat(printed.length),
    );
  }
  for (const match of withoutCreditorReferences.matchAll(digitGroupsPattern)) {
    const digits = findQrReference(match[0].split(separatorsPattern));
    if (digits) foundReferences.push({ ...parseReference(digits)!, index: match.index });
  }
  return foundReferences
    .toSorted((left, right) => left.index - right.index)
    .map(({ form, value }) => ({ form, value }));
}

/**
 * Finds the first text that has the form of a reference but wrong check digits: a QR reference of 27 digits, or an ISO
 * 11649 reference like those of {@link makeReference}. Returns the text as it is written.
 */
export function findInvalidReference(text: string): string | undefined {
  const withoutIbans = maskIbans(text.toUpperCase());
  const creditorReferences = [...withoutIbans.matchAll(creditorReferencePattern)].flatMap((match) => {
    const groups = printedGroups(creditorGroups(match[0]));
    const joined = groups.join('');
    return ownCreditorReference.test(joined) && !isCreditorReference(joined) ? groups.join(' ') : [];
  });
  const qrReferences = [...withoutIbans.matchAll(digitGroupsPattern)].flatMap((match) => {
    const groups = match[0].split(separatorsPattern);
    return groups.flatMap((_, start) => writtenQrReference(groups, start)?.join(' ') ?? []);
  });
  return [...qrReferences, ...creditorReferences].find((each) => parseReference(each) === undefined);
}

/** Returns the groups from `start` on that are written as a complete QR reference. The check digit may be wrong. */
function writtenQrReference(groups: readonly string[], start: number): readonly string[] | undefined {
  let digits = '';
  for (let end = start; end < groups.length && digits.length < qrDigits; end += 1) {
    digits += groups[end]!;
    const written = groups.slice(start, end + 1);
    if (digits.length === qrDigits && (ownQrReference.test(digits) || hasPrintedForm(written))) return written;
  }
  return undefined;
}

/** True for one group, and for groups of 2, 5, 5, 5, 5 and 5 digits. */
const hasPrintedForm = (groups: readonly string[]): boolean =>
  groups.length === 1 || groups.map(({ length }) => length).join() === '2,5,5,5,5,5';

/**
 * Finds the first QR reference in a sequence of digit groups: a complete one, else one without its leading zeros. A
 * number beside the reference may give valid check digits by chance; a complete reference is more probable. A part of a
 * complete reference with a wrong check digit is no reference.
 */
function findQrReference(groups: readonly string[]): string | undefined {
  const complete = firstQrReference(groups, (length) => length === qrDigits);
  if (complete || groups.some((_, start) => writtenQrReference(groups, start))) return complete;
  return firstQrReference(groups, (length) => length >= minDigitsInText && length < qrDigits);
}

function firstQrReference(groups: readonly string[], fits: (length: number) => boolean): string | undefined {
  for (let start = 0; start < groups.length; start += 1) {
    const digits = longestPrefix(
      // No reference has more groups than digits.
      groups.slice(start, start + qrDigits),
      (joined) => fits(joined.length) && parseReference(joined) !== undefined,
    );
    if (digits) return digits;
  }
  return undefined;
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
