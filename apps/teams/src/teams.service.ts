import { RpcClient } from '@cordee/messaging/rpc-client';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { Module } from '@nestjs/common';
import { AccessQueries } from './access/access.queries.ts';
import { TeamsConfig } from './config.ts';
import { Catalogue } from './grants/catalogue.ts';
import { GrantCommands } from './grants/grant.commands.ts';
import { GrantSchema } from './grants/grant.entity.ts';
import { GrantJobs } from './grants/grant.jobs.ts';
import { GrantQueries } from './grants/grant.queries.ts';
import { teams0001 } from './migrations/0001-teams.ts';
import { TeamCommands } from './teams/team.commands.ts';
import { TeamSchema } from './teams/team.entity.ts';
import { TeamJobs } from './teams/team.jobs.ts';
import { TeamQueries } from './teams/team.queries.ts';
import { TeamReactions } from './teams/team.reactions.ts';

@Module({
  controllers: [AccessQueries, GrantCommands, GrantQueries, TeamCommands, TeamQueries, TeamReactions],
  providers: [GrantJobs, TeamJobs, { provide: Catalogue, inject: [RpcClient], useFactory: (rpc: RpcClient) => new Catalogue(rpc) }],
})
class TeamsModule {}

/** Teams, memberships, grants, and the answers to who may do what. */
export const teamsService: ServiceDefinition = {
  name: 'teams',
  config: TeamsConfig,
  entities: [TeamSchema, GrantSchema],
  migrations: [teams0001],
  module: TeamsModule,
};
