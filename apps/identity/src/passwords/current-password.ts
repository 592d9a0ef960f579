import { DomainError } from '@cordee/contracts/domain-error';
import type { Call } from '@cordee/messaging/call';
import { CommittedRejection } from '@cordee/service/committed-rejection';
import type { CommandContext, PreparationContext } from '@cordee/service/handler-decorators';
import { Account } from '../accounts/account.entity.ts';
import { nextAttemptOf, retryAfterOf } from '@cordee/service/attempt-limits/attempt-counts';
import {
  countedKeysOfKnownCaller,
  guessKeysOfKnownCaller,
  mustWait,
  readGuessCounts,
  recordRejectedGuess,
  type GuessKeys,
} from '../password-attempts/password-guesses.ts';
import { hasSecondFactor } from '../second-factors/has-second-factor.ts';
import type { Secrets } from '../secrets.ts';
import type { Passwords } from './passwords.ts';

/** The result of checking the current password of a signed-in person, before the transaction. */
export interface CurrentPasswordCheck {
  account: Account;
  hasSecondFactor: boolean;
  keys: GuessKeys;
  /** False when the attempt had to wait, so that its password was not checked. */
  isChecked: boolean;
  /** The hash that matches the password; undefined for a wrong or unchecked password. */
  matchingHash: string | undefined;
}

export async function checkCurrentPassword(
  { accountId, call, now, read }: PreparationContext,
  password: string,
  { passwords, secrets }: { passwords: Passwords; secrets: Secrets },
): Promise<CurrentPasswordCheck> {
  const [account, hasFactor, nextAttemptAt] = await read((em) =>
    Promise.all([
      em.findOne(Account, { id: accountId }),
      hasSecondFactor(em, accountId),
      nextAttemptOf(em, countedKeysOfKnownCaller(secrets, accountId)),
    ]),
  );
  if (!account) throw new DomainError('SIGN_IN_REQUIRED');
  const isChecked = !mustWait({ nextAttemptAt }, now);
  const isRight = isChecked && (await passwords.verify(password, account.passwordHash, call.callerAddress));
  return {
    account,
    hasSecondFactor: hasFactor,
    keys: guessKeysOfKnownCaller(secrets, account.emailKey, accountId),
    isChecked,
    matchingHash: isRight ? account.passwordHash : undefined,
  };
}

/**
 * Decides in the transaction whether the current password is accepted, and returns the account. Call `lockGuesses`
 * first, so that concurrent attempts are counted too.
 */
export async function acceptCurrentPassword(
  context: CommandContext,
  { keys, isChecked, matchingHash }: CurrentPasswordCheck,
): Promise<Account> {
  const { em, now, accountId } = context;
  const [account, counts] = await Promise.all([em.findOne(Account, { id: accountId }), readGuessCounts(em, keys)]);
  if (!account) throw new DomainError('SIGN_IN_REQUIRED');
  if (!isChecked || mustWait(counts, now)) {
    await recordRejectedGuess(context, keys, counts, { accountId, isChecked: false });
    throw new CommittedRejection('PASSWORD_LIMITED', { retryAfter: retryAfterOf(counts.nextAttemptAt ?? now, now) });
  }
  // The password may have changed after the check.
  if (!matchingHash || account.passwordHash !== matchingHash) {
    await recordRejectedGuess(context, keys, counts, { accountId, isChecked: true });
    throw new CommittedRejection('PASSWORD_WRONG');
  }
  return account;
}

/** Returns the session id of the caller. Rejects API tokens, which must not call operations of the account. */
export function sessionIdOf({ actor }: Call): `ses_${string}` {
  if (actor.kind !== 'person' || actor.limits) throw new DomainError('SIGN_IN_REQUIRED');
  return actor.sessionId as `ses_${string}`;
}
