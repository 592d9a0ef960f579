import { describe, expect, it } from '@jest/globals';
import { LocalBus } from './local-bus.ts';

const SUBJECT = 'evt.studio.wall.painted.v1';

/** The conformance suite in libs/testing tests the behaviour that LocalBus and NatsBus share. */
describe('LocalBus', () => {
  it('delivers events that were held back to a service that starts later', async () => {
    const bus = new LocalBus();
    const receivedSubjects: string[] = [];
    bus.holdEvents();
    const published = bus.publishEvent(SUBJECT, '1', new Uint8Array());
    await bus.consume({
      source: 'studio',
      durable: 'late__studio',
      handle: async ({ subject }) => (receivedSubjects.push(subject), { done: true }),
    });
    expect(receivedSubjects).toEqual([]);
    bus.releaseEvents();
    await published;
    expect(receivedSubjects).toEqual([SUBJECT]);
    await bus.close();
  });

  it('rejects the publish of an event that still waits for redelivery when the bus closes', async () => {
    const bus = new LocalBus();
    const started = Promise.withResolvers<void>();
    await bus.consume({
      source: 'studio',
      durable: 'a__studio',
      handle: async () => (started.resolve(), { retryAfterMs: 60_000 }),
    });
    // The event stays in the outbox after a rejected publish.
    const published = bus.publishEvent(SUBJECT, '1', new Uint8Array()).then(
      () => 'stored',
      () => 'rejected',
    );
    await started.promise;
    await bus.close();
    expect(await published).toBe('rejected');
  });
});
