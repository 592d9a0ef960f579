import { isContentRight, rightsGivenBy } from '@cordee/access/rights';
import { grantGiven } from '@cordee/contracts/teams/grant';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { Consumes, type ReactionContext } from '@cordee/service/handles';
import { Jobs } from '@cordee/service/jobs';
import { Controller, Inject } from '@nestjs/common';
import { planReminders } from './reminder.ts';

@Controller()
export class TeamsReactions {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  /** Whose content others may now get at is told so (ACC-4). Whether it is anybody's, and who gave it, is asked when it is sent. */
  @Consumes(grantGiven)
  async tellOwner({ data }: CloudEvent<EventData<typeof grantGiven>>, { em, now, afterCommit }: ReactionContext): Promise<void> {
    const { organizationId, grantId, right } = data;
    if (!rightsGivenBy(right).some(isContentRight)) return;
    await planReminders(em, now, [{ organizationId, kind: 'content_shared', subjectId: grantId, occasion: '', level: 'now', dueAt: now }]);
    afterCommit(() => this.jobs.wake());
  }
}
