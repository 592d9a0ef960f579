import { DomainError } from '@cordee/contracts/domain-error';
import { CommitThenReject } from '@cordee/service/committed-rejection';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { Secrets } from '../secrets.ts';
import { SecondFactor } from './second-factor.entity.ts';

/** What the secret of a second factor is sealed for. */
const PURPOSE = 'second factor';

export const sealSecret = (secrets: Secrets, accountId: `acc_${string}`, secret: Buffer): Buffer =>
  secrets.seal(PURPOSE, accountId, secret);

/** The account's second factor, confirmed or not, until the commit for this call alone: codes are judged one after the other. */
export const lockSecondFactor = (em: EntityManager, accountId: `acc_${string}`): Promise<SecondFactor | null> =>
  em.findOne(SecondFactor, { accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE });

/** Takes a code of a locked second factor, or refuses; a wrong one is counted though it is refused. Who is signed in stays so after a wrong code, who is signing in is not (401). */
export function useCode(
  factor: SecondFactor,
  code: string,
  now: Date,
  secrets: Secrets,
  wrong: 'SECOND_FACTOR_WRONG' | 'SIGN_IN_CODE_WRONG',
): void {
  const verdict = factor.take(code, now, secrets.open(PURPOSE, factor.accountId, Buffer.from(factor.sealedSecret)));
  if (verdict === 'wrong') throw new CommitThenReject(wrong);
  if (verdict !== 'right')
    throw new DomainError('SECOND_FACTOR_LIMITED', {
      retryAfter: Math.ceil((verdict.waitUntil.getTime() - now.getTime()) / 1_000),
    });
}
