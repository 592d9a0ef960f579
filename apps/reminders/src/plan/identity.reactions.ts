import { signUpRequested } from '@cordee/contracts/identity/account';
import { invitationSent } from '@cordee/contracts/identity/invitation';
import { memberChanged, memberRoleOffered } from '@cordee/contracts/identity/member';
import { invitedTeamsMissed } from '@cordee/contracts/teams/invitation';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import { hasReminderFlag } from '../send/recipients.ts';
import type { MissedTeamsPayload } from '../send/missed-teams-message.ts';
import { NO_ORGANIZATION } from './reminder.ts';
import { planImmediateReminders } from './plan-immediate-reminders.ts';

/** Plans the mails about accounts, invitations and roles. The mails are due at once. */
@Controller()
export class IdentityReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Consumes(signUpRequested)
  async planSignUpMail(
    { data }: CloudEvent<EventData<typeof signUpRequested>>,
    context: ReactionContext,
  ): Promise<void> {
    // A sign-up belongs to no organization.
    setTenantContext(context.em, { organizationId: NO_ORGANIZATION });
    await planImmediateReminders(this.jobs, context, {
      organizationId: NO_ORGANIZATION,
      kind: 'sign_up_confirmation',
      subjectId: data.signUpId,
    });
  }

  @Consumes(invitationSent)
  async planInvitationMail(
    { data }: CloudEvent<EventData<typeof invitationSent>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, invitationId, generation } = data;
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'invitation',
      subjectId: invitationId,
      // Each new link of the invitation has its own generation and causes a mail.
      occasion: `link ${generation}`,
    });
  }

  /** An invitation is accepted only once, so the notice needs no `occasion`. */
  @Consumes(invitedTeamsMissed)
  async planMissedTeamsNotice(
    { data }: CloudEvent<EventData<typeof invitedTeamsMissed>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, invitationId, invitedBy, accountId, missed } = data;
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'invited_teams_missed',
      subjectId: invitationId,
      payload: { invitedBy, accountId, missed } satisfies MissedTeamsPayload,
    });
  }

  @Consumes(memberChanged)
  async planMemberChangeNotice(
    { data, id, actorid }: CloudEvent<EventData<typeof memberChanged>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, memberId, accountId, before, after } = data;
    const memberNotice = { organizationId, subjectId: memberId, occasion: id, accountId };
    if (before.role !== after.role)
      await planImmediateReminders(this.jobs, context, {
        ...memberNotice,
        kind: 'role_changed',
        payload: { before: before.role, after: after.role, by: actorid },
      });
    // `buildMessages` drops the notice when there is another legal representative (ROL-5).
    else if (after.role === 'legal_representative' && hasReminderFlag(after) && !hasReminderFlag(before))
      await planImmediateReminders(this.jobs, context, { ...memberNotice, kind: 'reminders_switched_on' });
  }

  @Consumes(memberRoleOffered)
  async planRoleOfferNotice(
    { data, id, actorid }: CloudEvent<EventData<typeof memberRoleOffered>>,
    context: ReactionContext,
  ): Promise<void> {
    const { organizationId, memberId, accountId, role } = data;
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'role_offered',
      subjectId: memberId,
      occasion: id,
      accountId,
      payload: { after: role, by: actorid },
    });
  }
}
