import type { changePassword } from '@cordee/contracts/identity/password';
import type { Input, Output } from '@cordee/contracts/contract';
import type { CommandContext, PreparationContext } from '@cordee/service/handler-decorators';
import type { Account } from '../accounts/account.entity.ts';
import { lockGuesses, resetGuessCounts } from '../password-attempts/password-guesses.ts';
import { hasSecondFactor } from '../second-factors/has-second-factor.ts';
import type { Secrets } from '../secrets.ts';
import { makeDeviceToken } from '../sessions/known-device.ts';
import { endSessionsOfAccount } from '../sessions/end-sessions-of-account.ts';
import { lockAccount } from '../members/account-locks.ts';
import { forgetPasswordReset } from './forget-password-reset.ts';
import { assertPasswordRules, isLongPassword } from './password-rules.ts';
import type { Passwords } from './passwords.ts';
import {
  acceptCurrentPassword,
  checkCurrentPassword,
  sessionIdOf,
  type CurrentPasswordCheck,
} from './current-password.ts';

/** A change of the password. Before the transaction, the current password was checked and the new one was hashed. */
interface PreparedPasswordChange {
  check: CurrentPasswordCheck;
  /** Undefined when the current password is wrong or was not checked. */
  newHash: string | undefined;
}

export async function preparePasswordChange(
  preparation: PreparationContext,
  { currentPassword, newPassword }: Input<typeof changePassword>,
  dependencies: { passwords: Passwords; secrets: Secrets },
): Promise<PreparedPasswordChange> {
  const { callerAddress } = preparation.call;
  const check = await checkCurrentPassword(preparation, currentPassword, dependencies);
  checkNewPassword(newPassword, check.account, check.hasSecondFactor);
  const newHash = check.matchingHash && (await dependencies.passwords.hash(newPassword, callerAddress));
  return { check, newHash };
}

/** Accepts the current password, stores the new one and ends the other sessions of the account. */
export async function storeNewPassword(
  context: CommandContext,
  { newPassword }: Input<typeof changePassword>,
  { check, newHash }: PreparedPasswordChange,
  secrets: Secrets,
): Promise<Output<typeof changePassword>> {
  const { em, now, accountId, call, publish } = context;
  lockGuesses(em, check.keys);
  lockAccount(em, accountId);
  const [account, hasFactorNow] = await Promise.all([
    acceptCurrentPassword(context, check),
    hasSecondFactor(em, accountId),
  ]);
  // The second factor may have been removed after the first check.
  checkNewPassword(newPassword, account, hasFactorNow);
  forgetPasswordReset(em, account.emailKey);
  const changedEvent = account.changePassword({ hash: newHash!, isLong: isLongPassword(newPassword) }, 'changed', now);
  const sessionId = sessionIdOf(call);
  // Both statements are sent in one round trip.
  const [endedEvents] = await Promise.all([endSessionsOfAccount(em, accountId, now, sessionId), em.flush()]);
  await publish([changedEvent, ...endedEvents]);
  resetGuessCounts(em, check.keys);
  return { deviceToken: makeDeviceToken(secrets, account, sessionId) };
}

const checkNewPassword = (password: string, { email, name }: Account, hasFactor: boolean): void =>
  assertPasswordRules(password, { email, name, hasSecondFactor: hasFactor, pointer: '/newPassword' });
