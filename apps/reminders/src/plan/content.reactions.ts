import { isContentRight, rightsGivenBy } from '@cordee/access/rights';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { grantGiven } from '@cordee/contracts/teams/grant';
import { teamMembersChanged } from '@cordee/contracts/teams/team';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import type { JoiningFacts } from '../send/about-shared-content.ts';
import { tellNow } from './tell-now.ts';

/** Plans the notices to owners of content (ACC-4). Which owners a notice concerns is asked when it is sent. */
@Controller()
export class ContentReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  /** One notice per content grant. */
  @Consumes(grantGiven)
  async tellOfGrant(
    { data: { organizationId, grantId, right } }: CloudEvent<EventData<typeof grantGiven>>,
    context: ReactionContext,
  ): Promise<void> {
    if (!rightsGivenBy(right).some(isContentRight)) return;
    await tellNow(this.jobs, context, { organizationId, kind: 'content_shared', subjectId: grantId, occasion: '' });
  }

  /** One notice per joiner. Somebody who leaves a team and joins it again later is told of again. */
  @Consumes(teamMembersChanged)
  async tellOfJoiners(
    { data: { organizationId, teamId, added }, time, actorid }: CloudEvent<EventData<typeof teamMembersChanged>>,
    context: ReactionContext,
  ): Promise<void> {
    const notices = added.map((accountId) => ({
      organizationId,
      kind: 'content_shared' as const,
      subjectId: teamId,
      occasion: `${accountId} ${time}`,
      facts: { accountId, joinedAt: time, addedBy: actorid } satisfies JoiningFacts,
    }));
    if (notices.length > 0) await tellNow(this.jobs, context, ...notices);
  }
}
