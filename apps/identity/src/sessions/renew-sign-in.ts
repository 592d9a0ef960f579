import type { renewSignIn } from '@cordee/contracts/identity/session';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { lockGuesses, resetGuessCounts } from '../password-attempts/password-guesses.ts';
import { acceptCurrentPassword, sessionIdOf, type CurrentPasswordCheck } from '../passwords/current-password.ts';
import { lockSecondFactor, useCode } from '../second-factors/use-code.ts';
import type { Secrets } from '../secrets.ts';
import type { AccessTokens } from './access-tokens.ts';
import { Session } from './session.entity.ts';

/** Makes the sign-in of the current session recent again. Requires the same password and code as a sign-in. */
export async function renewSessionSignIn(
  context: CommandContext,
  { code }: Input<typeof renewSignIn>,
  check: CurrentPasswordCheck,
  { secrets, accessTokens }: { secrets: Secrets; accessTokens: AccessTokens },
): Promise<Output<typeof renewSignIn>> {
  const { em, now, call, accountId } = context;
  lockGuesses(em, check.keys);
  const account = await acceptCurrentPassword(context, check);
  const [factor, session] = await Promise.all([
    lockSecondFactor(em, accountId),
    em.findOne(Session, { id: sessionIdOf(call) }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
  ]);
  if (!session?.isOpen(now)) throw new DomainError('SIGN_IN_REQUIRED');
  if (factor?.isConfirmed()) {
    if (code === undefined) throw new DomainError('SECOND_FACTOR_REQUIRED');
    useCode(factor, code, now, secrets, 'SIGN_IN_CODE_WRONG');
  }
  session.renewSignIn(now);
  resetGuessCounts(em, check.keys);
  const { token, expiresAt } = await accessTokens.sign(
    { subject: accountId, sessionId: session.id, isStaff: account.isStaff, signedInAt: session.signedInAt },
    now,
  );
  return { accessToken: token, accessTokenExpiresAt: expiresAt.toISOString() };
}
