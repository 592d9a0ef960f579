import { getMe, getRecipient, getSignUpMail } from '@cordee/contracts/identity/account';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Secrets } from '../secrets.ts';
import { SIGN_UP_LINK } from './account.commands.ts';
import { Account, emailKeyOf } from './account.entity.ts';
import { SignUp } from './sign-up.entity.ts';

@Controller()
export class AccountQueries {
  constructor(@Inject(Secrets) private readonly secrets: Secrets) {}

  @Handles(getMe)
  async getMe(_: Input<typeof getMe>, { em, accountId }: QueryContext): Promise<Output<typeof getMe>> {
    const account = await em.findOne(Account, { id: accountId });
    if (!account) throw new DomainError('SIGN_IN_REQUIRED');
    const { id, email, name, locale, isStaff, createdAt } = account;
    return { id, email, name, locale, isStaff, createdAt: createdAt.toISOString() };
  }

  @Handles(getRecipient)
  async getRecipient(
    { accountId }: Input<typeof getRecipient>,
    { em }: QueryContext,
  ): Promise<Output<typeof getRecipient>> {
    const account = await em.findOne(Account, { id: accountId });
    if (!account) throw new DomainError('ACCOUNT_NOT_FOUND');
    return { accountId, email: account.email, name: account.name, locale: account.locale };
  }

  @Handles(getSignUpMail)
  async getSignUpMail(
    { signUpId }: Input<typeof getSignUpMail>,
    { em }: QueryContext,
  ): Promise<Output<typeof getSignUpMail>> {
    const signUp = await em.findOne(SignUp, { id: signUpId });
    if (!signUp) throw new DomainError('SIGN_UP_NOT_FOUND');
    const { email, name, locale } = signUp;
    // The account that this sign-up created does not count as taken.
    const isTaken = !signUp.accountId && (await em.count(Account, { emailKey: emailKeyOf(email) })) > 0;
    return isTaken
      ? { kind: 'account_exists', email, name, locale, token: null }
      : { kind: 'confirm', email, name, locale, token: this.secrets.makeToken(SIGN_UP_LINK, [signUpId]) };
  }
}
