import { SimulatedBehaviour } from '@cordee/contracts/billing/card-simulator';
import type * as z from 'zod';

export type Behaviour = z.output<typeof SimulatedBehaviour>;

/** The test cards. The numbers have valid check digits and belong to no bank. docs/guides/cards.md describes them. */
export const testCards: readonly { readonly number: string; readonly behaviour: Behaviour }[] =
  SimulatedBehaviour.options.map((behaviour, index) => ({
    number: withCheckDigit(`40000000000${String(index + 1).padStart(4, '0')}`),
    behaviour,
  }));

const behaviourOfNumber = new Map(testCards.map(({ number, behaviour }) => [number, behaviour]));

/** The behaviour of a test card; undefined for every other number. */
export const behaviourOf = (number: string): Behaviour | undefined =>
  behaviourOfNumber.get(number.replaceAll(/[\s-]/g, ''));

/** Appends the check digit of ISO/IEC 7812-1. */
function withCheckDigit(digits: string): string {
  let sum = 0;
  for (const [index, digit] of digits.split('').toReversed().entries()) {
    const doubled = Number(digit) * 2;
    sum += index % 2 === 0 ? (doubled > 9 ? doubled - 9 : doubled) : Number(digit);
  }
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
