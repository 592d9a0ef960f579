import { setTenantContext } from '@cordee/service/database/tenant-context';
import type { confirmPasswordReset } from '@cordee/contracts/identity/password';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import type { CommandContext, PreparationContext } from '@cordee/service/handler-decorators';
import { Account } from '../accounts/account.entity.ts';
import { guessKeysOfUnknownDevice, lockGuesses, resetGuessCounts } from '../password-attempts/password-guesses.ts';
import type { Secrets } from '../secrets.ts';
import { endSessionsOfAccount } from '../sessions/end-sessions-of-account.ts';
import { makeDeviceToken } from '../sessions/known-device.ts';
import { findPasswordReset, PASSWORD_RESET_TOKEN_PURPOSE, type PasswordReset } from './find-password-reset.ts';
import { lockAccount } from '../members/account-locks.ts';
import { forgetPasswordReset } from './forget-password-reset.ts';
import { assertPasswordRules, isLongPassword } from './password-rules.ts';
import type { Passwords } from './passwords.ts';

/** A valid link, and the new password, which was checked and hashed before the transaction. */
interface PreparedPasswordReset {
  id: `pwr_${string}`;
  reset: PasswordReset;
  hash: string;
}

/** Rejects a wrong link before the password is hashed. */
export async function preparePasswordReset(
  { call, now, read }: PreparationContext,
  { token, password }: Input<typeof confirmPasswordReset>,
  { passwords, secrets }: { passwords: Passwords; secrets: Secrets },
): Promise<PreparedPasswordReset> {
  const id = secrets.readToken(PASSWORD_RESET_TOKEN_PURPOSE, ['pwr'], token)?.ids[0];
  const reset = id && (await read((em) => findPasswordReset(em, id, now)));
  if (!reset) throw new DomainError('PASSWORD_RESET_TOKEN_INVALID');
  assertPasswordRules(password, reset);
  return { id, reset, hash: await passwords.hash(password, call.callerAddress) };
}

/** Sets the new password. The second factor stays. */
export async function resetPassword(
  { em, now, publish }: CommandContext,
  { password }: Input<typeof confirmPasswordReset>,
  { id, reset: { accountId, emailKey }, hash }: PreparedPasswordReset,
  secrets: Secrets,
): Promise<Output<typeof confirmPasswordReset>> {
  const keys = guessKeysOfUnknownDevice(secrets, emailKey, undefined);
  setTenantContext(em, { accountId });
  lockGuesses(em, keys);
  lockAccount(em, accountId);
  // These rows are read again: since the preparation, the link may have been used or the second factor removed.
  const [reset, account] = await Promise.all([findPasswordReset(em, id, now), em.findOne(Account, { id: accountId })]);
  if (!reset || !account) throw new DomainError('PASSWORD_RESET_TOKEN_INVALID');
  assertPasswordRules(password, reset);
  const changedEvent = account.changePassword({ hash, isLong: isLongPassword(password) }, 'reset', now);
  forgetPasswordReset(em, emailKey);
  // Both statements are sent in one round trip.
  const [endedEvents] = await Promise.all([endSessionsOfAccount(em, accountId, now), em.flush()]);
  await publish([changedEvent, ...endedEvents]);
  resetGuessCounts(em, keys);
  // The person has opened the link on this device, so the device becomes known. The id of a device is the id of its
  // first session; here the id is new, because the reset opens no session.
  return { deviceToken: makeDeviceToken(secrets, account, newId('ses', now)) };
}
