import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { inputError } from '@cordee/contracts/input-error';
import { FairQueue } from '@cordee/service/fair-queue';
import { networkOf } from '@cordee/service/network-of';
import { dictionary } from '@zxcvbn-ts/language-common';
import type { IdentityConfig } from '../config.ts';
import { hashCost } from './hash-cost.ts';

const hashWithArgon2 = promisify(argon2);
const MIN_LENGTH = 15;
const MIN_LENGTH_WITH_SECOND_FACTOR = 8;
/** If more hashes waited, most of them would wait longer than `MAX_CALL_WAIT_MS`. */
const MAX_WAITING = 200;

const commonPasswords = new Set<string>(dictionary['passwords-common']);

/** Returns the text that is hashed. Devices encode the same characters differently (NIST 800-63B). */
const normalize = (password: string): string => password.normalize('NFKC');

/** `Array.from` counts an emoji as one character; `password.length` counts two. */
const lengthOf = (password: string): number => Array.from(normalize(password)).length;

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
export function checkPasswordRules(
  password: string,
  { email, name, hasSecondFactor = false, pointer = '/password' }: PasswordChoice,
): void {
  const minLength = hasSecondFactor ? MIN_LENGTH_WITH_SECOND_FACTOR : MIN_LENGTH;
  if (lengthOf(password) < minLength)
    throw inputError('PASSWORD_TOO_SHORT', pointer, `must have at least ${minLength} characters`);
  const lowerCase = normalize(password).toLowerCase();
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

/**
 * Hashes and verifies passwords with argon2id. Each hash takes 19 MiB and a core, so only a few run at the same time.
 * The others wait in a queue that is fair to the networks of the callers. Do not hash inside a transaction.
 */
export class Passwords {
  private readonly queue: FairQueue;

  constructor({
    SIGN_IN_CONCURRENCY,
    MAX_CALL_WAIT_MS,
  }: Pick<IdentityConfig, 'SIGN_IN_CONCURRENCY' | 'MAX_CALL_WAIT_MS'>) {
    this.queue = new FairQueue({
      maxRunning: SIGN_IN_CONCURRENCY,
      // With at least two places, one network never has all places.
      maxRunningPerOrganization: Math.ceil(SIGN_IN_CONCURRENCY / 2),
      maxWaiting: MAX_WAITING,
      maxWaitMs: MAX_CALL_WAIT_MS,
    });
  }

  /** Returns the hash as a PHC string. */
  async hash(password: string, callerAddress: string | undefined): Promise<string> {
    const salt = randomBytes(16);
    return phcString(salt, await this.derive(password, salt, callerAddress));
  }

  /**
   * Returns true when the password matches the stored hash. Without a stored hash, the check fails but takes the same
   * time, so that the duration does not reveal which mail addresses have an account.
   */
  async verify(password: string, storedHash: string | undefined, callerAddress: string | undefined): Promise<boolean> {
    const [, memory, passes, salt, expected] = PHC_PATTERN.exec(storedHash ?? dummyHash())!;
    const cost = { memory: Number(memory), passes: Number(passes) };
    const derived = await this.derive(password, Buffer.from(salt!, 'base64'), callerAddress, cost);
    return timingSafeEqual(derived, Buffer.from(expected!, 'base64')) && storedHash !== undefined;
  }

  private derive(password: string, salt: Buffer, callerAddress: string | undefined, cost = hashCost): Promise<Buffer> {
    return this.queue.run(networkOf(callerAddress), () =>
      hashWithArgon2('argon2id', {
        message: normalize(password),
        nonce: salt,
        parallelism: 1,
        tagLength: 32,
        ...cost,
      }),
    );
  }
}

/** The form of a stored hash. It contains its cost, so that hashes of an earlier cost stay valid. */
const PHC_PATTERN = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
const phcString = (salt: Buffer, derived: Buffer): string =>
  `$argon2id$v=19$m=${hashCost.memory},t=${hashCost.passes},p=1$${base64(salt)}$${base64(derived)}`;
const dummyHash = (): string => phcString(Buffer.alloc(16), Buffer.alloc(32));
