import { getPasswordResetMail } from '@cordee/contracts/identity/password';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Secrets } from '../secrets.ts';
import { findPasswordReset, PASSWORD_RESET_TOKEN_PURPOSE } from './find-password-reset.ts';

@Controller()
export class PasswordQueries {
  constructor(@Inject(Secrets) private readonly secrets: Secrets) {}

  @Handles(getPasswordResetMail)
  async getPasswordResetMail(
    { passwordResetId }: Input<typeof getPasswordResetMail>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getPasswordResetMail>> {
    const reset = await findPasswordReset(em, passwordResetId, now);
    if (!reset) throw new DomainError('PASSWORD_RESET_NOT_FOUND');
    const { accountId, email, name, locale } = reset;
    return {
      accountId,
      email,
      name,
      locale,
      token: this.secrets.makeToken(PASSWORD_RESET_TOKEN_PURPOSE, [passwordResetId]),
    };
  }
}
