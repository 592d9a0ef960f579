import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { dictionary } from '@zxcvbn-ts/language-common';

const hashWithArgon2 = promisify(argon2);
/** OWASP's recommendation for argon2id: 19 MiB, two passes. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const MIN_LENGTH = 15;
/**
 * When this many hash computations wait, the next one is rejected with a retry delay: a waiting sign-in uses a database
 * connection.
 */
const MAX_WAITING = 20;
const RETRY_AFTER_SECONDS = 2;

const commonPasswords = new Set<string>(dictionary['passwords-common']);

/** The rules of NIST 800-63B: a minimum length and no common passwords, without composition rules (ORG-4). */
export function checkPassword(password: string, person: { email: string; name: string }): void {
  // `Array.from` counts an emoji as one character; `password.length` counts two.
  if (Array.from(password).length < MIN_LENGTH)
    throw inputError('PASSWORD_TOO_SHORT', '/password', `must have at least ${MIN_LENGTH} characters`);
  const lowerCase = password.toLowerCase();
  // The password "abcabcabc" repeats "abc". Without a repetition, this is the whole password.
  const repeatedPart = lowerCase.replace(/^(.{1,7}?)\1+$/u, '$1');
  const guessable = new Set([person.email.toLowerCase(), person.name.toLowerCase(), 'cordee']);
  if (
    commonPasswords.has(lowerCase) ||
    commonPasswords.has(repeatedPart) ||
    repeatedPart.length === 1 ||
    guessable.has(lowerCase) ||
    guessable.has(repeatedPart)
  ) {
    throw inputError('PASSWORD_TOO_COMMON', '/password', 'is easy to guess');
  }
}

/** Hashes and verifies passwords with argon2id. Limits the concurrency, because each hash takes 19 MiB and a core. */
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly concurrency: number) {}

  /** Returns the hash as a PHC string. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    return phc(salt, await this.derive(password, salt));
  }

  /**
   * Without a stored hash, the check fails but takes the same time, so that the duration does not reveal which
   * addresses have an account.
   */
  async verify(password: string, storedHash: string | undefined): Promise<boolean> {
    const [, salt, expected] = /\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(storedHash ?? DUMMY_HASH)!;
    const derived = await this.derive(password, Buffer.from(salt!, 'base64'));
    return timingSafeEqual(derived, Buffer.from(expected!, 'base64')) && storedHash !== undefined;
  }

  private async derive(password: string, salt: Buffer): Promise<Buffer> {
    if (this.running >= this.concurrency) {
      if (this.waiting.length >= MAX_WAITING)
        throw new DomainError('SIGN_IN_BUSY', { retryAfter: RETRY_AFTER_SECONDS });
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running += 1;
    }
    try {
      return await hashWithArgon2('argon2id', {
        message: password.normalize('NFKC'),
        nonce: salt,
        parallelism: 1,
        tagLength: 32,
        memory: MEMORY_KIB,
        passes: PASSES,
      });
    } finally {
      // The next waiting computation takes the place of this one, so `running` stays the same.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
const phc = (salt: Buffer, derived: Buffer): string =>
  `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${base64(salt)}$${base64(derived)}`;
const DUMMY_HASH = phc(Buffer.alloc(16), Buffer.alloc(32));
