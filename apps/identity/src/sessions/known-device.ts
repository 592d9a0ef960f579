import type { Account } from '../accounts/account.entity.ts';
import type { Secrets } from '../secrets.ts';

/** The purpose with which `Secrets.makeToken` makes device tokens. */
const DEVICE_TOKEN_PURPOSE = 'known device';

/**
 * The content of a device token. The token proves that the person has signed in or reset the password on the device.
 */
export interface DeviceTokenContent {
  accountId: `acc_${string}`;
  /** The id of the session that made the device known, or a new id after a password reset. */
  deviceId: `ses_${string}`;
  passwordGeneration: number;
}

export const makeDeviceToken = (
  secrets: Secrets,
  { id, passwordGeneration }: Pick<Account, 'id' | 'passwordGeneration'>,
  deviceId: `ses_${string}`,
): string => secrets.makeToken(DEVICE_TOKEN_PURPOSE, [id, deviceId], passwordGeneration);

/**
 * Returns undefined when identity has not made the token. `isKnownDevice` checks whether the content is still valid.
 */
export function readDeviceToken(secrets: Secrets, token: string | undefined): DeviceTokenContent | undefined {
  const content = token === undefined ? undefined : secrets.readToken(DEVICE_TOKEN_PURPOSE, ['acc', 'ses'], token);
  if (!content) return undefined;
  const [accountId, deviceId] = content.ids;
  return { accountId, deviceId, passwordGeneration: content.generation };
}

/** True for a device of the account, until the password of the account changes. */
export const isKnownDevice = (
  account: Pick<Account, 'id' | 'passwordGeneration'> | null,
  device: DeviceTokenContent,
): boolean => device.accountId === account?.id && device.passwordGeneration === account.passwordGeneration;
