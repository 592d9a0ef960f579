import { RpcClient } from '@cordee/messaging/rpc-client';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { Module } from '@nestjs/common';
import { AccessQueries } from './access/access.queries.ts';
import { TeamsConfig } from './config.ts';
import { ContentQueries } from './content/content.queries.ts';
import { DefaultRightsCommands } from './default-rights/default-rights.commands.ts';
import { DefaultRightsSchema } from './default-rights/default-rights.entity.ts';
import { DefaultRightsQueries } from './default-rights/default-rights.queries.ts';
import { DefaultRightsReactions } from './default-rights/default-rights.reactions.ts';
import { CatalogueReactions } from './grants/catalogue.reactions.ts';
import { Catalogue } from './grants/catalogue.ts';
import { GrantCommands } from './grants/grant.commands.ts';
import { GrantSchema } from './grants/grant.entity.ts';
import { GrantJobs } from './grants/grant.jobs.ts';
import { GrantQueries } from './grants/grant.queries.ts';
import { PersonRightsCommands } from './grants/person-rights.commands.ts';
import { PersonRightsQueries } from './grants/person-rights.queries.ts';
import { ProductReactions } from './grants/product.reactions.ts';
import { teams0001 } from './migrations/0001-teams.ts';
import { RestrictionCommands } from './restrictions/restriction.commands.ts';
import { RestrictionJobs } from './restrictions/restriction.jobs.ts';
import { RestrictionQueries } from './restrictions/restriction.queries.ts';
import { TeamCommands } from './teams/team.commands.ts';
import { TeamSchema } from './teams/team.entity.ts';
import { TeamPolicyCommands } from './teams/team-policy.commands.ts';
import { TeamPolicySchema } from './teams/team-policy.entity.ts';
import { TeamPolicyQueries } from './teams/team-policy.queries.ts';
import { TeamJobs } from './teams/team.jobs.ts';
import { TeamQueries } from './teams/team.queries.ts';
import { TeamReactions } from './teams/team.reactions.ts';

@Module({
  controllers: [
    AccessQueries,
    CatalogueReactions,
    ContentQueries,
    DefaultRightsCommands,
    DefaultRightsQueries,
    DefaultRightsReactions,
    GrantCommands,
    GrantQueries,
    PersonRightsCommands,
    PersonRightsQueries,
    ProductReactions,
    RestrictionCommands,
    RestrictionQueries,
    TeamCommands,
    TeamPolicyCommands,
    TeamPolicyQueries,
    TeamQueries,
    TeamReactions,
  ],
  providers: [
    GrantJobs,
    RestrictionJobs,
    TeamJobs,
    { provide: Catalogue, inject: [RpcClient], useFactory: (rpc: RpcClient) => new Catalogue(rpc) },
  ],
})
class TeamsModule {}

/** Stores teams, memberships, grants and restrictions, and decides about access. */
export const teamsService: ServiceDefinition = {
  name: 'teams',
  config: TeamsConfig,
  entities: [TeamSchema, TeamPolicySchema, GrantSchema, DefaultRightsSchema],
  migrations: [teams0001],
  module: TeamsModule,
};
