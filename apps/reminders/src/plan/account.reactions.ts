import { passwordGuessingDetected } from '@cordee/contracts/identity/account';
import { passwordChanged, passwordResetRequested } from '@cordee/contracts/identity/password';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import type { AccountNoticePayload } from '../send/account-message.ts';
import { NO_ORGANIZATION } from './reminder.ts';
import { planImmediateReminders, type ImmediateReminder } from './plan-immediate-reminders.ts';

/** Plans the mails about the security of an account. The mails belong to no organization and are due at once. */
@Controller()
export class AccountReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Consumes(passwordGuessingDetected)
  async planGuessingNotice(
    { data, id }: CloudEvent<EventData<typeof passwordGuessingDetected>>,
    context: ReactionContext,
  ): Promise<void> {
    const { accountId, at, attempts } = data;
    const payload: AccountNoticePayload = { at, attempts: String(attempts) };
    await this.planAccountMail(context, {
      kind: 'password_guessing',
      subjectId: accountId,
      occasion: id,
      accountId,
      payload,
    });
  }

  @Consumes(passwordResetRequested)
  async planPasswordResetMail(
    { data }: CloudEvent<EventData<typeof passwordResetRequested>>,
    context: ReactionContext,
  ): Promise<void> {
    await this.planAccountMail(context, { kind: 'password_reset', subjectId: data.passwordResetId });
  }

  @Consumes(passwordChanged)
  async planPasswordNotice(
    { data, id }: CloudEvent<EventData<typeof passwordChanged>>,
    context: ReactionContext,
  ): Promise<void> {
    const { accountId, at } = data;
    const payload: AccountNoticePayload = { at };
    await this.planAccountMail(context, {
      kind: 'password_changed',
      subjectId: accountId,
      occasion: id,
      accountId,
      payload,
    });
  }

  private async planAccountMail(
    context: ReactionContext,
    notice: Omit<ImmediateReminder, 'organizationId'>,
  ): Promise<void> {
    setTenantContext(context.em, { organizationId: NO_ORGANIZATION });
    await planImmediateReminders(this.jobs, context, { organizationId: NO_ORGANIZATION, ...notice });
  }
}
