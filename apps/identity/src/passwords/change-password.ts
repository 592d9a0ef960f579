import type { changePassword } from '@cordee/contracts/identity/password';
import type { Input, Output } from '@cordee/contracts/contract';
import type { CommandContext, PreparationContext } from '@cordee/service/handler-decorators';
import type { Account } from '../accounts/account.entity.ts';
import { lockGuesses, resetGuesses } from '../password-attempts/password-guesses.ts';
import { hasSecondFactor } from '../second-factors/has-second-factor.ts';
import type { Secrets } from '../secrets.ts';
import { makeDeviceToken } from '../sessions/known-device.ts';
import { endSessionsOfAccount } from '../sessions/end-sessions-of-account.ts';
import { lockAccount } from '../members/account-locks.ts';
import { forgetPasswordReset } from './forget-password-reset.ts';
import { checkPassword, isLongPassword, type Passwords } from './passwords.ts';
import { acceptCurrentPassword, checkCurrentPassword, sessionOf, type CurrentPassword } from './current-password.ts';

/** A change of the password. Before the transaction, the current password was checked and the new one was hashed. */
interface PreparedChange {
  current: CurrentPassword;
  /** Undefined when the current password is wrong or was not checked. */
  newHash: string | undefined;
}

export async function prepareChange(
  preparation: PreparationContext,
  { currentPassword, newPassword }: Input<typeof changePassword>,
  dependencies: { passwords: Passwords; secrets: Secrets },
): Promise<PreparedChange> {
  const { callerAddress } = preparation.call;
  const current = await checkCurrentPassword(preparation, currentPassword, dependencies);
  checkNewPassword(newPassword, current.account, current.hasFactor);
  const newHash = current.matchingHash && (await dependencies.passwords.hash(newPassword, callerAddress));
  return { current, newHash };
}

export async function changePasswordOf(
  context: CommandContext,
  { newPassword }: Input<typeof changePassword>,
  { current, newHash }: PreparedChange,
  secrets: Secrets,
): Promise<Output<typeof changePassword>> {
  const { em, now, accountId, call, publish } = context;
  lockGuesses(em, current.keys);
  lockAccount(em, accountId);
  const [account, hasFactor] = await Promise.all([
    acceptCurrentPassword(context, current),
    hasSecondFactor(em, accountId),
  ]);
  // The second factor may have been removed after the first check.
  checkNewPassword(newPassword, account, hasFactor);
  forgetPasswordReset(em, account.emailKey);
  const changed = account.changePassword({ hash: newHash!, isLong: isLongPassword(newPassword) }, 'changed', now);
  const sessionId = sessionOf(call);
  // Together, in one round trip.
  const [ended] = await Promise.all([endSessionsOfAccount(em, accountId, now, sessionId), em.flush()]);
  await publish([changed, ...ended]);
  resetGuesses(em, current.keys);
  return { deviceToken: makeDeviceToken(secrets, account, sessionId) };
}

const checkNewPassword = (password: string, { email, name }: Account, hasFactor: boolean): void =>
  checkPassword(password, { email, name, hasSecondFactor: hasFactor, pointer: '/newPassword' });
