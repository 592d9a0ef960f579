import { AccessCache } from '@cordee/access/access-cache';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { teamChanged, teamCreated, teamDeleted } from '@cordee/contracts/teams/team';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { StemCache } from '../index/stem-cache.ts';
import { permissionToken, teamToken } from './acl-tokens.ts';
import { indexObject, removeObject } from './object-rows.ts';

@Controller()
export class TeamReactions {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(StemCache) private readonly stemCache: StemCache,
  ) {}

  @Consumes(teamCreated)
  async addTeam({ data, sequence }: CloudEvent<EventData<typeof teamCreated>>, { em }: ReactionContext): Promise<void> {
    const team = (await this.access.forOrganization(data.organizationId)).grants.teams.find(data.teamId);
    // A missing team was deleted in the meantime; the event `teamDeleted` follows.
    if (team) await this.indexTeam(em, data, team.name, sequence);
  }

  @Consumes(teamChanged)
  async refreshTeam(
    { data, sequence }: CloudEvent<EventData<typeof teamChanged>>,
    { em }: ReactionContext,
  ): Promise<void> {
    await this.indexTeam(em, data, data.after.name, sequence);
  }

  @Consumes(teamDeleted)
  async removeTeam({ data }: CloudEvent<EventData<typeof teamDeleted>>, { em }: ReactionContext): Promise<void> {
    await removeObject(em, data.organizationId, data.teamId);
  }

  private async indexTeam(
    em: ReactionContext['em'],
    { organizationId, teamId }: EventData<typeof teamCreated>,
    name: string,
    sequence: number,
  ): Promise<void> {
    await indexObject(em, this.stemCache, {
      organizationId,
      id: teamId,
      kind: 'team',
      title: name,
      aclTokens: [permissionToken('team:manage'), teamToken(teamId)],
      revision: sequence,
    });
  }
}
