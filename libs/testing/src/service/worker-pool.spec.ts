import { afterAll, expect, it, test } from '@jest/globals';
import { WorkerPool } from '@cordee/service/worker-pool';

const CPU_MS = 300;
const openPool = (threads: number) =>
  new WorkerPool<string, number, string>({
    file: new URL('./costly-work.worker.ts', import.meta.url),
    threads,
    memoryMib: 32,
  });
const pool = openPool(1);
/** Runs a task; the task `x` returns the id of its thread. */
const run = (work: string, cpuMs = CPU_MS) => pool.run('org', work, cpuMs);
afterAll(() => pool.onApplicationShutdown());

it('the pool reuses a thread', async () => {
  expect(await run('x')).toBe(await run('x'));
});

test.each([
  ['an endless loop', 'loop', CPU_MS, 'time'],
  ['an endless regular expression', 'backtrack', CPU_MS, 'time'],
  ['a task that never ends', 'wait', 10, 'time'],
  ['too much memory', 'fill', 60_000, 'memory'],
])('%s ends the thread, and the next task gets a new thread', async (_, work, cpuMs, limit) => {
  const threadId = await run('x');
  await expect(run(work, cpuMs)).rejects.toMatchObject({ name: 'WorkerLimitExceeded', limit });
  expect(await run('x')).not.toBe(threadId);
});

it('the pool rejects with the error of the task, and keeps the thread', async () => {
  const threadId = await run('x');
  await expect(run('reject')).rejects.toMatchObject({
    name: 'DomainError',
    code: 'WORK_REFUSED',
    detail: 'too odd',
    status: 422,
  });
  await expect(run('fail')).rejects.toThrow('the work has a bug');
  expect(await run('x')).toBe(threadId);
});

it('the pool passes on a part of the output before the task exceeds its limit', async () => {
  const parts: string[] = [];
  await expect(pool.run('org', 'loop', CPU_MS, (part) => parts.push(part))).rejects.toMatchObject({ limit: 'time' });
  await pool.run('org', 'x', CPU_MS, (part) => parts.push(part));
  expect(parts).toEqual(['part of loop', 'part of x']);
});

it('the pool replaces a thread whose task exits', async () => {
  await expect(run('exit')).rejects.toThrow();
  expect(await run('x')).toBeGreaterThan(0);
});

it('the pool runs the task of another organization while a task takes long', async () => {
  const twoThreadPool = openPool(2);
  const costly = twoThreadPool.run('costly', 'loop', 2_000).catch((error: unknown) => error);
  await twoThreadPool.run('other', 'x', CPU_MS);
  let isCostlyDone = false;
  void costly.then(() => (isCostlyDone = true));
  await twoThreadPool.run('other', 'x', CPU_MS);
  expect(isCostlyDone).toBe(false);
  expect(await costly).toMatchObject({ limit: 'time' });
  await twoThreadPool.onApplicationShutdown();
});

it('the shutdown of the pool rejects the running task', async () => {
  const closingPool = openPool(1);
  await closingPool.run('org', 'x', CPU_MS);
  const work = closingPool.run('org', 'loop', 60_000).catch((error: unknown) => error);
  await closingPool.onApplicationShutdown();
  expect(await work).toMatchObject({ message: expect.any(String) });
});

it('the pool starts no thread after its shutdown', async () => {
  const closedPool = openPool(1);
  await closedPool.onApplicationShutdown();
  await expect(closedPool.run('org', 'x', CPU_MS)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});
