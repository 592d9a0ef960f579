import type { changePassword } from '@cordee/contracts/identity/password';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { Call } from '@cordee/messaging/call';
import { CommitThenReject } from '@cordee/service/committed-rejection';
import type { CommandContext, PreparationContext } from '@cordee/service/handler-decorators';
import { Account } from '../accounts/account.entity.ts';
import { nextAttemptOf, retryAfterOf } from '../password-attempts/attempt-counts.ts';
import {
  countedKeysOfKnown,
  guessKeysOfKnown,
  lockGuesses,
  mustWait,
  readGuesses,
  recordRejectedGuess,
  resetGuesses,
  type GuessKeys,
} from '../password-attempts/password-guesses.ts';
import { hasSecondFactor } from '../second-factors/has-second-factor.ts';
import type { Secrets } from '../secrets.ts';
import { makeDeviceToken } from '../sessions/known-device.ts';
import { endSessionsOfAccount } from '../sessions/end-sessions-of-account.ts';
import { forgetPasswordReset, lockPassword } from './lock-password.ts';
import { checkPassword, isLongPassword, type Passwords } from './passwords.ts';

interface Dependencies {
  passwords: Passwords;
  secrets: Secrets;
}

/** A change whose passwords were checked and hashed before the transaction. */
interface PreparedChange {
  keys: GuessKeys;
  /** False when the present password came too early and was not checked. */
  isChecked: boolean;
  /** The hash that matches the present password; undefined for a wrong password. */
  matchingHash: string | undefined;
  /** Undefined when the present password is wrong or was not checked. */
  newHash: string | undefined;
}

export async function prepareChange(
  { accountId, call, now, read }: PreparationContext,
  { currentPassword, newPassword }: Input<typeof changePassword>,
  { passwords, secrets }: Dependencies,
): Promise<PreparedChange> {
  const [account, hasFactor, nextAttemptAt] = await read((em) =>
    Promise.all([
      em.findOne(Account, { id: accountId }),
      hasSecondFactor(em, accountId),
      nextAttemptOf(em, countedKeysOfKnown(secrets, accountId)),
    ]),
  );
  if (!account) throw new DomainError('SIGN_IN_REQUIRED');
  const keys = guessKeysOfKnown(secrets, account.emailKey, accountId);
  checkNewPassword(newPassword, account, hasFactor);
  const isChecked = !mustWait({ nextAttemptAt }, now);
  const isRight = isChecked && (await passwords.verify(currentPassword, account.passwordHash, call.callerAddress));
  return {
    keys,
    isChecked,
    matchingHash: isRight ? account.passwordHash : undefined,
    newHash: isRight ? await passwords.hash(newPassword, call.callerAddress) : undefined,
  };
}

export async function changePasswordOf(
  context: CommandContext,
  { newPassword }: Input<typeof changePassword>,
  { keys, isChecked, matchingHash, newHash }: PreparedChange,
  secrets: Secrets,
): Promise<Output<typeof changePassword>> {
  const { em, now, accountId, call, publish } = context;
  lockGuesses(em, keys);
  lockPassword(em, accountId);
  const [account, hasFactor, guesses] = await Promise.all([
    em.findOne(Account, { id: accountId }),
    hasSecondFactor(em, accountId),
    readGuesses(em, keys),
  ]);
  if (!account) throw new DomainError('SIGN_IN_REQUIRED');
  if (!isChecked || mustWait(guesses, now)) {
    await recordRejectedGuess(context, keys, guesses, { accountId, isChecked: false });
    throw new CommitThenReject('PASSWORD_LIMITED', { retryAfter: retryAfterOf(guesses.nextAttemptAt ?? now, now) });
  }
  if (!newHash || account.passwordHash !== matchingHash) {
    await recordRejectedGuess(context, keys, guesses, { accountId, isChecked: true });
    throw new CommitThenReject('PASSWORD_WRONG');
  }
  // The second factor may have been removed after the first check.
  checkNewPassword(newPassword, account, hasFactor);
  forgetPasswordReset(em, account.emailKey);
  const changed = account.changePassword({ hash: newHash, isLong: isLongPassword(newPassword) }, 'changed', now);
  const sessionId = sessionOf(call);
  // Together, in one round trip.
  const [ended] = await Promise.all([endSessionsOfAccount(em, accountId, now, sessionId), em.flush()]);
  await publish([changed, ...ended]);
  resetGuesses(em, keys);
  return { deviceToken: makeDeviceToken(secrets, account, sessionId) };
}

/** The session of the caller. An API token has no operations of the account. */
function sessionOf({ actor }: Call): `ses_${string}` {
  if (actor.kind !== 'person' || actor.limits) throw new DomainError('SIGN_IN_REQUIRED');
  return actor.sessionId as `ses_${string}`;
}

const checkNewPassword = (password: string, { email, name }: Account, hasFactor: boolean): void =>
  checkPassword(password, { email, name, hasSecondFactor: hasFactor, pointer: '/newPassword' });
