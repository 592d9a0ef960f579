import type { requestSignUp } from '@cordee/contracts/identity/account';
import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import type { CommandContext } from '@cordee/service/handler-decorators';
import {
  countAttempts,
  lockAttempts,
  nextAttemptOf,
  retryAfterOf,
} from '@cordee/service/attempt-limits/attempt-counts';
import type { IdentityConfig } from '../config.ts';
import { signUpMailKeys } from './sign-up-mail-limits.ts';
import type { Secrets } from '../secrets.ts';
import { emailKeyOf } from './account.entity.ts';
import { SignUp } from './sign-up.entity.ts';

/**
 * Stores a sign-up, whose event causes a mail. After too many mails to the address, nothing is stored and no mail is
 * sent. The answer is the same in both cases, because it must not reveal what other people have done with the address.
 */
export async function storeSignUp(
  { em, now, call: { callerAddress }, publish }: CommandContext,
  details: Omit<Input<typeof requestSignUp>, 'password'> & { passwordHash: string },
  { secrets, config }: { secrets: Secrets; config: IdentityConfig },
): Promise<void> {
  const { addressKey, networkKeys } = signUpMailKeys(secrets, emailKeyOf(details.email), {
    callerAddress,
    mailsPerNetwork: config.MAILS_PER_NETWORK,
  });
  lockAttempts(em, [addressKey, ...networkKeys]);
  const [addressNextAttemptAt, networkNextAttemptAt] = await Promise.all([
    nextAttemptOf(em, [addressKey]),
    nextAttemptOf(em, networkKeys),
  ]);
  if (networkNextAttemptAt && now < networkNextAttemptAt)
    throw new DomainError('SIGN_UP_REQUEST_LIMITED', { retryAfter: retryAfterOf(networkNextAttemptAt, now) });
  if (addressNextAttemptAt && now < addressNextAttemptAt) return countAttempts(em, networkKeys, now);
  countAttempts(em, [addressKey, ...networkKeys], now);
  const signUp = em.create(SignUp, { ...details, id: newId('sgn', now), createdAt: now });
  await publish(signUp.requested());
}
