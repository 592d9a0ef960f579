import type { Input, Output } from '@cordee/contracts/contract';
import { getTeamPolicy } from '@cordee/contracts/teams/team-policy';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { TeamPolicy, viewPolicy } from './team-policy.entity.ts';

@Controller()
export class TeamPolicyQueries {
  @Handles(getTeamPolicy)
  async getTeamPolicy(
    { organizationId }: Input<typeof getTeamPolicy>,
    { em }: QueryContext,
  ): Promise<Output<typeof getTeamPolicy>> {
    return viewPolicy(await em.findOne(TeamPolicy, { organizationId }));
  }
}
