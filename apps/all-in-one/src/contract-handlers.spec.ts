import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { contracts, events } from '@cordee/contracts/catalogue';
import { serviceOf, type Contract, type EventContract } from '@cordee/contracts/contract';
import { hostEndpoints } from '@cordee/service/service-host';
import type { Type } from '@nestjs/common';
import { services } from './services.ts';

/** Metadata key under which Nest stores the arguments of `@Handles` and `@Consumes`. */
const PATTERN_EXTRAS = 'microservices:pattern_extras';

/** All handlers of all services with their contracts. */
const handlers = services.flatMap(({ name, module }) => {
  const controllers = [
    ...((Reflect.getMetadata('controllers', module) as Type[] | undefined) ?? []),
    ...hostEndpoints(name),
  ];
  return controllers.flatMap((controller) =>
    Object.getOwnPropertyNames(controller.prototype).flatMap((method) => {
      const handler = (controller.prototype as Record<string, object>)[method]!;
      const extras =
        typeof handler === 'function'
          ? (Reflect.getMetadata(PATTERN_EXTRAS, handler) as
              | { contract?: Contract | EventContract; isPreflight?: boolean }
              | undefined)
          : undefined;
      // A preflight handler checks an upload in advance. It has the contract of the real handler, so it is not counted.
      return extras?.contract && !extras.isPreflight
        ? [{ service: name, name: `${controller.name}.${method}`, contract: extras.contract }]
        : [];
    }),
  );
});
const handlersOf = (subject: string): typeof handlers =>
  handlers.filter(({ contract }) => contract.kind !== 'event' && contract.subject === subject);

describe('every contract', () => {
  it.each([...contracts])('with the name %s has exactly one handler, in the service of its subject', (_, contract) => {
    expect(handlersOf(contract.subject).map(({ service }) => service)).toEqual([serviceOf(contract)]);
  });

  it('that a handler or reaction uses is in the catalogue', () => {
    const declaredSubjects = new Set<unknown>(
      [...contracts.values(), ...events.values()].map(({ subject }) => subject),
    );
    expect(handlers.filter(({ contract }) => !declaredSubjects.has(contract.subject)).map(({ name }) => name)).toEqual(
      [],
    );
  });
});

describe('every consumed event', () => {
  const reactions = handlers.filter(({ contract }) => contract.kind === 'event');

  it('has at most one reaction per service', () => {
    const keys = reactions.map(({ service, contract }) => `${service} ${contract.subject}`);
    expect(keys.length).toBeGreaterThan(0);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('comes from another service', () => {
    expect(reactions.filter(({ service, contract }) => serviceOf(contract) === service)).toEqual([]);
  });
});
