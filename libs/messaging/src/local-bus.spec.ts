import { describe, expect, it } from '@jest/globals';
import { LocalBus } from './local-bus.ts';

const SUBJECT = 'evt.studio.wall.painted.v1';

/** What NATS and the local bus have in common is held by the conformance suite in libs/testing. */
describe('LocalBus', () => {
  it('keeps events back while services start, so that the last one misses nothing', async () => {
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

  it('refuses an event that waits to come again when it closes: the outbox keeps it', async () => {
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
