import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { changeTeamPolicy } from '@cordee/contracts/teams/team-policy';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { Controller } from '@nestjs/common';
import { TeamPolicy, viewPolicy } from './team-policy.entity.ts';

@Controller()
export class TeamPolicyCommands {
  @Handles(changeTeamPolicy)
  async changeTeamPolicy(
    { organizationId, mayLeadManageMembers: wanted, ifMatch }: Input<typeof changeTeamPolicy>,
    { em, publish }: CommandContext,
  ): Promise<Output<typeof changeTeamPolicy>> {
    const known = await em.findOne(TeamPolicy, { organizationId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const seen = viewPolicy(known);
    if (ifMatch !== undefined && ifMatch !== seen.version) throw new DomainError('VERSION_MISMATCH');
    if (wanted === undefined || wanted === seen.mayLeadManageMembers) return seen;
    const policy = known ?? em.create(TeamPolicy, { organizationId, mayLeadManageMembers: seen.mayLeadManageMembers });
    await publish(policy.change(wanted));
    return viewPolicy(policy);
  }
}
