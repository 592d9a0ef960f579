import { AccessCopy } from '@cordee/access/access-copy';
import { memberAdded, memberRemoved } from '@cordee/contracts/identity/member';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { Consumes, type ReactionContext } from '@cordee/service/handles';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import { endAccess } from './end-access.ts';
import { endLapsed } from './announce-leaving.ts';
import { addMemberships } from './memberships.ts';
import { Team } from './team.entity.ts';

@Controller()
export class TeamReactions {
  constructor(@Inject(AccessCopy) private readonly access: AccessCopy) {}

  /** A new person joins the teams of the invitation; one that was deleted meanwhile is left out (C-ROL-21), and for an external one that is for members only. */
  @Consumes(memberAdded)
  async joinTeams(event: CloudEvent<EventData<typeof memberAdded>>, context: ReactionContext): Promise<void> {
    const { organizationId, accountId, memberId, role, teamIds } = event.data;
    const { em, now, publish } = context;
    // Of a time that is over by now: teams of the present one are no concern of it.
    if (!(await this.access.people(organizationId)).member(memberId)) return;
    const teams = await em.find(Team, { organizationId, id: { $in: teamIds }, deletedAt: null }, { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } });
    for (const team of teams) {
      if (team.isMembersOnly && role === 'external') continue;
      await endLapsed(context, team);
      const added = await addMemberships(em, now, { organizationId, teamId: team.id }, [{ accountId, memberId, endsAt: null }]);
      if (added.length > 0) await publish(team.membersChanged(added, []));
    }
  }

  /** Whoever leaves the organization leaves its teams, their lead, and what was given to them directly (ROL-8); what they were given since they are back stays. */
  @Consumes(memberRemoved)
  async leaveTeams(event: CloudEvent<EventData<typeof memberRemoved>>, context: ReactionContext): Promise<void> {
    await endAccess(context, event.data);
  }
}
