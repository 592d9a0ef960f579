import { inputError } from '@cordee/contracts/input-error';
import { dictionary } from '@zxcvbn-ts/language-common';

const MIN_LENGTH = 15;
const MIN_LENGTH_WITH_SECOND_FACTOR = 8;

const commonPasswords = new Set<string>(dictionary['passwords-common']);

/** Returns the text that is hashed. Devices encode the same characters differently (NIST 800-63B). */
export const normalizePassword = (password: string): string => password.normalize('NFKC');

/** `Array.from` counts an emoji as one character; `password.length` counts two. */
const lengthOf = (password: string): number => Array.from(normalizePassword(password)).length;

/** True for a password that does not need a second factor. */
export const isLongPassword = (password: string): boolean => lengthOf(password) >= MIN_LENGTH;

/** The data that the rules for a new password use. */
export interface PasswordChoice {
  email: string;
  name: string;
  hasSecondFactor?: boolean;
  /** The field of the password in the input. */
  pointer?: '/password' | '/newPassword';
}

/**
 * Rejects a new password that is short or common, as NIST 800-63B requires. There are no rules about its composition
 * (ORG-4).
 */
export function assertPasswordRules(
  password: string,
  { email, name, hasSecondFactor = false, pointer = '/password' }: PasswordChoice,
): void {
  const minLength = hasSecondFactor ? MIN_LENGTH_WITH_SECOND_FACTOR : MIN_LENGTH;
  if (lengthOf(password) < minLength)
    throw inputError('PASSWORD_TOO_SHORT', pointer, `must have at least ${minLength} characters`);
  const lowerCase = normalizePassword(password).toLowerCase();
  // The password "abcabcabc" repeats "abc". A password without a repetition stays whole.
  const repeatedPart = lowerCase.replace(/^(.{1,7}?)\1+$/u, '$1');
  const guessable = new Set([email.toLowerCase(), name.toLowerCase(), 'cordee']);
  if (
    commonPasswords.has(lowerCase) ||
    commonPasswords.has(repeatedPart) ||
    repeatedPart.length === 1 ||
    guessable.has(lowerCase) ||
    guessable.has(repeatedPart)
  ) {
    throw inputError('PASSWORD_TOO_COMMON', pointer, 'is easy to guess');
  }
}
