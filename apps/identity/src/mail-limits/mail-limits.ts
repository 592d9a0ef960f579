import type { CountedKey } from '@cordee/service/attempt-limits/attempt-counts';
import type { AttemptLimit } from '@cordee/service/attempt-limits/attempt-limit';
import { keysOfMailNetwork, type MailCaller } from '@cordee/service/attempt-limits/mails-to-strangers';
import type { Secrets } from '../secrets.ts';

const MINUTE_MS = 60_000;

/** Sign-up mails to one address. */
const signUpLimit: AttemptLimit = {
  free: 3,
  forgetMs: 20 * MINUTE_MS,
  firstWaitMs: 20 * MINUTE_MS,
  maxWaitMs: 60 * MINUTE_MS,
};

/** Counts a sign-up mail for its recipient and for the network of the caller. */
export const keysOfSignUpMail = (
  secrets: Secrets,
  emailKey: string,
  caller: MailCaller,
): { ofAddress: CountedKey; ofNetwork: CountedKey[] } => ({
  ofAddress: { key: secrets.hash('sign-up mails to address', emailKey), limit: signUpLimit },
  ofNetwork: keysOfMailNetwork((purpose, value) => secrets.hash(purpose, value), caller),
});
