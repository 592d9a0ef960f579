import type { Account } from '../accounts/account.entity.ts';
import type { Secrets } from '../secrets.ts';

/** The purpose of a device token; see `Secrets.makeToken`. */
const KNOWN_DEVICE = 'known device';

/** A device on which the person has signed in. */
export interface KnownDevice {
  accountId: `acc_${string}`;
  /** The id of the first session on the device, or a new id after a password reset. */
  deviceId: `ses_${string}`;
  passwordGeneration: number;
}

/** Makes the token by which a device proves that the person has signed in on it. */
export const makeDeviceToken = (
  secrets: Secrets,
  { id, passwordGeneration }: Pick<Account, 'id' | 'passwordGeneration'>,
  deviceId: `ses_${string}`,
): string => secrets.makeToken(KNOWN_DEVICE, [id, deviceId], passwordGeneration);

/** Returns undefined when the token is missing or not genuine. `isKnownTo` checks whether a genuine token is valid. */
export function readDeviceToken(secrets: Secrets, token: string | undefined): KnownDevice | undefined {
  const content = token === undefined ? undefined : secrets.readToken(KNOWN_DEVICE, ['acc', 'ses'], token);
  if (!content) return undefined;
  const [accountId, deviceId] = content.ids;
  return { accountId, deviceId, passwordGeneration: content.generation };
}

/** True for a device of the account, until the password of the account changes. */
export const isKnownTo = (account: Pick<Account, 'id' | 'passwordGeneration'> | null, device: KnownDevice): boolean =>
  device.accountId === account?.id && device.passwordGeneration === account.passwordGeneration;
