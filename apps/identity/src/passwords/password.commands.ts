import { changePassword, confirmPasswordReset, requestPasswordReset } from '@cordee/contracts/identity/password';
import type { Input, Output } from '@cordee/contracts/contract';
import {
  Handles,
  HandlesAfterPreparing,
  type CommandContext,
  type PreparationContext,
  type PreparedWork,
} from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Secrets } from '../secrets.ts';
import { storeNewPassword, preparePasswordChange } from './change-password.ts';
import { preparePasswordReset, resetPassword } from './confirm-password-reset.ts';
import { Passwords } from './passwords.ts';
import { storePasswordReset } from './request-password-reset.ts';

@Controller()
export class PasswordCommands {
  constructor(
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(Secrets) private readonly secrets: Secrets,
  ) {}

  @HandlesAfterPreparing(changePassword)
  async changePassword(
    input: Input<typeof changePassword>,
    preparation: PreparationContext,
  ): Promise<PreparedWork<typeof changePassword>> {
    const { passwords, secrets } = this;
    const prepared = await preparePasswordChange(preparation, input, { passwords, secrets });
    return (context) => storeNewPassword(context, input, prepared, secrets);
  }

  @Handles(requestPasswordReset)
  async requestPasswordReset(
    { email }: Input<typeof requestPasswordReset>,
    context: CommandContext,
  ): Promise<Output<typeof requestPasswordReset>> {
    await storePasswordReset(context, email, this.secrets);
    return { status: 'requested' };
  }

  @HandlesAfterPreparing(confirmPasswordReset)
  async confirmPasswordReset(
    input: Input<typeof confirmPasswordReset>,
    preparation: PreparationContext,
  ): Promise<PreparedWork<typeof confirmPasswordReset>> {
    const { passwords, secrets } = this;
    const prepared = await preparePasswordReset(preparation, input, { passwords, secrets });
    return (context) => resetPassword(context, input, prepared, secrets);
  }
}
