import type { CountedKey } from '@cordee/service/attempt-limits/attempt-counts';
import type { AttemptLimit } from '@cordee/service/attempt-limits/attempt-limit';
import { keysOfMailNetwork, type MailCaller } from '@cordee/service/attempt-limits/mails-to-strangers';
import type { Secrets } from '../secrets.ts';

const MINUTE_MS = 60_000;

/** Limits the sign-up mails to one address. All mails that a network causes are limited together. */
const signUpMailLimit: AttemptLimit = {
  free: 3,
  forgetMs: 20 * MINUTE_MS,
  firstWaitMs: 20 * MINUTE_MS,
  maxWaitMs: 60 * MINUTE_MS,
};

/** Returns the keys under which a sign-up mail is counted: of its recipient, and of the caller's network. */
export const signUpMailKeys = (
  secrets: Secrets,
  emailKey: string,
  caller: MailCaller,
): { addressKey: CountedKey; networkKeys: CountedKey[] } => ({
  addressKey: { key: secrets.hash('sign-up mails to address', emailKey), limit: signUpMailLimit },
  networkKeys: keysOfMailNetwork((purpose, value) => secrets.hash(purpose, value), caller),
});
