import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OrderedWork } from './ordered-work.ts';

/** Returns functions that add work and end it. Each piece of work runs until the test ends it. */
function controlledWork(work: OrderedWork) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const add = (key: string, name: string): Promise<void> =>
    work.add(key, () => {
      started.push(name);
      return new Promise((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)!();
    await nextTurn();
  };
  return { started, add, end };
}

describe('ordered work', () => {
  it('runs work of different keys at the same time, and work of one key in order', async () => {
    const { started, add, end } = controlledWork(new OrderedWork(4, 10));
    await add('a', 'a1');
    await add('a', 'a2');
    await add('b', 'b1');
    await nextTurn();
    expect(started).toEqual(['a1', 'b1']);
    await end('a1');
    expect(started).toEqual(['a1', 'b1', 'a2']);
  });

  it('runs no more work at the same time than allowed', async () => {
    const { started, add, end } = controlledWork(new OrderedWork(2, 10));
    for (const key of ['a', 'b', 'c']) await add(key, key);
    await nextTurn();
    expect(started).toEqual(['a', 'b']);
    await end('b');
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('accepts more work only while less work is unfinished than the limit', async () => {
    const { add, end } = controlledWork(new OrderedWork(1, 2));
    await add('a', 'a1');
    let mayAddMore = false;
    void add('a', 'a2').then(() => (mayAddMore = true));
    await nextTurn();
    expect(mayAddMore).toBe(false);
    await end('a1');
    expect(mayAddMore).toBe(true);
  });

  it('frees the slot of work that throws', async () => {
    const work = new OrderedWork(1, 10);
    const done: string[] = [];
    const failed = work.add('a', async () => {
      throw new Error('failed');
    });
    await failed;
    await work.add('b', async () => void done.push('b'));
    await nextTurn();
    expect(done).toEqual(['b']);
  });

  it('finishes random work, in order per key', async () => {
    const randomWork = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), turns: fc.nat(3) }), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(randomWork, fc.integer({ min: 1, max: 3 }), async (added, maxRunning) => {
        const work = new OrderedWork(maxRunning, 5);
        const finished: { key: string; index: number }[] = [];
        for (const [index, { key, turns }] of added.entries())
          await work.add(key, async () => {
            for (let turn = 0; turn < turns; turn += 1) await nextTurn();
            finished.push({ key, index });
          });
        await work.finish();
        expect(finished).toHaveLength(added.length);
        for (const key of ['a', 'b', 'c']) {
          const indexes = finished.filter((each) => each.key === key).map(({ index }) => index);
          expect(indexes).toEqual(indexes.toSorted((left, right) => left - right));
        }
      }),
      { numRuns: 50 },
    );
  });
});
