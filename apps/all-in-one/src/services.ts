import { identityService } from '@cordee/identity/identity.service';
import type { ServiceDefinition } from '@cordee/service/service-definition';

/** Every service, in the order they are set up and started. */
export const services: readonly ServiceDefinition[] = [identityService];

/** The environment of one service inside the one process: its own database address. */
export function environmentOf(service: string, environment: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return { ...environment, DATABASE_URL: environment[databaseVariable(service)] };
}

export const databaseVariable = (service: string): string => `${service.toUpperCase()}_DATABASE_URL`;
