import { confirmSignUp, requestSignUp } from '@cordee/contracts/identity/account';
import type { Input } from '@cordee/contracts/contract';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { HandlesAfterPreparing, type PreparationContext, type PreparedWork } from '@cordee/service/handler-decorators';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject, type OnModuleInit } from '@nestjs/common';
import type { IdentityConfig } from '../config.ts';
import { Secrets } from '../secrets.ts';
import { assertPasswordRules } from '../passwords/password-rules.ts';
import { Passwords } from '../passwords/passwords.ts';
import { checkConfirmation, createConfirmedAccount } from './confirm-sign-up.ts';
import { applyStaffAddresses } from './staff-accounts.ts';
import { storeSignUp } from './store-sign-up.ts';

@Controller()
export class AccountCommands implements OnModuleInit {
  constructor(
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(Secrets) private readonly secrets: Secrets,
    @Inject(CONFIG) private readonly config: IdentityConfig,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
  ) {}

  async onModuleInit(): Promise<void> {
    await applyStaffAddresses(this.background, this.config.STAFF_EMAILS);
  }

  @HandlesAfterPreparing(requestSignUp)
  async requestSignUp(
    input: Input<typeof requestSignUp>,
    { call }: PreparationContext,
  ): Promise<PreparedWork<typeof requestSignUp>> {
    assertPasswordRules(input.password, input);
    const { password, ...details } = input;
    const passwordHash = await this.passwords.hash(password, call.callerAddress);
    const { secrets, config } = this;
    return async (context) => {
      await storeSignUp(context, { ...details, passwordHash }, { secrets, config });
      return { status: 'confirmation_sent' };
    };
  }

  @HandlesAfterPreparing(confirmSignUp)
  async confirmSignUp(
    input: Input<typeof confirmSignUp>,
    preparation: PreparationContext,
  ): Promise<PreparedWork<typeof confirmSignUp>> {
    const { passwords, secrets } = this;
    const confirmation = await checkConfirmation(preparation, input, { passwords, secrets });
    return (context) => createConfirmedAccount(context, confirmation, this.config.STAFF_EMAILS);
  }
}
