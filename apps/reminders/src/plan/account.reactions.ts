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
import { scheduleImmediateMessage, type ImmediateMessage } from './schedule-immediate-message.ts';

/** Plans the mails about the security of an account. They belong to no organization and are due at once. */
@Controller()
export class AccountReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Consumes(passwordGuessingDetected)
  async scheduleGuessingNotice(
    { data, id }: CloudEvent<EventData<typeof passwordGuessingDetected>>,
    context: ReactionContext,
  ): Promise<void> {
    const { accountId, at, attempts } = data;
    const payload: AccountNoticePayload = { at, attempts: String(attempts) };
    await this.schedule(context, { kind: 'password_guessing', subjectId: accountId, occasion: id, accountId, payload });
  }

  @Consumes(passwordResetRequested)
  async schedulePasswordReset(
    { data }: CloudEvent<EventData<typeof passwordResetRequested>>,
    context: ReactionContext,
  ): Promise<void> {
    await this.schedule(context, { kind: 'password_reset', subjectId: data.passwordResetId });
  }

  @Consumes(passwordChanged)
  async schedulePasswordNotice(
    { data, id }: CloudEvent<EventData<typeof passwordChanged>>,
    context: ReactionContext,
  ): Promise<void> {
    const { accountId, at } = data;
    const payload: AccountNoticePayload = { at };
    await this.schedule(context, { kind: 'password_changed', subjectId: accountId, occasion: id, accountId, payload });
  }

  private async schedule(context: ReactionContext, notice: Omit<ImmediateMessage, 'organizationId'>): Promise<void> {
    setTenantContext(context.em, { organizationId: NO_ORGANIZATION });
    await scheduleImmediateMessage(this.jobs, context, { organizationId: NO_ORGANIZATION, ...notice });
  }
}
