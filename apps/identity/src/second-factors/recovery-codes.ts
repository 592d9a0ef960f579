import { createHash, randomBytes } from 'node:crypto';

const COUNT = 10;
/** Letters and digits that are not confused with each other; five bits each. */
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

/** Normalizes case, hyphens, spaces and letters that look like digits; undefined when the text is not a code. */
export function recoveryCodeOf(typed: string): string | undefined {
  const code = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return /^[0-9abcdefghjkmnpqrstvwxyz]{16}$/.test(code) ? code : undefined;
}

/**
 * A plain hash is enough, because 80 random bits cannot be guessed. Without a key, the codes stay valid after a change
 * of the root secret, when they are the only second factor that works.
 */
export const hashOfRecoveryCode = (accountId: string, code: string): string =>
  createHash('sha256').update(`${accountId}\0${code}`).digest('base64url');
