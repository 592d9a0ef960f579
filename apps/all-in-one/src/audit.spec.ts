import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { contracts, events } from '@cordee/contracts/catalogue';
import { serviceOf, type Contract, type EventContract } from '@cordee/contracts/contract';
import { hostEndpoints } from '@cordee/service/service-host';
import type { Type } from '@nestjs/common';
import { services } from './services.ts';

/** Where Nest keeps what `@Handles` and `@Consumes` say. */
const EXTRAS = 'microservices:pattern_extras';

/** Every door of every service, with the contract it is bound to. */
const doors = services.flatMap(({ name, module }) => {
  const controllers = [
    ...((Reflect.getMetadata('controllers', module) as Type[] | undefined) ?? []),
    ...hostEndpoints(name),
  ];
  return controllers.flatMap((controller) =>
    Object.getOwnPropertyNames(controller.prototype).flatMap((method) => {
      const handler = (controller.prototype as Record<string, object>)[method]!;
      const extras =
        typeof handler === 'function'
          ? (Reflect.getMetadata(EXTRAS, handler) as
              | { contract?: Contract | EventContract; isPreflight?: boolean }
              | undefined)
          : undefined;
      // What a door asks before an upload is no handler of its own.
      return extras?.contract && !extras.isPreflight
        ? [{ service: name, door: `${controller.name}.${method}`, contract: extras.contract }]
        : [];
    }),
  );
});
const handlersOf = (subject: string): typeof doors =>
  doors.filter(({ contract }) => contract.kind !== 'event' && contract.subject === subject);

describe('every contract', () => {
  it.each([...contracts])('%s has exactly one handler, in the service of its subject', (_, contract) => {
    expect(handlersOf(contract.subject).map(({ service }) => service)).toEqual([serviceOf(contract)]);
  });

  it('that a door is bound to is in the catalogue', () => {
    const known = new Set<unknown>([...contracts.values(), ...events.values()].map(({ subject }) => subject));
    expect(doors.filter(({ contract }) => !known.has(contract.subject)).map(({ door }) => door)).toEqual([]);
  });
});

describe('every consumed event', () => {
  const consumed = doors.filter(({ contract }) => contract.kind === 'event');

  it('exists, and has one reaction per service', () => {
    const keys = consumed.map(({ service, contract }) => `${service} ${contract.subject}`);
    expect(keys.length).toBeGreaterThan(0);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('comes from another service', () => {
    expect(consumed.filter(({ service, contract }) => serviceOf(contract) === service)).toEqual([]);
  });
});
