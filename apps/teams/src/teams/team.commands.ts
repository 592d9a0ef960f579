import { AccessCopy } from '@cordee/access/access-copy';
import { addTeamMembers, changeTeam, createTeam, deleteTeam, removeTeamMember } from '@cordee/contracts/teams/team';
import type { Input, Output } from '@cordee/contracts/contract';
import { Handles, type CommandContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from '../grants/catalogue.ts';
import { GrantChecks } from '../grants/check-grant.ts';
import { applyTeamChange } from './change-team.ts';
import { makeTeam } from './create-team.ts';
import { removeTeam } from './delete-team.ts';
import { findTeam } from './find-team.ts';
import { joinTeam } from './join-team.ts';
import { announceLeaving } from './leave-team.ts';
import { endMemberships } from './memberships.ts';

@Controller()
export class TeamCommands {
  constructor(
    @Inject(AccessCopy) private readonly access: AccessCopy,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  @Handles(createTeam)
  async createTeam(input: Input<typeof createTeam>, context: CommandContext): Promise<Output<typeof createTeam>> {
    return makeTeam(context, input, new GrantChecks(await this.access.facts(input.organizationId), this.catalogue));
  }

  @Handles(changeTeam)
  async changeTeam(input: Input<typeof changeTeam>, context: CommandContext): Promise<Output<typeof changeTeam>> {
    return applyTeamChange(context, input);
  }

  @Handles(addTeamMembers)
  async addTeamMembers(input: Input<typeof addTeamMembers>, context: CommandContext): Promise<Output<typeof addTeamMembers>> {
    const { people } = await this.access.people(input.organizationId);
    return { results: await joinTeam(context, input, new Set(people.map(({ accountId }) => accountId))) };
  }

  @Handles(removeTeamMember)
  async removeTeamMember({ organizationId, teamId, accountId }: Input<typeof removeTeamMember>, context: CommandContext): Promise<Output<typeof removeTeamMember>> {
    const team = await findTeam(context.em, organizationId, teamId, { for: 'change' });
    const removed = await endMemberships(context.em, context.now, organizationId, { teamId, accountId });
    await announceLeaving(context, team, removed.map((membership) => membership.accountId));
    return {};
  }

  @Handles(deleteTeam)
  async deleteTeam({ organizationId, teamId }: Input<typeof deleteTeam>, context: CommandContext): Promise<Output<typeof deleteTeam>> {
    await removeTeam(context, organizationId, teamId);
    return {};
  }
}
