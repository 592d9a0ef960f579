import { isContentRight } from '@cordee/access/special-rights';
import { rightsGivenBy } from '@cordee/access/included-rights';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { grantGiven } from '@cordee/contracts/teams/grant';
import { teamMembersChanged } from '@cordee/contracts/teams/team';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import type { JoiningPayload } from '../send/shared-content-message.ts';
import { planImmediateReminders } from './plan-immediate-reminders.ts';

/** Plans the notices to content owners (ACC-4). The owners are read when a notice is sent. */
@Controller()
export class ContentOwnerReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  /** Plans one notice per grant of a content right. */
  @Consumes(grantGiven)
  async planGrantNotice(
    { data: { organizationId, grantId, right } }: CloudEvent<EventData<typeof grantGiven>>,
    context: ReactionContext,
  ): Promise<void> {
    if (!rightsGivenBy(right).some(isContentRight)) return;
    await planImmediateReminders(this.jobs, context, {
      organizationId,
      kind: 'content_shared',
      subjectId: grantId,
    });
  }

  /** Plans one notice for each joining. A person who leaves and joins a team again causes another notice. */
  @Consumes(teamMembersChanged)
  async planJoinNotices(
    { data: { organizationId, teamId, added }, time, actorid }: CloudEvent<EventData<typeof teamMembersChanged>>,
    context: ReactionContext,
  ): Promise<void> {
    const notices = added.map((accountId) => ({
      organizationId,
      kind: 'content_shared' as const,
      subjectId: teamId,
      occasion: `${accountId} ${time}`,
      payload: { accountId, joinedAt: time, addedBy: actorid } satisfies JoiningPayload,
    }));
    if (notices.length > 0) await planImmediateReminders(this.jobs, context, ...notices);
  }
}
