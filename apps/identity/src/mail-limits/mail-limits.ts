import { networkOf } from '@cordee/service/network-of';
import type { CountedKey } from '../attempt-limits/attempt-counts.ts';
import type { AttemptLimit } from '../attempt-limits/attempt-limit.ts';
import type { Secrets } from '../secrets.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Allows some mails at once, and then one mail per interval. */
const burst = (free: number, intervalMs: number): AttemptLimit => ({
  free,
  forgetMs: intervalMs,
  firstWaitMs: intervalMs,
  maxWaitMs: intervalMs,
});

/** Sign-up mails to one address. */
const signUpLimit: AttemptLimit = {
  free: 3,
  forgetMs: 20 * MINUTE_MS,
  firstWaitMs: 20 * MINUTE_MS,
  maxWaitMs: HOUR_MS,
};
/** Invitation mails of one organization to one address. */
const invitationLimit: AttemptLimit = { free: 5, forgetMs: HOUR_MS, firstWaitMs: HOUR_MS, maxWaitMs: 6 * HOUR_MS };
/** Invitation mails of all organizations to one address. */
const recipientLimit = burst(20, 30 * MINUTE_MS);
/** Invitation mails of one person. */
const senderLimit = burst(100, 5 * MINUTE_MS);
/** Invitation mails of all people of one organization. */
const organizationLimit = burst(200, 2 * MINUTE_MS);

/** The network of the caller, and the limit of its mails. */
interface Caller {
  /** Undefined for a call of a service. */
  callerAddress: string | undefined;
  /** The number of mails to strangers that one network can cause at once; then one per minute. */
  mailsPerNetwork: number;
}

const networkKey = (secrets: Secrets, { callerAddress, mailsPerNetwork }: Caller): CountedKey[] =>
  callerAddress
    ? [{ key: secrets.hash('mails of network', networkOf(callerAddress)), limit: burst(mailsPerNetwork, MINUTE_MS) }]
    : [];

/** Counts a sign-up mail for its recipient and for the network of the caller. */
export function keysOfSignUpMail(
  secrets: Secrets,
  emailKey: string,
  caller: Caller,
): { ofAddress: CountedKey; ofNetwork: CountedKey[] } {
  return {
    ofAddress: { key: secrets.hash('sign-up mails to address', emailKey), limit: signUpLimit },
    ofNetwork: networkKey(secrets, caller),
  };
}

/** Counts an invitation mail for its recipient, sender, organization and network. */
export function keysOfInvitationMail(
  secrets: Secrets,
  {
    emailKey,
    accountId,
    organizationId,
  }: { emailKey: string; accountId: `acc_${string}`; organizationId: `org_${string}` },
  caller: Caller,
): CountedKey[] {
  // Keys that more calls share come later, so that two transactions do not deadlock.
  return [
    { key: secrets.hash('invitation mails', `${organizationId} ${emailKey}`), limit: invitationLimit },
    { key: secrets.hash('invitation mails to address', emailKey), limit: recipientLimit },
    { key: secrets.hash('invitation mails of sender', accountId), limit: senderLimit },
    { key: secrets.hash('invitation mails of organization', organizationId), limit: organizationLimit },
    ...networkKey(secrets, caller),
  ];
}
