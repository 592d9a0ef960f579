import { isCurrency } from '@cordee/money/money';
import { roundedFraction } from '../documents/minor-units.ts';

/** The multiple to which totals are rounded, in minor units, by currency. Other currencies are not rounded. */
export type CashRounding = ReadonlyMap<string, number>;

const MAX_STEP = 1_000;

/** Parses entries `currency:minor units`, separated by commas. Returns an error text for the first wrong entry. */
export function parseCashRounding(text: string): CashRounding | string {
  const steps = new Map<string, number>();
  for (const entry of text.split(',').map((each) => each.replaceAll(/\s/g, ''))) {
    if (entry === '') continue;
    const [, currency, digits] = /^([A-Z]{3}):(\d+)$/.exec(entry) ?? [];
    if (!currency) return `${entry}: must be currency:minor units, for example CHF:5`;
    const step = Number(digits);
    if (!isCurrency(currency)) return `${entry}: ${currency} is not a currency`;
    if (step < 2 || step > MAX_STEP) return `${entry}: must be 2 to ${MAX_STEP} minor units`;
    if (steps.has(currency)) return `${entry}: ${currency} is listed twice`;
    steps.set(currency, step);
  }
  return steps;
}

/** Rounds the gross amount of a document to cash, half away from zero. Amounts are in minor units. */
export function roundToCash(gross: number, currency: string, cashRounding: CashRounding): number {
  const step = cashRounding.get(currency);
  return step === undefined ? gross : roundedFraction(gross, 1, step) * step;
}
