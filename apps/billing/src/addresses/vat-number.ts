import { inputError } from '@cordee/contracts/input-error';

/** What follows the country in the VAT numbers of the European Union. Greece writes EL, Northern Ireland XI. */
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
const uidWeights = [5, 4, 3, 2, 7, 6, 5, 4];

/**
 * A VAT number in the form that is printed, or VAT_NUMBER_INVALID. Swiss ones are checked by their check digit, European ones by their
 * format: whether they are registered only the registries know.
 */
export function readVatNumber(text: string): string {
  const compact = text.toUpperCase().replaceAll(/[\s.-]/g, '');
  const swiss = /^CHE(\d{9})(MWST|TVA|IVA)?$/.exec(compact);
  if (swiss && isUid(swiss[1]!)) return `CHE-${swiss[1]!.match(/\d{3}/g)!.join('.')} ${swiss[2] ?? 'MWST'}`;
  if (!swiss && europeanFormats[compact.slice(0, 2)]?.test(compact.slice(2))) return compact;
  throw inputError('VAT_NUMBER_INVALID', '/vatNumber', 'is not a Swiss or European VAT number');
}

/** What follows a Swiss number on documents; in English there is no form of its own. */
const swissSuffixes = { de: 'MWST', fr: 'TVA', it: 'IVA', en: 'MWST' } as const;

/** The number as a document of this language prints it, whichever suffix it was given with. */
export function printVatNumber(vatNumber: string, language: keyof typeof swissSuffixes): string {
  const swiss = /^(CHE-?[\d.]+)(?:\s*(?:MWST|TVA|IVA))?$/.exec(vatNumber);
  return swiss ? `${swiss[1]} ${swissSuffixes[language]}` : vatNumber;
}

/** Whether the number entitles to reverse charge: a business in the European Union (DOC-6). Northern Ireland's covers goods only. */
export const isEuropeanVatNumber = (vatNumber: string | null): boolean =>
  vatNumber !== null && !vatNumber.startsWith('CHE') && !vatNumber.startsWith('XI');

/** The Swiss business number: its last digit is the check digit of the other eight, modulo 11. */
function isUid(digits: string): boolean {
  const sum = uidWeights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return (11 - (sum % 11)) % 11 === Number(digits[8]);
}
