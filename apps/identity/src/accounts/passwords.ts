import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { dictionary } from '@zxcvbn-ts/language-common';

const hash = promisify(argon2);
/** OWASP's recommendation for argon2id: 19 MiB, two passes. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const MIN_LENGTH = 15;
/** Sign-ins beyond this wait in line no longer but are told to come again: each holds a connection to the database while it waits. */
const MAX_WAITING = 20;

const common = new Set<string>(dictionary['passwords-common']);

/** Refuses what NIST 800-63B refuses: too short, or known to everybody (ORG-4). No composition rules. */
export function checkPassword(password: string, person: { email: string; name: string }): void {
  if (Array.from(password).length < MIN_LENGTH)
    throw inputError('PASSWORD_TOO_SHORT', '/password', `must have at least ${MIN_LENGTH} characters`);
  const folded = password.toLowerCase();
  const unrepeated = folded.replace(/^(.{1,7}?)\1+$/u, '$1');
  const guessable = new Set([person.email.toLowerCase(), person.name.toLowerCase(), 'cordee']);
  if (
    common.has(folded) ||
    common.has(unrepeated) ||
    unrepeated.length === 1 ||
    guessable.has(folded) ||
    guessable.has(unrepeated)
  ) {
    throw inputError('PASSWORD_TOO_COMMON', '/password', 'is easy to guess');
  }
}

/** Hashes and verifies with argon2id, only so many at once: each takes 19 MiB and a core. */
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly concurrency: number) {}

  /** PHC string. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    return phc(salt, await this.derive(password, salt));
  }

  /** Takes the same time whether or not there is a hash to compare with, so that it does not tell who has an account. */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const [, salt, expected] = /\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored ?? NO_ORGANIZATION)!;
    const derived = await this.derive(password, Buffer.from(salt!, 'base64'));
    return timingSafeEqual(derived, Buffer.from(expected!, 'base64')) && stored !== undefined;
  }

  private async derive(password: string, salt: Buffer): Promise<Buffer> {
    if (this.running >= this.concurrency) {
      if (this.waiting.length >= MAX_WAITING) throw new DomainError('SIGN_IN_BUSY', { retryAfter: 2 });
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running += 1;
    }
    try {
      return await hash('argon2id', {
        message: password.normalize('NFKC'),
        nonce: salt,
        parallelism: 1,
        tagLength: 32,
        memory: MEMORY_KIB,
        passes: PASSES,
      });
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
const phc = (salt: Buffer, derived: Buffer): string =>
  `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${base64(salt)}$${base64(derived)}`;
const NO_ORGANIZATION = phc(Buffer.alloc(16), Buffer.alloc(32));
