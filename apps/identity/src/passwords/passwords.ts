import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { FairQueue } from '@cordee/service/fair-queue';
import { networkOf } from '@cordee/service/network-of';
import type { IdentityConfig } from '../config.ts';
import { hashCost } from './hash-cost.ts';
import { normalizePassword } from './password-rules.ts';

const hashWithArgon2 = promisify(argon2);
/** If more hashes waited, most of them would wait longer than `MAX_CALL_WAIT_MS`. */
const MAX_WAITING = 200;

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
      maxRunningPerKey: Math.ceil(SIGN_IN_CONCURRENCY / 2),
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
        message: normalizePassword(password),
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
