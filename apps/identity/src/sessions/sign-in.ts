import type { createSession } from '@cordee/contracts/identity/session';
import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { CommittedRejection } from '@cordee/service/committed-rejection';
import type { CommandContext, PreparationContext } from '@cordee/service/handler-decorators';
import { Account, emailKeyOf } from '../accounts/account.entity.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { retryAfterOf } from '@cordee/service/attempt-limits/attempt-counts';
import { wasOwnerNotifiedWithinDay } from '../password-attempts/guess-burst.ts';
import {
  guessKeysOfKnownCaller,
  guessKeysOfUnknownDevice,
  lockGuesses,
  mustWait,
  readGuessCounts,
  recordRejectedGuess,
  type GuessKeys,
  type GuessCounts,
} from '../password-attempts/password-guesses.ts';
import type { Secrets } from '../secrets.ts';
import { isKnownDevice, readDeviceToken } from './known-device.ts';

/** A sign-in whose password was checked before the transaction. */
export interface SignInAttempt {
  emailKey: string;
  keys: GuessKeys;
  /** Undefined when the device is not known. */
  deviceId: `ses_${string}` | undefined;
  /** The hash that matches the password; undefined for a wrong or unchecked password. */
  matchingHash: string | undefined;
  /** False when the sign-in had to wait, so that its password was not checked. */
  isChecked: boolean;
}

/**
 * Checks the password of a sign-in. A sign-in that must wait is counted in the transaction until the owner is notified
 * of the rejected passwords; afterwards it is rejected here, without a transaction.
 */
export async function checkSignIn(
  { call, now, read }: PreparationContext,
  { email, password, deviceToken }: Pick<Input<typeof createSession>, 'email' | 'password' | 'deviceToken'>,
  { passwords, secrets }: { passwords: Passwords; secrets: Secrets },
): Promise<SignInAttempt> {
  const emailKey = emailKeyOf(email);
  const device = readDeviceToken(secrets, deviceToken);
  const keysOfUnknownDevice = guessKeysOfUnknownDevice(secrets, emailKey, call.callerAddress);
  const keysOfKnownDevice = device && guessKeysOfKnownCaller(secrets, emailKey, device.deviceId);
  const [account, countsOfUnknownDevice, countsOfKnownDevice] = await read((em) =>
    Promise.all([
      em.findOne(Account, { emailKey }),
      readGuessCounts(em, keysOfUnknownDevice),
      keysOfKnownDevice && readGuessCounts(em, keysOfKnownDevice),
    ]),
  );
  const isKnown = device !== undefined && isKnownDevice(account, device);
  const keys = isKnown ? keysOfKnownDevice! : keysOfUnknownDevice;
  const counts = isKnown ? countsOfKnownDevice! : countsOfUnknownDevice;
  const isChecked = !mustWait(counts, now);
  if (!isChecked && wasOwnerNotifiedWithinDay(counts.burst, now)) throw limitedError(counts, now, DomainError);
  const isRight = isChecked && (await passwords.verify(password, account?.passwordHash, call.callerAddress));
  return {
    emailKey,
    keys,
    deviceId: isKnown ? device.deviceId : undefined,
    isChecked,
    matchingHash: isRight ? account?.passwordHash : undefined,
  };
}

/**
 * Decides in the transaction whether the password of a sign-in is accepted, and returns the account. The attempts of an
 * account, and those of a network, are decided one after the other, so that concurrent attempts are counted too.
 */
export async function acceptPassword(
  context: CommandContext,
  { emailKey, keys, isChecked, matchingHash }: SignInAttempt,
): Promise<Account> {
  const { em, now } = context;
  // An attempt that must wait is not counted as a wrong password, so it locks only the count of rejected passwords.
  lockGuesses(em, isChecked ? keys : { ...keys, countedKeys: [] });
  const [account, counts] = await Promise.all([em.findOne(Account, { emailKey }), readGuessCounts(em, keys)]);
  if (!isChecked || mustWait(counts, now)) {
    await recordRejectedGuess(context, keys, counts, { accountId: account?.id, isChecked: false });
    throw limitedError(counts, now, CommittedRejection);
  }
  // The password may have changed after the check.
  if (!account || account.passwordHash !== matchingHash) {
    await recordRejectedGuess(context, keys, counts, { accountId: account?.id, isChecked: true });
    throw new CommittedRejection('SIGN_IN_FAILED');
  }
  return account;
}

const limitedError = ({ nextAttemptAt }: GuessCounts, now: Date, ErrorClass: typeof DomainError): DomainError =>
  new ErrorClass('SIGN_IN_LIMITED', { retryAfter: retryAfterOf(nextAttemptAt ?? now, now) });
