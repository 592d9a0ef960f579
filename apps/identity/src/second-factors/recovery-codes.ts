import { createHash, randomBytes } from 'node:crypto';

/** How many are given out at a time. */
const COUNT = 10;
/** Letters and digits that are not taken for each other; five bits each. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 16;

/** Ten codes of 80 random bits, in groups of four. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: COUNT }, () =>
    [...randomBytes(LENGTH)]
      .map((byte) => ALPHABET[byte & 31]!)
      .join('')
      .replaceAll(/.{4}(?=.)/g, '$&-'),
  );

/** A code as it was meant, however it was typed: capitals, hyphens, spaces, letters that look like digits; undefined for what cannot be one. */
export function recoveryCodeOf(typed: string): string | undefined {
  const code = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return /^[0-9abcdefghjkmnpqrstvwxyz]{16}$/.test(code) ? code : undefined;
}

/**
 * What is stored of a code. A plain hash: 80 random bits cannot be tried out, and without a key the codes outlive a change of the
 * installation's secret, when they are the only way in.
 */
export const hashOfRecoveryCode = (accountId: string, code: string): string =>
  createHash('sha256').update(`${accountId}\0${code}`).digest('base64url');
