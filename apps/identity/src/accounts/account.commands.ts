import { confirmSignUp, requestSignUp } from '@cordee/contracts/identity/account';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { insertRows } from '@cordee/service/database/insert-rows';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import {
  Handles,
  HandlesAfterPreparing,
  type CommandContext,
  type PreparationContext,
  type PreparedWork,
} from '@cordee/service/handler-decorators';
import { CONFIG } from '@cordee/service/service-host';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import type { IdentityConfig } from '../config.ts';
import { openOrganization } from '../organizations/open-organization.ts';
import { Secrets } from '../secrets.ts';
import { Account, emailKeyOf } from './account.entity.ts';
import { checkPassword, Passwords } from '../passwords/passwords.ts';
import { SignUp } from './sign-up.entity.ts';

/** The purpose of the token in a confirmation link; see `Secrets.makeToken`. */
export const SIGN_UP_LINK = 'sign-up';

@Controller()
export class AccountCommands {
  constructor(
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(Secrets) private readonly secrets: Secrets,
    @Inject(CONFIG) private readonly config: IdentityConfig,
  ) {}

  @HandlesAfterPreparing(requestSignUp)
  async requestSignUp(
    input: Input<typeof requestSignUp>,
    { call }: PreparationContext,
  ): Promise<PreparedWork<typeof requestSignUp>> {
    checkPassword(input.password, input);
    const { password, ...details } = input;
    const passwordHash = await this.passwords.hash(password, call.callerAddress);
    return async ({ em, now, publish }) => {
      const signUp = em.create(SignUp, { ...details, id: newId('sgn', now), passwordHash, createdAt: now });
      await publish(signUp.requested());
      return { status: 'confirmation_sent' };
    };
  }

  @Handles(confirmSignUp)
  async confirmSignUp(
    { token }: Input<typeof confirmSignUp>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof confirmSignUp>> {
    const tokenContent = this.secrets.readToken(SIGN_UP_LINK, ['sgn'], token);
    const signUp =
      tokenContent && (await em.findOne(SignUp, { id: tokenContent.ids[0] }, { lockMode: LockMode.PESSIMISTIC_WRITE }));
    if (!signUp) throw new DomainError('SIGN_UP_TOKEN_INVALID');
    // A repeated confirmation returns the result of the first confirmation.
    if (signUp.accountId && signUp.organizationId)
      return { accountId: signUp.accountId, organizationId: signUp.organizationId };
    // Another sign-up for the same address may have created an account first.
    const isTaken = (await em.count(Account, { emailKey: emailKeyOf(signUp.email) })) > 0;
    if (isTaken || signUp.hasExpired(now)) throw new DomainError('SIGN_UP_TOKEN_INVALID');

    const { email, name, locale, passwordHash, country, currency } = signUp;
    const account = em.create(
      Account,
      {
        id: newId('acc', now),
        email,
        emailKey: emailKeyOf(email),
        name,
        locale,
        passwordHash,
        isStaff: this.config.STAFF_EMAILS.includes(emailKeyOf(email)),
        createdAt: now,
      },
      { persist: false },
    );
    const organizationId = newId('org', now);
    signUp.accountId = account.id;
    signUp.organizationId = organizationId;
    setTenantContext(em, { organizationId, accountId: account.id });
    insertRows(em, [account]);
    await publish(account.created());
    await openOrganization(
      em,
      { organizationId, name, legalForm: 'person', country, locale, timeZone: 'Europe/Zurich', currency },
      account.id,
      now,
      publish,
    );
    return { accountId: account.id, organizationId };
  }
}
