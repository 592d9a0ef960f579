import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { newReminderNumber, normalizeReminderNumber } from './reminder-number.ts';

describe('reminder numbers', () => {
  it('are recognized with spaces and in lower case, and rejected with a wrong digit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 9 - 1 }),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (value, position, shift) => {
          const number = newReminderNumber(() => value);
          expect(number).toMatch(/^R-\d{4}-\d{4}-\d{2}$/);
          expect(normalizeReminderNumber(` ${number.toLowerCase().replaceAll('-', ' ')} `)).toBe(number);
          const digits = number.replace(/\D/g, '');
          const wrong =
            digits.slice(0, position) + ((Number(digits[position]) + shift) % 10) + digits.slice(position + 1);
          expect(normalizeReminderNumber(wrong)).toBeUndefined();
        },
      ),
    );
  });

  it.each(['', 'R-', '123', 'R-1234-5678-9', 'X-4821-0937-51', '’; drop table'])('reject %s', (text) =>
    expect(normalizeReminderNumber(text)).toBeUndefined(),
  );
});
