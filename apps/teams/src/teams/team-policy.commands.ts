import type { Input, Output } from '@cordee/contracts/contract';
import { assertVersion } from '@cordee/contracts/if-match';
import { changeTeamPolicy } from '@cordee/contracts/teams/team-policy';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller } from '@nestjs/common';
import { TeamPolicy, viewPolicy } from './team-policy.entity.ts';

@Controller()
export class TeamPolicyCommands {
  @Handles(changeTeamPolicy)
  async changeTeamPolicy(
    { organizationId, mayLeadManageMembers: requestedValue, ifMatch }: Input<typeof changeTeamPolicy>,
    { em, publish }: CommandContext,
  ): Promise<Output<typeof changeTeamPolicy>> {
    const stored = await em.findOne(TeamPolicy, { organizationId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const current = viewPolicy(stored);
    assertVersion(ifMatch, current.version);
    if (requestedValue === undefined || requestedValue === current.mayLeadManageMembers) return current;
    // A new policy starts with the default value, because the event contains the value before the change.
    const policy =
      stored ?? em.create(TeamPolicy, { organizationId, mayLeadManageMembers: current.mayLeadManageMembers });
    await publish(policy.change(requestedValue));
    return viewPolicy(policy);
  }
}
