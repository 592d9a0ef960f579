import { DomainError } from '@cordee/contracts/domain-error';
import { CommittedRejection } from '@cordee/service/committed-rejection';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { Secrets } from '../secrets.ts';
import { SecondFactor } from './second-factor.entity.ts';

/** The purpose with which `Secrets.seal` encrypts TOTP secrets. */
const SEAL_PURPOSE = 'second factor';

export const sealSecret = (secrets: Secrets, accountId: `acc_${string}`, secret: Buffer): Buffer =>
  secrets.seal(SEAL_PURPOSE, accountId, secret);

/** Serializes the checks of codes of an account. The returned second factor may be unconfirmed. */
export const lockSecondFactor = (em: EntityManager, accountId: `acc_${string}`): Promise<SecondFactor | null> =>
  em.findOne(SecondFactor, { accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE });

/**
 * Uses a code of a second factor that `lockSecondFactor` has returned. Throws when the code is wrong, or when the next
 * attempt is not allowed yet. The count of wrong codes is committed although the request is rejected. `wrongCodeError`
 * depends on the operation: its status is 401 only at the sign-in.
 */
export function useCode(
  factor: SecondFactor,
  code: string,
  now: Date,
  secrets: Secrets,
  wrongCodeError: 'SECOND_FACTOR_WRONG' | 'SIGN_IN_CODE_WRONG',
): void {
  const result = factor.useCode(
    code,
    now,
    secrets.open(SEAL_PURPOSE, factor.accountId, Buffer.from(factor.sealedSecret)),
  );
  if (result === 'wrong') throw new CommittedRejection(wrongCodeError);
  if (result !== 'right')
    throw new DomainError('SECOND_FACTOR_LIMITED', {
      retryAfter: Math.ceil((result.waitUntil.getTime() - now.getTime()) / 1_000),
    });
}
