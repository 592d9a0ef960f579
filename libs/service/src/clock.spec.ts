import { CLOCK_MOVED, getClock } from '@cordee/contracts/identity/clock';
import { LocalBus } from '@cordee/messaging/local-bus';
import { ProcessRegistry } from '@cordee/messaging/process-registry';
import { encode } from '@cordee/messaging/reply';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { describe, expect, it } from '@jest/globals';
import { Clock } from './clock.ts';

const DAY = 24 * 3_600_000;

describe('Clock', () => {
  it.each([
    ['forward', true, [DAY], DAY, 1],
    ['forward only: a late announcement changes nothing', true, [2 * DAY, DAY], 2 * DAY, 1],
    ['once for the same announcement twice', true, [DAY, DAY], DAY, 1],
    ['not in production', false, [DAY], 0, 0],
  ])('moves %s', (_, isMovable, moves, offset, wakes) => {
    const clock = new Clock(isMovable);
    let woken = 0;
    clock.onMove(() => (woken += 1));
    for (const move of moves) clock.moveTo(move);
    expect([clock.offset, woken]).toEqual([offset, wakes]);
    const [before, now, after] = [Date.now(), clock.now().getTime() - offset, Date.now()];
    expect(now >= before && now <= after).toBe(true);
  });

  it('asks identity for the offset and follows its notifications', async () => {
    const bus = new LocalBus();
    const registry = new ProcessRegistry(bus);
    await bus.serve(getClock.subject, 'identity', async () =>
      encode({ output: { now: '2026-11-23T10:00:00.000Z', offsetMs: DAY } }),
    );
    const clock = new Clock(true);
    await clock.follow(registry, new RpcClient(bus, 'storage'));
    await clock.caughtUp();
    expect(clock.offset).toBe(DAY);
    await registry.notifyAll(CLOCK_MOVED, { offsetMs: 3 * DAY });
    bus.broadcast(CLOCK_MOVED, encode({ offsetMs: 3 * DAY }));
    expect(clock.offset).toBe(3 * DAY);
    await bus.close();
  });

  it('does not ask in production', async () => {
    const bus = new LocalBus();
    const clock = new Clock(false);
    await clock.follow(new ProcessRegistry(bus), new RpcClient(bus, 'storage'));
    bus.broadcast(CLOCK_MOVED, encode({ offsetMs: DAY }));
    expect(clock.offset).toBe(0);
    await bus.close();
  });
});
