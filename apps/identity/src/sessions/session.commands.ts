import { createSession, endSession, refreshSession, renewSignIn } from '@cordee/contracts/identity/session';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { insertRows } from '@cordee/service/database/insert-rows';
import {
  Handles,
  HandlesAfterPreparing,
  type CommandContext,
  type PreparationContext,
  type PreparedWork,
} from '@cordee/service/handler-decorators';
import { CommittedRejection } from '@cordee/service/committed-rejection';
import { LockMode } from '@mikro-orm/postgresql';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { Controller, Inject } from '@nestjs/common';
import { acrossAccounts } from '../across-accounts.ts';
import { Account } from '../accounts/account.entity.ts';
import { Passwords } from '../passwords/passwords.ts';
import { checkCurrentPassword } from '../passwords/current-password.ts';
import { resetGuessCounts } from '../password-attempts/password-guesses.ts';
import { lockSecondFactor, useCode } from '../second-factors/use-code.ts';
import { Secrets } from '../secrets.ts';
import { AccessTokens } from './access-tokens.ts';
import { makeDeviceToken } from './known-device.ts';
import { renewSessionSignIn } from './renew-sign-in.ts';
import { Session } from './session.entity.ts';
import { acceptPassword, checkSignIn, type SignInAttempt } from './sign-in.ts';

const REFRESH_TOKEN_PURPOSE = 'refresh';

@Controller()
export class SessionCommands {
  constructor(
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(Secrets) private readonly secrets: Secrets,
    @Inject(AccessTokens) private readonly accessTokens: AccessTokens,
  ) {}

  @HandlesAfterPreparing(createSession)
  async createSession(
    input: Input<typeof createSession>,
    preparation: PreparationContext,
  ): Promise<PreparedWork<typeof createSession>> {
    const { passwords, secrets } = this;
    const attempt = await checkSignIn(preparation, input, { passwords, secrets });
    return (context) => this.openSession(context, attempt, input.code);
  }

  private async openSession(
    context: CommandContext,
    attempt: SignInAttempt,
    code: string | undefined,
  ): Promise<Output<typeof createSession>> {
    const { em, now } = context;
    const account = await acceptPassword(context, attempt);
    setTenantContext(em, { accountId: account.id });
    const factor = await lockSecondFactor(em, account.id);
    if (factor?.isConfirmed()) {
      if (code === undefined) throw new DomainError('SECOND_FACTOR_REQUIRED');
      useCode(factor, code, now, this.secrets, 'SIGN_IN_CODE_WRONG');
    }
    const session = em.create(
      Session,
      { id: newId('ses', now), accountId: account.id, generation: 1, createdAt: now, signedInAt: now, lastUsedAt: now },
      { persist: false },
    );
    const tokens = await this.makeTokens(session, account, now);
    // These statements are sent in the round trip of the commit.
    insertRows(em, [session]);
    resetGuessCounts(em, attempt.keys);
    return { ...tokens, deviceToken: makeDeviceToken(this.secrets, account, attempt.deviceId ?? session.id) };
  }

  @HandlesAfterPreparing(renewSignIn)
  async renewSignIn(
    input: Input<typeof renewSignIn>,
    preparation: PreparationContext,
  ): Promise<PreparedWork<typeof renewSignIn>> {
    const { passwords, secrets, accessTokens } = this;
    const check = await checkCurrentPassword(preparation, input.password, { passwords, secrets });
    return (context) => renewSessionSignIn(context, input, check, { secrets, accessTokens });
  }

  @Handles(refreshSession)
  async refreshSession(
    { refreshToken }: Input<typeof refreshSession>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof refreshSession>> {
    const tokenContent = this.secrets.readToken(REFRESH_TOKEN_PURPOSE, ['ses'], refreshToken);
    const session =
      tokenContent &&
      (await acrossAccounts(em, () =>
        em.findOne(Session, { id: tokenContent.ids[0] }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      ));
    if (!tokenContent || !session?.isOpen(now)) throw new DomainError('REFRESH_TOKEN_INVALID');
    setTenantContext(em, { accountId: session.accountId });
    const account = await em.findOne(Account, { id: session.accountId });
    if (!account) throw new DomainError('REFRESH_TOKEN_INVALID');
    if (!session.useRefreshToken(tokenContent.generation, now)) {
      await publish(session.end(now, 'token_reused'));
      throw new CommittedRejection('REFRESH_TOKEN_INVALID');
    }
    return this.makeTokens(session, account, now);
  }

  @Handles(endSession)
  async endSession(
    { sessionId }: Input<typeof endSession>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof endSession>> {
    const session = await em.findOne(Session, { id: sessionId, accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!session) throw new DomainError('SESSION_NOT_FOUND');
    if (session.endedAt) return {};
    await publish(session.end(now, 'signed_out'));
    return {};
  }

  private async makeTokens(session: Session, account: Account, now: Date): Promise<Output<typeof refreshSession>> {
    const { token, expiresAt } = await this.accessTokens.sign(
      { subject: account.id, sessionId: session.id, isStaff: account.isStaff, signedInAt: session.signedInAt },
      now,
    );
    return {
      sessionId: session.id,
      accountId: account.id,
      accessToken: token,
      accessTokenExpiresAt: expiresAt.toISOString(),
      refreshToken: this.secrets.makeToken(REFRESH_TOKEN_PURPOSE, [session.id], session.generation),
    };
  }
}
