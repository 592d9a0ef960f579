import 'reflect-metadata';
import type { EventContract } from '@cordee/contracts/contract';
import type { Type } from '@nestjs/common';
import type { ServiceDefinition } from './service-definition.ts';

/** Metadata key under which Nest stores the arguments of `@Handles` and `@Consumes`. */
const PATTERN_EXTRAS = 'microservices:pattern_extras';

/** Reads the events to which a service has reactions from the decorators. The service need not run. */
export function consumedEventsOf({ module }: Pick<ServiceDefinition, 'module'>): EventContract[] {
  const controllers = (Reflect.getMetadata('controllers', module) as Type[] | undefined) ?? [];
  return controllers.flatMap((controller) =>
    Object.values(Object.getOwnPropertyDescriptors(controller.prototype)).flatMap(({ value }) => {
      if (typeof value !== 'function') return [];
      const extras = Reflect.getMetadata(PATTERN_EXTRAS, value) as { contract?: { kind: string } } | undefined;
      return extras?.contract?.kind === 'event' ? [extras.contract as EventContract] : [];
    }),
  );
}
