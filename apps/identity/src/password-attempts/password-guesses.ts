import { passwordGuessingDetected } from '@cordee/contracts/identity/account';
import { domainEvent } from '@cordee/outbox/publish';
import { advisoryLockAhead } from '@cordee/service/database/advisory-lock';
import { sendAhead } from '@cordee/service/database/orm';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { networkOf } from '@cordee/service/network-of';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Secrets } from '../secrets.ts';
import {
  countAttempts,
  forgetAttempts,
  lockAttempts,
  nextAttemptOf,
  type CountedKey,
} from '@cordee/service/attempt-limits/attempt-counts';
import { wrongPasswordLimit, wrongPasswordLimitOfNetwork } from './wrong-password-limits.ts';
import { addToBurst, type GuessBurst } from './guess-burst.ts';

/** The keys under which a password attempt is counted. */
export interface GuessKeys {
  /** The hash of the mail address. Addresses without an account are counted too. */
  accountKey: string;
  /** The attempt must wait when one of these keys must wait. */
  countedKeys: readonly CountedKey[];
  /**
   * The keys of `countedKeys` whose counts the right password resets. The key of the network is not one of them: an
   * attacker could reset its count by signing in with their own account.
   */
  resettableKeys: readonly CountedKey[];
}

/** The state of the counts before an attempt. */
export interface GuessCounts {
  nextAttemptAt: Date | null;
  burst: GuessBurst | undefined;
}

const hashOf = (secrets: Secrets, kind: string, value: string): string =>
  secrets.hash(`password guesses of ${kind}`, value);

/** Returns the keys of an attempt from an unknown device, which counts for the account and for the caller's network. */
export function guessKeysOfUnknownDevice(
  secrets: Secrets,
  emailKey: string,
  callerAddress: string | undefined,
): GuessKeys {
  const accountKey = hashOf(secrets, 'account', emailKey);
  const resettableKeys = [{ key: accountKey, limit: wrongPasswordLimit }];
  return {
    accountKey,
    countedKeys: [...resettableKeys, ...countedKeysOfNetwork(secrets, callerAddress)],
    resettableKeys,
  };
}

/** Returns the key of the caller's network; no key for calls of services, which have no address. */
export const countedKeysOfNetwork = (secrets: Secrets, callerAddress: string | undefined): CountedKey[] =>
  callerAddress
    ? [{ key: hashOf(secrets, 'network', networkOf(callerAddress)), limit: wrongPasswordLimitOfNetwork }]
    : [];

/**
 * Returns the keys of an attempt from a known device, or by a person who is signed in. The attempt counts for this
 * device or person only, and attempts of other devices and people do not delay it.
 */
export function guessKeysOfKnownCaller(
  secrets: Secrets,
  emailKey: string,
  callerId: `ses_${string}` | `acc_${string}`,
): GuessKeys {
  const countedKeys = countedKeysOfKnownCaller(secrets, callerId);
  return { accountKey: hashOf(secrets, 'account', emailKey), countedKeys, resettableKeys: countedKeys };
}

export const countedKeysOfKnownCaller = (
  secrets: Secrets,
  callerId: `ses_${string}` | `acc_${string}`,
): CountedKey[] => [{ key: hashOf(secrets, 'known', callerId), limit: wrongPasswordLimit }];

/** Serializes the attempts of an account and of each counted key, like `lockAttempts`. */
export function lockGuesses(em: EntityManager, { accountKey, countedKeys }: GuessKeys): void {
  advisoryLockAhead(em, `password guesses ${accountKey}`);
  lockAttempts(em, countedKeys);
}

export async function readGuessCounts(em: EntityManager, { accountKey, countedKeys }: GuessKeys): Promise<GuessCounts> {
  const [nextAttemptAt, [row]] = await Promise.all([
    nextAttemptOf(em, countedKeys),
    em.execute<{ started_at: string; count: number; told_at: string | null }[]>(
      `select started_at, count, told_at from guess_burst where account_key = ?`,
      [accountKey],
    ),
  ]);
  const burst = row && {
    startedAt: new Date(row.started_at),
    count: row.count,
    notifiedAt: row.told_at === null ? null : new Date(row.told_at),
  };
  return { nextAttemptAt, burst };
}

export interface RejectedGuess {
  /** Undefined when the mail address has no account. */
  accountId: `acc_${string}` | undefined;
  /** False when the attempt had to wait, so that its password was not checked. */
  isChecked: boolean;
}

/** Counts a rejected password. After many rejected passwords, publishes the event that causes a mail to the owner. */
export async function recordRejectedGuess(
  { em, now, publish }: Pick<CommandContext, 'em' | 'now' | 'publish'>,
  { accountKey, countedKeys }: GuessKeys,
  counts: GuessCounts,
  { accountId, isChecked }: RejectedGuess,
): Promise<void> {
  const { burst, mustNotify } = addToBurst(counts.burst, now);
  sendAhead(
    em,
    `insert into guess_burst (account_key, started_at, count, told_at) values (?, ?, ?, ?)
     on conflict (account_key) do update
     set started_at = excluded.started_at, count = excluded.count, told_at = excluded.told_at`,
    [accountKey, burst.startedAt, burst.count, burst.notifiedAt],
  );
  if (isChecked) countAttempts(em, countedKeys, now);
  if (mustNotify && accountId)
    await publish(domainEvent(passwordGuessingDetected, { accountId, at: now.toISOString(), attempts: burst.count }));
}

/** Resets the counts after the right password. */
export const resetGuessCounts = (em: EntityManager, { resettableKeys }: GuessKeys): void =>
  forgetAttempts(em, resettableKeys);

export const mustWait = ({ nextAttemptAt }: Pick<GuessCounts, 'nextAttemptAt'>, now: Date): boolean =>
  nextAttemptAt !== null && now < nextAttemptAt;
