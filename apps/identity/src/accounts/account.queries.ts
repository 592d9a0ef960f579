import { getMe, getRecipient, getSignUpMail } from '@cordee/contracts/identity/account';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import type { Locale } from '@cordee/contracts/values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Secrets } from '../secrets.ts';
import { SIGN_UP_TOKEN_PURPOSE } from './confirm-sign-up.ts';
import { Account } from './account.entity.ts';

interface SignUpRow {
  email: string;
  locale: Locale;
  is_taken: boolean;
}

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
    const [signUp] = await em.execute<SignUpRow[]>(
      // `is_taken`: an account has the address, and this sign-up has not created the account. Mail addresses have
      // ASCII letters only, so the collation "C" is correct.
      `select email, locale, account_id is null and exists (
         select from account where email_key = lower(sign_up.email collate "C")
       ) as is_taken
       from sign_up where id = ?`,
      [toUuid(signUpId)],
    );
    if (!signUp) throw new DomainError('SIGN_UP_NOT_FOUND');
    const { email, locale, is_taken: isTaken } = signUp;
    return isTaken
      ? { kind: 'account_exists', email, locale, token: null }
      : { kind: 'confirm', email, locale, token: this.secrets.makeToken(SIGN_UP_TOKEN_PURPOSE, [signUpId]) };
  }
}
