/**
 * `swiss`: the territory of Swiss VAT. `eu`: the territory of the common system of VAT of the EU. `other`: every other
 * territory, also those parts of Member States to which the common system does not apply.
 */
export type VatArea = 'swiss' | 'eu' | 'other';

/** Where a service to a buyer is taxed, if it is taxed where the buyer is. */
export interface VatTerritory {
  /** The key of the rates: an ISO 3166 code, or the code of a part of a country with its own VAT. */
  readonly code: string;
  /** The country to whose VAT the territory belongs (ISO 3166-1 alpha-2): registrations and reports are per state. */
  readonly state: string;
  readonly area: VatArea;
  /** The English name of a part of a country that has its own VAT or none; undefined for a whole country. */
  readonly part?: string;
}

const EU_STATES = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

/** A part of a country, found by its postal codes. */
interface TerritoryPart extends VatTerritory {
  readonly country: string;
  /** Matches a postal code without spaces, signs and country prefix. */
  readonly postalCodes: RegExp;
}

/**
 * Territories outside of the common system of VAT in which a Member State charges its own VAT, by their code: OSS does
 * not cover them, so the seller needs the registration of the state. The tax border of Åland is for goods only.
 */
const STATES_OF_TERRITORIES: Readonly<Record<string, string>> = { GP: 'FR', MQ: 'FR', RE: 'FR', AX: 'FI' };

const outside = (country: string, postalCodes: RegExp, code: string, part: string): TerritoryPart => ({
  country,
  postalCodes,
  code,
  state: STATES_OF_TERRITORIES[code] ?? code,
  area: 'other',
  part,
});

/** The Austrian places that can be reached from Germany only. */
const withGermanRate = (country: string, postalCodes: RegExp): TerritoryPart => ({
  country,
  postalCodes,
  code: 'AT-19',
  state: 'AT',
  area: 'eu',
  part: 'Jungholz and Mittelberg',
});

const parts: readonly TerritoryPart[] = [
  { country: 'DE', postalCodes: /^(78266|8238)$/, code: 'CH', state: 'CH', area: 'swiss', part: 'Büsingen' },
  outside('DE', /^27498$/, 'DE-HELGOLAND', 'Helgoland'),
  // Campione had 22060 until it got a postal code of its own; 22060 belongs to towns of the Italian territory.
  outside('IT', /^(22061|6911)$/, 'IT-CAMPIONE', 'Campione d’Italia'),
  outside('CH', /^6911$/, 'IT-CAMPIONE', 'Campione d’Italia'),
  outside('IT', /^23041$/, 'IT-LIVIGNO', 'Livigno'),
  outside('IT', /^4789\d$/, 'SM', 'San Marino'),
  outside('IT', /^00120$/, 'VA', 'Vatican City'),
  outside('ES', /^3[58]\d{3}$/, 'ES-CANARY', 'Canary Islands'),
  outside('ES', /^51\d{3}$/, 'ES-CEUTA', 'Ceuta'),
  outside('ES', /^52\d{3}$/, 'ES-MELILLA', 'Melilla'),
  outside('FI', /^22\d{3}$/, 'AX', 'Åland'),
  outside('GR', /^6308[67]$/, 'GR-ATHOS', 'Mount Athos'),
  outside('FR', /^(97133|977\d\d)$/, 'BL', 'Saint Barthélemy'),
  outside('FR', /^(97150|978\d\d)$/, 'MF', 'Saint Martin'),
  outside('FR', /^971\d\d$/, 'GP', 'Guadeloupe'),
  outside('FR', /^972\d\d$/, 'MQ', 'Martinique'),
  outside('FR', /^973\d\d$/, 'GF', 'French Guiana'),
  outside('FR', /^974\d\d$/, 'RE', 'Réunion'),
  outside('FR', /^975\d\d$/, 'PM', 'Saint Pierre and Miquelon'),
  outside('FR', /^976\d\d$/, 'YT', 'Mayotte'),
  outside('FR', /^986\d\d$/, 'WF', 'Wallis and Futuna'),
  outside('FR', /^987\d\d$/, 'PF', 'French Polynesia'),
  outside('FR', /^988\d\d$/, 'NC', 'New Caledonia'),
  outside('GB', /^JE\d/, 'JE', 'Jersey'),
  outside('GB', /^GY\d/, 'GG', 'Guernsey'),
  outside('GB', /^GX11/, 'GI', 'Gibraltar'),
  outside('DK', /^39\d\d$/, 'GL', 'Greenland'),
  outside('DK', /^(?:FO|DK)?\d{3}$/, 'FO', 'Faroe Islands'),
  outside('NO', /^(917\d|8099)$/, 'SJ', 'Svalbard and Jan Mayen'),
  withGermanRate('AT', /^(6691|699[1-3]|87491|8756[789])$/),
  // The two places have German postal codes too.
  withGermanRate('DE', /^(87491|8756[789])$/),
  { country: 'PT', postalCodes: /^9[0-4]/, code: 'PT-30', state: 'PT', area: 'eu', part: 'Madeira' },
  { country: 'PT', postalCodes: /^9[5-9]/, code: 'PT-20', state: 'PT', area: 'eu', part: 'Azores' },
];

/** Countries whose territory belongs to the VAT of another country. */
const STATES_OF_COUNTRIES: Readonly<Record<string, string>> = { LI: 'CH', MC: 'FR', IM: 'GB' };

/**
 * Returns the VAT territory of an address. Northern Ireland is GB, because its EU rules are for goods only; Corsica has
 * the standard rate of FR. Guadeloupe, Martinique and Réunion have French VAT with rates of their own, and Åland has
 * Finnish VAT, although the common system of VAT does not apply there. Territories without VAT:
 * `territories-without-vat.ts`.
 *
 * Sources: Directive 2006/112/EC, art. 5 to 7 (Campione and Livigno in the version of Directive (EU) 2019/475) and
 * art. 105; French tax code (CGI), art. 294 and 296; Finnish act 1266/1996 on Åland; Swiss VAT Act (RS 641.20), art. 3
 * and 4; treaty on Büsingen of 23 November 1964 (RS 0.631.112.136).
 * @param country ISO 3166-1 alpha-2
 * @param postalCode as written; spaces, signs and a country prefix are ignored
 */
export function vatTerritoryOf(country: string, postalCode: string): VatTerritory {
  const code = compactPostalCode(postalCode);
  const part = parts.find((each) => each.country === country && each.postalCodes.test(code));
  if (part) return { code: part.code, state: part.state, area: part.area, part: part.part! };
  const territory = STATES_OF_COUNTRIES[country] ?? country;
  return { code: territory, state: STATES_OF_TERRITORIES[territory] ?? territory, area: areaOf(territory) };
}

function areaOf(territory: string): VatArea {
  if (territory === 'CH') return 'swiss';
  return EU_STATES.has(territory) ? 'eu' : 'other';
}

/** Removes spaces, signs and the country prefix of a numeric postal code: `D-78266` → `78266`. */
const compactPostalCode = (postalCode: string): string =>
  postalCode
    .toUpperCase()
    .replaceAll(/[^A-Z\d]/g, '')
    .replace(/^(?:[A-Z]{1,3})(?=\d{4,}$)/, '');
