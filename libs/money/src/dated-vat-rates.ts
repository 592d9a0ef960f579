/** VAT class of a product: `standard`; `reduced` (books, food…); `special` (accommodation in Switzerland). */
export type VatClass = 'standard' | 'reduced' | 'special';

/** A VAT rate in basis points (8.1 % is 810) with its first day. */
export interface DatedVatRate {
  /** The code of a territory of `vatTerritoryOf`. */
  readonly territory: string;
  readonly vatClass: VatClass;
  readonly basisPoints: number;
  /** `YYYY-MM-DD`. The rate applies until the day before the next rate of the same territory and class. */
  readonly firstDay: string;
}

/** Where rates are published, by the area of the territory. */
export const vatRateSources = {
  swiss: 'Swiss Federal Tax Administration: VAT rates (art. 25 of the VAT Act)',
  eu: 'European Commission: Taxes in Europe Database (TEDB)',
  other:
    'HM Revenue & Customs: VAT rates (GB); Skatteetaten: VAT rates (NO); French tax code, art. 296 (GP, MQ, RE); ' +
    'Verohallinto: VAT rates (AX)',
} as const;

/** The day of the published tables with which this list was compared. */
export const VAT_RATES_AS_OF = '2026-02-02';

/** Rates of the Swiss VAT territory, from the highest class to the lowest: standard, reduced, special. */
const swissRates: readonly DatedVatRate[] = [
  { territory: 'CH', vatClass: 'standard', basisPoints: 770, firstDay: '2018-01-01' },
  { territory: 'CH', vatClass: 'standard', basisPoints: 810, firstDay: '2024-01-01' },
  { territory: 'CH', vatClass: 'reduced', basisPoints: 250, firstDay: '2018-01-01' },
  { territory: 'CH', vatClass: 'reduced', basisPoints: 260, firstDay: '2024-01-01' },
  { territory: 'CH', vatClass: 'special', basisPoints: 370, firstDay: '2018-01-01' },
  { territory: 'CH', vatClass: 'special', basisPoints: 380, firstDay: '2024-01-01' },
];

type Rate = readonly [firstDay: string, basisPoints: number];

const finnishRates: readonly Rate[] = [
  ['2013-01-01', 2_400],
  ['2024-09-01', 2_550],
];
/** Guadeloupe, Martinique, Réunion. */
const overseasFrenchRates: readonly Rate[] = [['2001-03-31', 850]];

/** Standard rates outside of the Swiss territory: territory, then first day and basis points of each rate. */
const standardRates: Readonly<Record<string, readonly Rate[]>> = {
  AT: [['1984-01-01', 2_000]],
  // Jungholz and Mittelberg.
  'AT-19': [['2007-01-01', 1_900]],
  // Åland.
  AX: finnishRates,
  BE: [['1996-01-01', 2_100]],
  BG: [['1999-01-01', 2_000]],
  CY: [['2014-01-13', 1_900]],
  CZ: [['2013-01-01', 2_100]],
  DE: [
    ['2007-01-01', 1_900],
    ['2020-07-01', 1_600],
    ['2021-01-01', 1_900],
  ],
  DK: [['1992-01-01', 2_500]],
  EE: [
    ['2009-07-01', 2_000],
    ['2024-01-01', 2_200],
    ['2025-07-01', 2_400],
  ],
  ES: [['2012-09-01', 2_100]],
  FI: finnishRates,
  FR: [['2014-01-01', 2_000]],
  GB: [['2011-01-04', 2_000]],
  GP: overseasFrenchRates,
  GR: [['2016-06-01', 2_400]],
  HR: [['2012-03-01', 2_500]],
  HU: [['2012-01-01', 2_700]],
  IE: [
    ['2012-01-01', 2_300],
    ['2020-09-01', 2_100],
    ['2021-03-01', 2_300],
  ],
  IT: [['2013-10-01', 2_200]],
  LT: [['2009-09-01', 2_100]],
  LU: [
    ['2015-01-01', 1_700],
    ['2023-01-01', 1_600],
    ['2024-01-01', 1_700],
  ],
  LV: [['2012-07-01', 2_100]],
  MQ: overseasFrenchRates,
  MT: [['2004-01-01', 1_800]],
  NL: [['2012-10-01', 2_100]],
  NO: [['2005-01-01', 2_500]],
  PL: [['2011-01-01', 2_300]],
  PT: [['2011-01-01', 2_300]],
  // The Azores.
  'PT-20': [
    ['2014-01-01', 1_800],
    ['2021-07-01', 1_600],
  ],
  // Madeira.
  'PT-30': [['2012-04-01', 2_200]],
  RE: overseasFrenchRates,
  RO: [
    ['2017-01-01', 1_900],
    ['2025-08-01', 2_100],
  ],
  SE: [['1990-07-01', 2_500]],
  SI: [['2013-07-01', 2_200]],
  SK: [
    ['2011-01-01', 2_000],
    ['2025-01-01', 2_300],
  ],
};

/**
 * Legal rates. After a change of law, add a line. Outside of the Swiss territory only the standard rate is listed: it
 * is the rate of electronic services such as hosting. Sources: `vatRateSources`.
 */
export const datedVatRates: readonly DatedVatRate[] = [
  ...swissRates,
  ...Object.entries(standardRates).flatMap(([territory, rates]) =>
    rates.map(([firstDay, basisPoints]): DatedVatRate => ({
      territory,
      vatClass: 'standard',
      basisPoints,
      firstDay,
    })),
  ),
];
