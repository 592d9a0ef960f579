import { passwordResetRequested } from '@cordee/contracts/identity/password';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { domainEvent } from '@cordee/outbox/publish';
import { sendAhead } from '@cordee/service/database/orm';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { networkOf } from '@cordee/service/network-of';
import { emailKeyOf } from '../accounts/account.entity.ts';
import {
  countAttempts,
  lockAttempts,
  nextAttemptOf,
  retryAfterOf,
} from '@cordee/service/attempt-limits/attempt-counts';
import { passwordResetLimit, passwordResetLimitOfNetwork } from './password-reset-limits.ts';
import type { Secrets } from '../secrets.ts';

/**
 * Stores a request for a link, which replaces an older link. The account is not looked up, so that the answer takes the
 * same time with and without an account. Too many requests for a mail address get the same answer, but no mail.
 */
export async function storePasswordReset(
  { em, now, call, publish }: CommandContext,
  email: string,
  secrets: Secrets,
): Promise<void> {
  const emailKey = emailKeyOf(email);
  const addressKeys = [{ key: secrets.hash('password resets of address', emailKey), limit: passwordResetLimit }];
  // Calls of services have no address.
  const networkKeys = call.callerAddress
    ? [
        {
          key: secrets.hash('password resets of network', networkOf(call.callerAddress)),
          limit: passwordResetLimitOfNetwork,
        },
      ]
    : [];
  lockAttempts(em, [...addressKeys, ...networkKeys]);
  const [addressNextAttemptAt, networkNextAttemptAt] = await Promise.all([
    nextAttemptOf(em, addressKeys),
    nextAttemptOf(em, networkKeys),
  ]);
  if (networkNextAttemptAt && now < networkNextAttemptAt)
    throw new DomainError('PASSWORD_RESET_LIMITED', { retryAfter: retryAfterOf(networkNextAttemptAt, now) });
  if (addressNextAttemptAt && now < addressNextAttemptAt) return countAttempts(em, networkKeys, now);
  countAttempts(em, [...addressKeys, ...networkKeys], now);
  const passwordResetId = newId('pwr', now);
  sendAhead(
    em,
    `insert into password_reset (email_key, id, created_at) values (?, ?, ?)
     on conflict (email_key) do update set id = excluded.id, created_at = excluded.created_at`,
    [emailKey, toUuid(passwordResetId), now],
  );
  await publish(domainEvent(passwordResetRequested, { passwordResetId }));
}
