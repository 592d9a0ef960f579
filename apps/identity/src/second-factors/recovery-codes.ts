import { createHash, randomBytes } from 'node:crypto';

const CODE_COUNT = 10;
/** Letters and digits that people do not confuse with each other. Each stands for five bits. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CODE_LENGTH = 16;

/** Makes ten codes of 80 random bits, written in groups of four characters. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: CODE_COUNT }, () =>
    [...randomBytes(CODE_LENGTH)]
      .map((byte) => ALPHABET[byte & 31]!)
      .join('')
      .replaceAll(/.{4}(?=.)/g, '$&-'),
  );

/**
 * Normalizes case, hyphens, spaces and letters that look like digits. Returns undefined when the text is not a code.
 */
export function recoveryCodeOf(typed: string): string | undefined {
  const code = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return /^[0-9abcdefghjkmnpqrstvwxyz]{16}$/.test(code) ? code : undefined;
}

/**
 * A plain hash is enough, because 80 random bits cannot be guessed. The hash uses no key, so the codes stay valid after
 * a change of the root secret. Codes of an authenticator do not work after such a change.
 */
export const hashOfRecoveryCode = (accountId: string, code: string): string =>
  createHash('sha256').update(`${accountId}\0${code}`).digest('base64url');
