import { AccessCache } from '@cordee/access/access-cache';
import { memberAdded, memberRemoved } from '@cordee/contracts/identity/member';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { endMemberAccess } from './end-member-access.ts';
import { joinInvitedTeams } from './join-invited-teams.ts';

@Controller()
export class TeamReactions {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  @Consumes(memberAdded)
  async joinInvitedTeams({ data }: CloudEvent<EventData<typeof memberAdded>>, context: ReactionContext): Promise<void> {
    // A late event of a former membership period must not change the teams of the current membership period.
    if ((await this.access.people(data.organizationId)).member(data.memberId)) await joinInvitedTeams(context, data);
  }

  /** Ends the access of a person who leaves (ROL-8). Access of a later membership period remains. */
  @Consumes(memberRemoved)
  async endAccessOfFormerMember(
    event: CloudEvent<EventData<typeof memberRemoved>>,
    context: ReactionContext,
  ): Promise<void> {
    await endMemberAccess(context, event.data);
  }
}
