import type { CloudEvent } from '@cordee/contracts/cloud-event';
import { claimEvent, claimEvents, type ClaimResult } from '@cordee/outbox/inbox';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OutboxFixture } from './outbox.fixture.ts';

let test: OutboxFixture;
beforeAll(async () => {
  test = await OutboxFixture.start();
});
afterAll(() => test.stop());
beforeEach(() => test.empty());

const eventOf = (sequence: number, subject = 'a'): CloudEvent =>
  ({ source: '/storage', subject, sequence }) as CloudEvent;
const claim = (
  sequence: number,
  { waitsForOlderEvents = true, durable = 'shop__storage', subject = 'a' } = {},
): Promise<ClaimResult> =>
  test.transaction((em) => claimEvent(em, durable, eventOf(sequence, subject), { waitsForOlderEvents }));

describe('the inbox', () => {
  it('processes the events of an entity once each, in order', async () => {
    const results: ClaimResult[] = [];
    for (const sequence of [1, 1, 3, 2, 1, 3, 3]) results.push(await claim(sequence));
    expect(results).toEqual(['process', 'duplicate', 'out_of_order', 'process', 'duplicate', 'process', 'duplicate']);
  });

  it('without `waitsForOlderEvents`, processes an event after a gap and then skips the missing event', async () => {
    expect([
      await claim(1),
      await claim(3),
      await claim(3, { waitsForOlderEvents: false }),
      await claim(2),
      await claim(4),
    ]).toEqual(['process', 'out_of_order', 'process', 'duplicate', 'process']);
  });

  it('counts each entity and each consumer separately', async () => {
    expect(await claim(1)).toBe('process');
    expect(await claim(1, { subject: 'b' })).toBe('process');
    expect(await claim(1, { durable: 'till__storage' })).toBe('process');
    expect(await claim(2, { subject: 'c' })).toBe('out_of_order');
  });

  it('rolls back the claim of an event when the reaction fails', async () => {
    const failure = new Error('out of room');
    await expect(
      test.transaction(async (em) => {
        await claimEvent(em, 'shop__storage', eventOf(1), { waitsForOlderEvents: true });
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await claim(1)).toBe('process');
  });

  it('claims events of several entities at once, each with its own result', async () => {
    await claim(1, { subject: 'b' });
    const results = await test.transaction((em) =>
      claimEvents(em, 'shop__storage', [eventOf(1, 'a'), eventOf(1, 'b'), eventOf(2, 'c'), eventOf(1, 'd')], {
        waitsForOlderEvents: true,
      }),
    );
    expect(results).toEqual(['process', 'duplicate', 'out_of_order', 'process']);
    expect(await claim(2, { subject: 'b' })).toBe('process');
    expect(await claim(1, { subject: 'd' })).toBe('duplicate');
  });

  it('lets exactly one of two replicas process each event when both claim the same events', async () => {
    const subjects = Array.from({ length: 20 }, (_, index) => `shared ${index}`);
    const claimAll = (ordered: readonly string[]): Promise<ClaimResult[]> =>
      test.transaction((em) =>
        claimEvents(
          em,
          'shop__storage',
          ordered.map((subject) => eventOf(1, subject)),
          { waitsForOlderEvents: true },
        ),
      );
    const results = await Promise.all([claimAll(subjects), claimAll(subjects.toReversed())]);
    expect(results.flat().toSorted()).toEqual([...subjects.map(() => 'duplicate'), ...subjects.map(() => 'process')]);
  });

  it.each([
    ['the first event', 1],
    ['a later event', 2],
  ])('lets exactly one of ten replicas process %s', async (_, sequence) => {
    // Event 2 can be processed only after event 1.
    if (sequence === 2) await claim(1);
    const results = await Promise.all(Array.from({ length: 10 }, () => claim(sequence)));
    expect(results.filter((result) => result === 'process')).toHaveLength(1);
    expect(await claim(sequence)).toBe('duplicate');
  });

  it('processes events once each and in order, for any order and repetition of deliveries', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 15 }),
        async (deliveries) => {
          const subject = `entity ${(run += 1)}`;
          const processed: number[] = [];
          // The appended deliveries ensure that every event is processed after the random deliveries.
          for (const sequence of [...deliveries, 5, 4, 3, 2, 1, 2, 3, 4, 5])
            if ((await claim(sequence, { subject })) === 'process') processed.push(sequence);
          expect(processed).toEqual([1, 2, 3, 4, 5]);
        },
      ),
      { numRuns: 15 },
    );
  });
});
