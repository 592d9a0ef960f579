import { describe, expect, it } from '@jest/globals';
import { LocalBus } from './local-bus.ts';

const SUBJECT = 'evt.studio.wall.painted.v1';

/** The conformance suite in libs/testing covers what both buses have in common. */
describe('LocalBus', () => {
  it('holds events while services start, so that the last one receives all', async () => {
    const bus = new LocalBus();
    const seen: string[] = [];
    bus.holdEvents();
    const published = bus.publishEvent(SUBJECT, '1', new Uint8Array());
    await bus.consume({
      source: 'studio',
      durable: 'late__studio',
      handle: async ({ subject }) => (seen.push(subject), { done: true }),
    });
    expect(seen).toEqual([]);
    bus.releaseEvents();
    await published;
    expect(seen).toEqual([SUBJECT]);
    await bus.close();
  });

  it('rejects an event that waits for redelivery when it closes: the outbox keeps it', async () => {
    const bus = new LocalBus();
    const started = Promise.withResolvers<void>();
    await bus.consume({
      source: 'studio',
      durable: 'a__studio',
      handle: async () => (started.resolve(), { retryAfterMs: 60_000 }),
    });
    const published = bus.publishEvent(SUBJECT, '1', new Uint8Array()).then(
      () => 'stored',
      () => 'refused',
    );
    await started.promise;
    await bus.close();
    expect(await published).toBe('refused');
  });
});
