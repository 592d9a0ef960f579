import { AccessCache } from '@cordee/access/access-cache';
import { memberAdded, memberRemoved } from '@cordee/contracts/identity/member';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { endAccess } from './end-access.ts';
import { joinTeams } from './join-teams.ts';

@Controller()
export class TeamReactions {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  /** A new person joins the teams of the invitation. */
  @Consumes(memberAdded)
  async joinTeams({ data }: CloudEvent<EventData<typeof memberAdded>>, context: ReactionContext): Promise<void> {
    // Of a time that is over by now: teams of the present one are no concern of it.
    if ((await this.access.people(data.organizationId)).member(data.memberId)) await joinTeams(context, data);
  }

  /** Whoever leaves the organization leaves its teams, their lead, and what was given to them directly (ROL-8); what they were given since they are back stays. */
  @Consumes(memberRemoved)
  async leaveTeams(event: CloudEvent<EventData<typeof memberRemoved>>, context: ReactionContext): Promise<void> {
    await endAccess(context, event.data);
  }
}
