/** A part of a state in which the law charges no VAT and no tax like VAT on services. */
interface TerritoryWithoutVat {
  /** The code of a territory of `vatTerritoryOf`. */
  readonly territory: string;
  /** `YYYY-MM-DD`: the first day that the law, as quoted, covers. */
  readonly firstDay: string;
  readonly law: string;
}

const directive = 'Directive 2006/112/EC';

/**
 * Consumers in these territories have no VAT, so the seller needs no registration. Territories with a tax of their own
 * are not in the list (Canary Islands, Ceuta, Melilla, Campione d’Italia): their consumers need a registration, or the
 * declaration of the seller that it owes no tax there. The list was compared with the laws on `VAT_RATES_AS_OF`.
 */
export const territoriesWithoutVat: readonly TerritoryWithoutVat[] = [
  { territory: 'GF', firstDay: '2007-01-01', law: `${directive}, art. 6 (1) (c); French tax code, art. 294 (1)` },
  // Mayotte became a part of the EU on this day.
  { territory: 'YT', firstDay: '2014-01-01', law: `${directive}, art. 6 (1) (c); French tax code, art. 294 (1)` },
  { territory: 'DE-HELGOLAND', firstDay: '2007-01-01', law: `${directive}, art. 6 (2) (a); German VAT Act, § 1 (2)` },
  {
    territory: 'IT-LIVIGNO',
    firstDay: '2007-01-01',
    law: `${directive}, art. 6 (2) (f); Italian DPR 633/1972, art. 7`,
  },
  { territory: 'GR-ATHOS', firstDay: '2007-01-01', law: `${directive}, art. 6 (1) (a)` },
];

/** Returns the law by which a territory has no VAT on a day (`YYYY-MM-DD`); undefined for other territories. */
export const lawWithoutVat = (code: string, day: string): string | undefined =>
  territoriesWithoutVat.find(({ territory, firstDay }) => territory === code && firstDay <= day)?.law;
