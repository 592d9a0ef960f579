import type { ServiceDefinition } from '@cordee/service/service-definition';
import { Module } from '@nestjs/common';
import { RenewalsConfig } from './config.ts';
import { renewals0001 } from './migrations/0001-renewals.ts';
import { renewals0002 } from './migrations/0002-ends.ts';
import { RenewalCommands } from './renewals/renewal.commands.ts';
import { RenewalSchema } from './renewals/renewal.entity.ts';
import { RenewalJobs } from './renewals/renewal.jobs.ts';
import { RenewalQueries } from './renewals/renewal.queries.ts';
import { RenewalReactions } from './renewals/renewal.reactions.ts';

@Module({ controllers: [RenewalCommands, RenewalQueries, RenewalReactions], providers: [RenewalJobs] })
class RenewalsModule {}

/** Periods, automatic renewal and renewal warranty. */
export const renewalsService: ServiceDefinition<typeof RenewalsConfig> = {
  name: 'renewals',
  config: RenewalsConfig,
  entities: [RenewalSchema],
  migrations: [renewals0001, renewals0002],
  module: RenewalsModule,
  sharesReactionTransactions: true,
};
