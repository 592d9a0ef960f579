import { inputError } from '@cordee/contracts/input-error';

/** Formats of EU VAT numbers without the country prefix. Greece uses the prefix EL, Northern Ireland XI. */
const europeanFormats: Readonly<Record<string, RegExp>> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  EL: /^\d{9}$/,
  ES: /^[A-Z0-9]\d{7}[A-Z0-9]$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^\d[A-Z0-9+*]\d{5}[A-Z]{1,2}$/,
  IT: /^\d{11}$/,
  LT: /^(\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^\d{9}B\d{2}$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{10}01$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
  XI: /^(\d{9}|\d{12})$/,
};
/** Formats of VAT numbers of other countries. A Norwegian number may omit its prefix, and ends in MVA. */
const otherFormats: Readonly<Record<string, RegExp>> = {
  GB: /^GB(?:\d{9}|\d{12})$/,
  NO: /^(?:NO)?\d{9}MVA$/,
};
/** Weights of the first eight digits of a Swiss business number (UID). */
const uidWeights = [5, 4, 3, 2, 7, 6, 5, 4];

/**
 * Parses a VAT number into its printed form; throws VAT_NUMBER_INVALID. Checks the check digit of a Swiss number and
 * the format of the number of another European country. Does not check whether the number is registered.
 */
export function parseVatNumber(text: string): string {
  const compact = text.toUpperCase().replaceAll(/[\s.-]/g, '');
  const [, uidDigits, suffix = 'MWST'] = /^CHE(\d{9})(MWST|TVA|IVA)?$/.exec(compact) ?? [];
  if (uidDigits && isUid(uidDigits)) return `CHE-${uidDigits.match(/\d{3}/g)!.join('.')} ${suffix}`;
  // The first two letters are the country prefix.
  if (!uidDigits && europeanFormats[compact.slice(0, 2)]?.test(compact.slice(2))) return compact;
  if (Object.values(otherFormats).some((format) => format.test(compact))) return compact;
  throw inputError('VAT_NUMBER_INVALID', '/vatNumber', 'is not a Swiss or European VAT number');
}

/** The suffix of a Swiss VAT number on documents. Only de, fr and it have official suffixes; en and es reuse them. */
const swissSuffixes = { de: 'MWST', fr: 'TVA', it: 'IVA', en: 'MWST', es: 'IVA' } as const;

/** Formats a VAT number for a document: a Swiss number gets the suffix of the language. */
export function formatVatNumber(vatNumber: string, language: keyof typeof swissSuffixes): string {
  const uid = /^(CHE-?[\d.]+)(?:\s*(?:MWST|TVA|IVA))?$/.exec(vatNumber)?.[1];
  return uid ? `${uid} ${swissSuffixes[language]}` : vatNumber;
}

/**
 * True when the text is a VAT number of the state (ISO 3166-1 alpha-2). Greek numbers have the prefix EL. A number with
 * the prefix XI (Northern Ireland) belongs to no state, because XI numbers are for goods only.
 */
export function isVatNumberOf(state: string, vatNumber: string): boolean {
  if (state === 'CH') return vatNumber.startsWith('CHE');
  const otherFormat = otherFormats[state];
  if (otherFormat) return otherFormat.test(vatNumber);
  const prefix = state === 'GR' ? 'EL' : state;
  return vatNumber.startsWith(prefix) && (europeanFormats[prefix]?.test(vatNumber.slice(2)) ?? false);
}

/** The registry that knows a VAT number: VIES for the EU, the UID register for Switzerland; null for other numbers. */
export function registryOf(vatNumber: string): 'vies' | 'uid' | null {
  if (vatNumber.startsWith('CHE')) return 'uid';
  const prefix = vatNumber.slice(0, 2);
  return prefix !== 'XI' && europeanFormats[prefix]?.test(vatNumber.slice(2)) ? 'vies' : null;
}

/** True for a valid Swiss business number (UID): eight digits and a check digit (modulo 11). */
function isUid(digits: string): boolean {
  const sum = uidWeights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  const checkDigit = Number(digits[8]);
  return (11 - (sum % 11)) % 11 === checkDigit;
}
