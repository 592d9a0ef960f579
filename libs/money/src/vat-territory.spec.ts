import { describe, expect, it } from '@jest/globals';
import { lawWithoutVat } from './territories-without-vat.ts';
import { hasVatRates, vatRateOn } from './vat-rates.ts';
import { vatTerritoryOf } from './vat-territory.ts';

describe('the VAT territory', () => {
  it.each([
    ['CH', '1204', 'CH', 'CH', 'swiss'],
    // Samnaun: services have Swiss VAT.
    ['CH', '7563', 'CH', 'CH', 'swiss'],
    ['LI', '9490', 'CH', 'CH', 'swiss'],
    ['DE', '78266', 'CH', 'CH', 'swiss'],
    ['DE', 'D-78266', 'CH', 'CH', 'swiss'],
    ['DE', '78 266', 'CH', 'CH', 'swiss'],
    ['DE', '78267', 'DE', 'DE', 'eu'],
    ['DE', '27498', 'DE-HELGOLAND', 'DE-HELGOLAND', 'other'],
    ['IT', '22061', 'IT-CAMPIONE', 'IT-CAMPIONE', 'other'],
    ['CH', '6911', 'IT-CAMPIONE', 'IT-CAMPIONE', 'other'],
    // Cabiate and four other towns near Como.
    ['IT', '22060', 'IT', 'IT', 'eu'],
    ['IT', '47890', 'SM', 'SM', 'other'],
    ['IT', '47900', 'IT', 'IT', 'eu'],
    ['IT', '00120', 'VA', 'VA', 'other'],
    ['IT', '22062', 'IT', 'IT', 'eu'],
    ['IT', '23041', 'IT-LIVIGNO', 'IT-LIVIGNO', 'other'],
    ['ES', '35001', 'ES-CANARY', 'ES-CANARY', 'other'],
    ['ES', '38001', 'ES-CANARY', 'ES-CANARY', 'other'],
    ['ES', '36001', 'ES', 'ES', 'eu'],
    ['ES', '51001', 'ES-CEUTA', 'ES-CEUTA', 'other'],
    ['ES', '52001', 'ES-MELILLA', 'ES-MELILLA', 'other'],
    ['FI', '22100', 'AX', 'FI', 'other'],
    ['AX', '22100', 'AX', 'FI', 'other'],
    ['FI', '00100', 'FI', 'FI', 'eu'],
    ['GR', '630 86', 'GR-ATHOS', 'GR-ATHOS', 'other'],
    ['GR', '63088', 'GR', 'GR', 'eu'],
    ['FR', '97400', 'RE', 'FR', 'other'],
    ['FR', '97110', 'GP', 'FR', 'other'],
    ['FR', '97200', 'MQ', 'FR', 'other'],
    ['FR', '97300', 'GF', 'GF', 'other'],
    ['FR', '97600', 'YT', 'YT', 'other'],
    ['FR', '97133', 'BL', 'BL', 'other'],
    ['FR', '97150', 'MF', 'MF', 'other'],
    ['RE', '97400', 'RE', 'FR', 'other'],
    ['GP', '97110', 'GP', 'FR', 'other'],
    ['GF', '97300', 'GF', 'GF', 'other'],
    ['FR', '20000', 'FR', 'FR', 'eu'],
    ['FR', 'F-75001', 'FR', 'FR', 'eu'],
    ['MC', '98000', 'FR', 'FR', 'eu'],
    ['IM', 'IM1 1AA', 'GB', 'GB', 'other'],
    ['GB', 'BT1 5GS', 'GB', 'GB', 'other'],
    ['GB', 'JE2 3AB', 'JE', 'JE', 'other'],
    ['GB', 'GY1 1WG', 'GG', 'GG', 'other'],
    ['GB', 'GX11 1AA', 'GI', 'GI', 'other'],
    ['DK', '3900', 'GL', 'GL', 'other'],
    ['DK', '100', 'FO', 'FO', 'other'],
    ['DK', 'FO-100', 'FO', 'FO', 'other'],
    ['DK', 'DK-1050', 'DK', 'DK', 'eu'],
    ['DK', '4000', 'DK', 'DK', 'eu'],
    ['NO', '9170', 'SJ', 'SJ', 'other'],
    ['NO', '0150', 'NO', 'NO', 'other'],
    ['AT', '6691', 'AT-19', 'AT', 'eu'],
    ['AT', '6993', 'AT-19', 'AT', 'eu'],
    ['DE', '87568', 'AT-19', 'AT', 'eu'],
    ['DE', '87561', 'DE', 'DE', 'eu'],
    ['AT', '1010', 'AT', 'AT', 'eu'],
    ['PT', '9000-017', 'PT-30', 'PT', 'eu'],
    ['PT', '9400-001', 'PT-30', 'PT', 'eu'],
    ['PT', '9500-150', 'PT-20', 'PT', 'eu'],
    ['PT', '1000-001', 'PT', 'PT', 'eu'],
    ['US', '94105', 'US', 'US', 'other'],
    ['SM', '47890', 'SM', 'SM', 'other'],
  ])('of %s %s is %s of the state %s in the area %s', (country, postalCode, code, state, area) => {
    expect(vatTerritoryOf(country, postalCode)).toMatchObject({ code, state, area });
  });

  it.each([
    ['EE', '2023-12-31', 2_000],
    ['EE', '2024-01-01', 2_200],
    ['EE', '2025-06-30', 2_200],
    ['EE', '2025-07-01', 2_400],
    ['SK', '2024-12-31', 2_000],
    ['SK', '2025-01-01', 2_300],
    ['FI', '2024-08-31', 2_400],
    ['FI', '2024-09-01', 2_550],
    ['RO', '2025-07-31', 1_900],
    ['RO', '2025-08-01', 2_100],
    ['LU', '2023-12-31', 1_600],
    ['LU', '2024-01-01', 1_700],
    ['DE', '2020-12-31', 1_600],
    ['DE', '2021-01-01', 1_900],
    ['AT-19', '2026-01-01', 1_900],
    ['PT-20', '2026-01-01', 1_600],
    ['PT-30', '2026-01-01', 2_200],
    ['GB', '2026-01-01', 2_000],
    ['NO', '2026-01-01', 2_500],
    ['GP', '2026-01-01', 850],
    ['MQ', '2026-01-01', 850],
    ['RE', '2026-01-01', 850],
    ['AX', '2024-08-31', 2_400],
    ['AX', '2024-09-01', 2_550],
  ])('%s has, on %s, the standard rate of %d basis points', (territory, day, rate) => {
    expect(vatRateOn(territory, 'standard', day)).toBe(rate);
  });

  it('has rates in all states of the EU, and none in territories outside of VAT', () => {
    const states = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');
    expect(states.filter((state) => !hasVatRates(state))).toEqual([]);
    expect(['US', 'IT-CAMPIONE', 'GF', 'YT', 'JE'].filter(hasVatRates)).toEqual([]);
  });

  it.each([
    ['GF', '2026-01-01', 'French tax code, art. 294 (1)'],
    ['YT', '2014-01-01', 'French tax code, art. 294 (1)'],
    ['DE-HELGOLAND', '2026-01-01', 'German VAT Act, § 1 (2)'],
    ['IT-LIVIGNO', '2026-01-01', 'Italian DPR 633/1972, art. 7'],
    ['GR-ATHOS', '2026-01-01', 'art. 6 (1) (a)'],
  ])('%s has no VAT on %s by %s', (code, day, law) => {
    expect(lawWithoutVat(code, day)).toContain(law);
    expect(hasVatRates(code)).toBe(false);
  });

  it('is never without VAT where a tax exists, or before the law', () => {
    const codes = ['FR', 'GP', 'AX', 'ES-CANARY', 'ES-CEUTA', 'ES-MELILLA', 'IT-CAMPIONE', 'GB', 'US', 'CH'];
    expect(codes.filter((code) => lawWithoutVat(code, '2026-01-01') !== undefined)).toEqual([]);
    expect(lawWithoutVat('YT', '2013-12-31')).toBeUndefined();
  });
});
