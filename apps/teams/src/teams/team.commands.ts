import { AccessCache } from '@cordee/access/access-cache';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import * as contract from '@cordee/contracts/teams/team';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { TeamsConfig } from '../config.ts';
import { Catalogue } from '../grants/catalogue.ts';
import { addTeamMembers } from './add-team-members.ts';
import { changeTeamMember } from './change-team-member.ts';
import { changeTeam } from './change-team.ts';
import { createTeam } from './create-team.ts';
import { deleteTeam } from './delete-team.ts';
import { removeTeamMembers } from './remove-team-members.ts';

@Controller()
export class TeamCommands {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(CONFIG) private readonly config: TeamsConfig,
  ) {}

  @Handles(contract.createTeam)
  async createTeam(
    input: Input<typeof contract.createTeam>,
    context: CommandContext,
  ): Promise<Output<typeof contract.createTeam>> {
    const access = await this.access.forOrganization(input.organizationId);
    if (access.grants.teams.count >= this.config.TEAMS_PER_ORGANIZATION) throw new DomainError('TEAM_LIMIT');
    return createTeam(context, input, { access, catalogue: this.catalogue });
  }

  @Handles(contract.changeTeam)
  async changeTeam(
    input: Input<typeof contract.changeTeam>,
    context: CommandContext,
  ): Promise<Output<typeof contract.changeTeam>> {
    return changeTeam(context, input, await this.access.forOrganization(input.organizationId, ['people', 'grants']));
  }

  @Handles(contract.addTeamMembers)
  async addTeamMembers(
    input: Input<typeof contract.addTeamMembers>,
    context: CommandContext,
  ): Promise<Output<typeof contract.addTeamMembers>> {
    return { results: await addTeamMembers(context, input, await this.access.people(input.organizationId)) };
  }

  @Handles(contract.removeTeamMember)
  async removeTeamMember(
    { accountId, ...team }: Input<typeof contract.removeTeamMember>,
    context: CommandContext,
  ): Promise<Output<typeof contract.removeTeamMember>> {
    const [result] = await removeTeamMembers(
      context,
      { ...team, accountIds: [accountId] },
      await this.access.people(team.organizationId),
    );
    if (result?.error) throw new DomainError(result.error.code, { detail: result.error.detail });
    return {};
  }

  @Handles(contract.removeTeamMembers)
  async removeTeamMembers(
    input: Input<typeof contract.removeTeamMembers>,
    context: CommandContext,
  ): Promise<Output<typeof contract.removeTeamMembers>> {
    return { results: await removeTeamMembers(context, input, await this.access.people(input.organizationId)) };
  }

  @Handles(contract.changeTeamMember)
  async changeTeamMember(
    input: Input<typeof contract.changeTeamMember>,
    context: CommandContext,
  ): Promise<Output<typeof contract.changeTeamMember>> {
    return changeTeamMember(context, input, await this.access.people(input.organizationId));
  }

  @Handles(contract.deleteTeam)
  async deleteTeam(
    input: Input<typeof contract.deleteTeam>,
    context: CommandContext,
  ): Promise<Output<typeof contract.deleteTeam>> {
    await deleteTeam(context, input);
    return {};
  }
}
