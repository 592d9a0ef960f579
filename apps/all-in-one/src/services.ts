import { billingService } from '@cordee/billing/billing.service';
import { identityService } from '@cordee/identity/identity.service';
import { productsService } from '@cordee/products/products.service';
import { remindersService } from '@cordee/reminders/reminders.service';
import { renewalsService } from '@cordee/renewals/renewals.service';
import { searchService } from '@cordee/search/search.service';
import { teamsService } from '@cordee/teams/teams.service';
import type { ServiceDefinition } from '@cordee/service/service-definition';

/** All services, in the order in which they are set up and started. */
export const services: readonly ServiceDefinition[] = [
  identityService,
  teamsService,
  productsService,
  billingService,
  renewalsService,
  remindersService,
  searchService,
];

/**
 * Returns the environment of one service. It is the process environment, with the addresses of the service's database
 * and of its NATS server.
 */
export function environmentOf(
  service: string,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return {
    ...environment,
    DATABASE_URL: environment[databaseVariable(service)],
    NATS_URL: environment[`${service.toUpperCase()}_NATS_URL`] ?? environment['NATS_URL'],
  };
}

export const databaseVariable = (service: string): string => `${service.toUpperCase()}_DATABASE_URL`;
