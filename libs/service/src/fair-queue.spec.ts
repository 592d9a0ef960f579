import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { FairQueue, type FairQueueLimits } from './fair-queue.ts';

const limits: FairQueueLimits = {
  maxRunning: 2,
  maxRunningPerKey: 2,
  maxWaiting: 4,
  maxWaitMs: 60_000,
};

/** Tasks that run until the test ends them. `started` contains the names of the tasks in the order of their starts. */
class ControlledTasks {
  readonly started: string[] = [];
  readonly refused: string[] = [];
  private readonly ends = new Map<string, () => void>();

  constructor(private readonly queue: FairQueue) {}

  add(organization: string, name: string): void {
    const work = (): Promise<void> => {
      this.started.push(name);
      return new Promise((resolve) => this.ends.set(name, resolve));
    };
    this.queue.run(organization, work).catch(() => this.refused.push(name));
  }

  async end(name: string): Promise<void> {
    this.ends.get(name)!();
    await nextTurn();
  }
}

const openQueue = (changes: Partial<FairQueueLimits> = {}): { queue: FairQueue; tasks: ControlledTasks } => {
  const queue = new FairQueue({ ...limits, ...changes });
  return { queue, tasks: new ControlledTasks(queue) };
};

describe('a fair queue', () => {
  it('runs work up to the limit; other work waits for a place', async () => {
    const { queue, tasks } = openQueue();
    for (const name of ['a1', 'a2', 'a3']) tasks.add('a', name);
    expect(tasks.started).toEqual(['a1', 'a2']);
    expect(queue.counts).toEqual({ running: 2, waiting: 1, refused: 0 });
    await tasks.end('a1');
    expect(tasks.started).toEqual(['a1', 'a2', 'a3']);
  });

  it('gives places to the organizations in turn', async () => {
    const { tasks } = openQueue({ maxRunning: 1 });
    for (const name of ['a1', 'a2', 'a3']) tasks.add('a', name);
    tasks.add('b', 'b1');
    tasks.add('c', 'c1');
    for (const name of ['a1', 'a2', 'b1', 'c1']) await tasks.end(name);
    expect(tasks.started).toEqual(['a1', 'a2', 'b1', 'c1', 'a3']);
  });

  it('leaves places to other organizations while one organization uses all places that it may use', async () => {
    const { tasks } = openQueue({ maxRunningPerKey: 1 });
    for (const name of ['a1', 'a2']) tasks.add('a', name);
    tasks.add('b', 'b1');
    expect(tasks.started).toEqual(['a1', 'b1']);
    await tasks.end('b1');
    expect(tasks.started).toEqual(['a1', 'b1']);
    await tasks.end('a1');
    expect(tasks.started).toEqual(['a1', 'b1', 'a2']);
  });

  it('refuses work of the busiest organization when too much work waits', async () => {
    const { queue, tasks } = openQueue({ maxRunning: 1 });
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) tasks.add('a', name);
    await nextTurn();
    expect(tasks.refused).toEqual(['a6']);
    tasks.add('b', 'b1');
    await nextTurn();
    expect(tasks.refused).toEqual(['a6', 'a5']);
    expect(queue.counts).toEqual({ running: 1, waiting: 4, refused: 2 });
    for (const name of ['a1', 'a2', 'b1', 'a3', 'a4']) await tasks.end(name);
    expect(queue.counts).toEqual({ running: 0, waiting: 0, refused: 2 });
  });

  it('refuses work that waits too long as unavailable, with a time to retry, and runs later work', async () => {
    const { queue, tasks } = openQueue({ maxRunning: 1, maxWaitMs: 1 });
    tasks.add('a', 'a1');
    await expect(queue.run('a', async () => 'never')).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      retryAfter: 1,
    });
    await tasks.end('a1');
    expect(await queue.run('a', async () => 'done')).toBe('done');
  });

  it('refuses work at once after work has waited for a time, until all waiting work has run', async () => {
    const { queue, tasks } = openQueue({ maxRunning: 1, maxRunningPerKey: 1, maxWaitingInOverload: 1 });
    for (const name of ['a1', 'a2', 'a3']) tasks.add('a', name);
    while (!queue.refusesAtOnce('a')) await delay(10);
    expect(queue.refusesAtOnce('b')).toBe(false);
    tasks.add('b', 'b1');
    await nextTurn();
    expect(tasks.refused).toEqual(['a3']);
    for (const name of ['a1', 'a2', 'b1']) await tasks.end(name);
    for (const name of ['a4', 'a5', 'a6']) tasks.add('a', name);
    expect(queue.refusesAtOnce('a')).toBe(false);
    expect(queue.counts).toEqual({ running: 1, waiting: 2, refused: 2 });
  });

  it('frees the place of work that fails', async () => {
    const { queue } = openQueue({ maxRunning: 1 });
    const failing = queue.run('a', async () => {
      throw new Error('failed');
    });
    await expect(failing).rejects.toThrow('failed');
    expect(queue.counts).toEqual({ running: 0, waiting: 0, refused: 0 });
  });
});
