import { randomInt } from 'node:crypto';

const DIGITS = 9;

/** Makes a reminder number such as `R-4821-0937-51`: nine random digits and a check digit (Luhn). */
export function newReminderNumber(random: (max: number) => number = randomInt): string {
  const digits = String(random(10 ** DIGITS)).padStart(DIGITS, '0');
  return format(digits + checkDigit(digits));
}

/** Normalizes a typed number (spaces, lower case, missing dashes). Returns undefined when the number is invalid. */
export function normalizeReminderNumber(text: string): string | undefined {
  const digits = /^R?(\d{10})$/.exec(text.toUpperCase().replace(/[\s-]/g, ''))?.[1];
  if (!digits || checkDigit(digits.slice(0, DIGITS)) !== digits.at(-1)) return undefined;
  return format(digits);
}

const format = (digits: string): string => `R-${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits.slice(8)}`;

/** Computes the check digit by the Luhn algorithm: every second digit from the right is doubled. */
function checkDigit(digits: string): string {
  const sum = digits
    .split('')
    .toReversed()
    .reduce((total, digit, position) => {
      const value = position % 2 === 0 ? Number(digit) * 2 : Number(digit);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return String((10 - (sum % 10)) % 10);
}
