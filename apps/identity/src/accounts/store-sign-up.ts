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
import { keysOfSignUpMail } from '../mail-limits/mail-limits.ts';
import type { Secrets } from '../secrets.ts';
import { emailKeyOf } from './account.entity.ts';
import { SignUp } from './sign-up.entity.ts';

/**
 * Stores a sign-up, for which a mail is sent. After too many mails to the address, nothing is stored and no mail is
 * sent, with the same answer: the answer must not reveal what others have done with the address.
 */
export async function storeSignUp(
  { em, now, call: { callerAddress }, publish }: CommandContext,
  details: Omit<Input<typeof requestSignUp>, 'password'> & { passwordHash: string },
  { secrets, config }: { secrets: Secrets; config: IdentityConfig },
): Promise<void> {
  const { ofAddress, ofNetwork } = keysOfSignUpMail(secrets, emailKeyOf(details.email), {
    callerAddress,
    mailsPerNetwork: config.MAILS_PER_NETWORK,
  });
  lockAttempts(em, [ofAddress, ...ofNetwork]);
  const [nextOfAddress, nextOfNetwork] = await Promise.all([
    nextAttemptOf(em, [ofAddress]),
    nextAttemptOf(em, ofNetwork),
  ]);
  if (nextOfNetwork && now < nextOfNetwork)
    throw new DomainError('SIGN_UP_REQUEST_LIMITED', { retryAfter: retryAfterOf(nextOfNetwork, now) });
  if (nextOfAddress && now < nextOfAddress) return countAttempts(em, ofNetwork, now);
  countAttempts(em, [ofAddress, ...ofNetwork], now);
  const signUp = em.create(SignUp, { ...details, id: newId('sgn', now), createdAt: now });
  await publish(signUp.requested());
}
