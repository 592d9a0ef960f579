import { CLOCK_MOVED_SUBJECT, getClock } from '@cordee/contracts/identity/clock';
import { LocalBus } from '@cordee/messaging/local-bus';
import { ProcessRegistry } from '@cordee/messaging/process-registry';
import { encode } from '@cordee/messaging/reply';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { describe, expect, it } from '@jest/globals';
import { Clock } from './clock.ts';

const DAY = 24 * 3_600_000;

describe('Clock', () => {
  // The columns: title, `isMovable`, offsets of the notifications, expected offset, expected number of callback calls.
  it.each([
    ['moves forward', true, [DAY], DAY, 1],
    ['does not move backward, so that a late notification changes nothing', true, [2 * DAY, DAY], 2 * DAY, 1],
    ['moves once when the same notification arrives twice', true, [DAY, DAY], DAY, 1],
    ['does not move in production', false, [DAY], 0, 0],
  ])('%s', (_, isMovable, notifiedOffsets, expectedOffset, expectedCalls) => {
    const clock = new Clock(isMovable);
    let callbackCalls = 0;
    clock.onMove(() => (callbackCalls += 1));
    for (const offset of notifiedOffsets) clock.setOffset(offset);
    expect([clock.offset, callbackCalls]).toEqual([expectedOffset, expectedCalls]);
    const [before, realTime, after] = [Date.now(), clock.now().getTime() - expectedOffset, Date.now()];
    expect(realTime >= before && realTime <= after).toBe(true);
  });

  it('loads the offset from identity and follows the notifications of identity', async () => {
    const bus = new LocalBus();
    const registry = new ProcessRegistry(bus);
    await bus.serve(getClock.subject, 'identity', async () =>
      encode({ output: { now: '2026-11-23T10:00:00.000Z', offsetMs: DAY } }),
    );
    const clock = new Clock(true);
    await clock.follow(registry, new RpcClient(bus, 'storage'));
    await clock.waitForOffset();
    expect(clock.offset).toBe(DAY);
    await registry.notifyAll(CLOCK_MOVED_SUBJECT, { offsetMs: 3 * DAY });
    // A repeated notification changes nothing.
    bus.broadcast(CLOCK_MOVED_SUBJECT, encode({ offsetMs: 3 * DAY }));
    expect(clock.offset).toBe(3 * DAY);
    await bus.close();
  });

  it('ignores notifications in production', async () => {
    const bus = new LocalBus();
    const clock = new Clock(false);
    await clock.follow(new ProcessRegistry(bus), new RpcClient(bus, 'storage'));
    bus.broadcast(CLOCK_MOVED_SUBJECT, encode({ offsetMs: DAY }));
    expect(clock.offset).toBe(0);
    await bus.close();
  });
});
