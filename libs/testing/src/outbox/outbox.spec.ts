import { CloudEvent } from '@cordee/contracts/cloud-event';
import { toUuid } from '@cordee/contracts/id';
import { toPendingEvent, writeEvents } from '@cordee/outbox/publish';
import { Relay } from '@cordee/outbox/relay';
import { createOutboxRunner } from '@cordee/service/database/locked-outbox';
import { sendAhead } from '@cordee/service/database/orm';
import { EventTooLarge, RequestTimeout } from '@cordee/messaging/bus';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ItemCollector } from '../item-collector.ts';
import { boxMoved, boxMovedEvent, OutboxFixture, RecordingBus, SERVICE } from './outbox.fixture.ts';

let test: OutboxFixture;
let bus: RecordingBus;
beforeAll(async () => {
  test = await OutboxFixture.start();
});
afterAll(() => test.stop());
beforeEach(async () => {
  await test.empty();
  bus = new RecordingBus();
});

const rollbackError = new Error('rolled back');
const countUnpublished = async (): Promise<number> =>
  (await test.admin.query<{ n: number }>('select count(*)::int as n from outbox where published_at is null')).rows[0]!
    .n;
/** Simulates a crash: terminates the connection that has the lock of the relay, and its open transaction. */
const killRelay = async (): Promise<void> => {
  await test.admin.query(
    `select pg_terminate_backend(pid) from pg_locks
     where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  );
};

describe('publish', () => {
  it('writes a CloudEvent with actor, reason and sequence', async () => {
    const now = new Date('2026-11-22T10:00:00.123Z');
    await test.transaction((em) =>
      test.sendEvent(em, boxMovedEvent('a', 3), {
        actorId: 'acc_1',
        organizationId: 'org_1',
        onBehalfOf: 'acc_2',
        reason: 'asked for',
        requestId: 'r1',
        traceparent: '00-ab',
        now,
      }),
    );
    await test.relay(bus).publishBatch();
    const [{ id, event }] = bus.stored as [RecordingBus['stored'][number]];
    expect(CloudEvent.parse(event)).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^evt_/),
      source: '/storage',
      type: 'cordee.storage.box.moved.v1',
      subject: 'a',
      time: '2026-11-22T10:00:00.123Z',
      dataschema: 'urn:cordee:schema:evt.storage.box.moved.v1',
      datacontenttype: 'application/json',
      organizationid: 'org_1',
      actorid: 'acc_1',
      onbehalfof: 'acc_2',
      reason: 'asked for',
      requestid: 'r1',
      traceparent: '00-ab',
      sequence: 1,
      data: { boxId: 'a', shelf: 3 },
    });
    expect(id).toBe(toUuid(event.id as `evt_${string}`));
  });

  it('rejects data that does not match the contract', async () => {
    await expect(test.commitEvents(boxMovedEvent('a', 1.5))).rejects.toThrow();
    expect(await countUnpublished()).toBe(0);
  });

  it('rejects a field that the contract does not declare, although readers tolerate it', async () => {
    const data = { boxId: 'a', shelf: 1, color: 'red' };
    await expect(test.commitEvents({ event: boxMoved, data })).rejects.toThrow(/color/);
    expect(await countUnpublished()).toBe(0);
  });

  it('leaves no event and no gap in the sequence when its transaction is rolled back', async () => {
    await test.commitEvents(boxMovedEvent('a', 1));
    await expect(
      test.transaction(async (em) => {
        test.sendEvent(em, boxMovedEvent('a', 2));
        throw rollbackError;
      }),
    ).rejects.toBe(rollbackError);
    await test.commitEvents(boxMovedEvent('a', 3));
    await test.relay(bus).publishBatch();
    expect(bus.stored.map(({ event }) => [event.sequence, event.data.shelf])).toEqual([
      [1, 1],
      [2, 3],
    ]);
  });

  it('keeps every character of texts and the order of 1,100 events of several entities', async () => {
    const boxes = ['a', 'b"\\{},\n', 'NULL'];
    const metadata = { actorId: 'service:storage', requestId: 'r', now: new Date() };
    const events = Array.from({ length: 1_100 }, (_, index) =>
      toPendingEvent(metadata, boxMovedEvent(boxes[index % 3]!, index)),
    );
    await test.transaction((em) => writeEvents((sql, parameters) => sendAhead(em, sql, parameters), events));
    const { rows } = await test.admin.query<{ event: CloudEvent<{ boxId: string; shelf: number }> }>(
      'select body as event from outbox order by id',
    );
    expect(rows.map(({ event }) => [event.subject, event.data.shelf, event.sequence])).toEqual(
      events.map(({ subject }, index) => [subject, index, Math.floor(index / 3) + 1]),
    );
  });

  it('numbers the events of 20 concurrent writers without gaps and in order, although some roll back', async () => {
    const writers = Array.from({ length: 20 }, (_, index) => index);
    const outcomes = await Promise.allSettled(
      writers.map((index) =>
        test.transaction(async (em) => {
          for (let count = 0; count < 5; count += 1) test.sendEvent(em, boxMovedEvent('a', index));
          // Five of the twenty writers roll back.
          if (index % 4 === 0) throw rollbackError;
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(15);
    await test.relay(bus).publishBatch();
    // Fifteen writers with five events each.
    expect(bus.stored.map(({ event }) => event.sequence)).toEqual(Array.from({ length: 75 }, (_, index) => index + 1));
  });
});

describe('the relay', () => {
  it('publishes committed events after a crash between commit and publish', async () => {
    await test.commitEvents(boxMovedEvent('a', 1), boxMovedEvent('b', 1));
    // A new relay publishes the events, as after a restart of the process.
    expect(await test.relay(bus).publishBatch()).toBe(2);
    expect(bus.names.toSorted()).toEqual(['a/1', 'b/1']);
    expect(await test.relay(bus).publishBatch()).toBe(0);
  });

  it('publishes an event again with the same id after a crash before it marked the event as published', async () => {
    await test.commitEvents(boxMovedEvent('a', 1));
    bus.afterPublish = killRelay;
    await expect(test.relay(bus).publishBatch()).rejects.toThrow();
    bus.afterPublish = () => undefined;
    expect(await test.relay(bus).publishBatch()).toBe(1);
    expect(bus.names).toEqual(['a/1', 'a/1']);
    expect(new Set(bus.stored.map(({ id }) => id)).size).toBe(1);
    expect(await countUnpublished()).toBe(0);
  });

  it('keeps the order of an entity when a publish fails, and does not delay other entities', async () => {
    await test.commitEvents(...[1, 2, 3].flatMap((shelf) => [boxMovedEvent('a', shelf), boxMovedEvent('b', shelf)]));
    const publishError = new Error('the broker cannot be reached');
    bus.beforePublish = ({ subject, sequence }) => {
      if (subject === 'a' && sequence === 2) throw publishError;
    };
    await expect(test.relay(bus).publishBatch()).rejects.toBe(publishError);
    expect(bus.names.toSorted()).toEqual(['a/1', 'b/1', 'b/2', 'b/3']);
    expect(bus.names.filter((name) => name.startsWith('b'))).toEqual(['b/1', 'b/2', 'b/3']);
    bus.beforePublish = () => undefined;
    expect(await test.relay(bus).publishBatch()).toBe(2);
    const namesOfSecondBatch = bus.names.slice(4);
    expect(namesOfSecondBatch).toEqual(['a/2', 'a/3']);
  });

  it('publishes no event of a backlog before an older event that is committed meanwhile', async () => {
    await test.commitEvents(...Array.from({ length: 2_500 }, (_, index) => boxMovedEvent(`box ${index}`, 1)));
    const [isWritten, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // The rows of this transaction are older than the rows of the backlog that follow, but are committed later.
    const slowTransaction = test.transaction(async (em) => {
      test.sendEvent(em, boxMovedEvent('slow', 1));
      await em.execute('select 1');
      isWritten.resolve();
      await mayCommit.promise;
    });
    await isWritten.promise;
    await test.commitEvents(...Array.from({ length: 500 }, (_, index) => boxMovedEvent(`late ${index}`, 1)));
    let isCommitted = false;
    bus.beforePublish = async () => {
      if (isCommitted) return;
      isCommitted = true;
      mayCommit.resolve();
      await slowTransaction;
      await test.commitEvents(boxMovedEvent('slow', 2));
    };
    const relay = test.relay(bus);
    expect(await relay.publishBatch({ isBacklog: true })).toBe(3_000);
    expect(await relay.publishBatch()).toBe(2);
    expect(bus.names.filter((name) => name.startsWith('slow'))).toEqual(['slow/1', 'slow/2']);
    expect(new Set(bus.names).size).toBe(3_002);
  });

  it('marks the published events of a backlog after a refusal, and keeps the order of each entity', async () => {
    const shelves = Array.from({ length: 1_250 }, (_, index) => index + 1);
    await test.commitEvents(...shelves.flatMap((shelf) => [boxMovedEvent('a', shelf), boxMovedEvent('b', shelf)]));
    const refusal = new Error('the broker cannot be reached');
    bus.beforePublish = ({ subject, sequence }) => {
      if (subject === 'a' && sequence === 700) throw refusal;
    };
    await expect(test.relay(bus).publishBatch({ isBacklog: true })).rejects.toBe(refusal);
    // The first batch, and the second batch without the events of "a" after the refusal.
    expect(await countUnpublished()).toBe(2_500 - 1_000 - 500 - 199);
    bus.beforePublish = () => undefined;
    await test.relay(bus).publishBatch({ isBacklog: true });
    expect(await countUnpublished()).toBe(0);
    for (const box of ['a', 'b'])
      expect(bus.stored.filter(({ event }) => event.subject === box).map(({ event }) => event.sequence)).toEqual(
        shelves,
      );
  });

  it('ends the transaction of a slow backlog after two seconds, so that it does not block migrations', async () => {
    await test.commitEvents(...Array.from({ length: 3_000 }, (_, index) => boxMovedEvent(`box ${index}`, 1)));
    let time = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => time);
    bus.afterPublish = () => {
      // A batch of 1,000 events takes 1.5 seconds.
      time += 1.5;
    };
    const relay = test.relay(bus);
    try {
      expect([await relay.publishBatch({ isBacklog: true }), await countUnpublished()]).toEqual([2_000, 1_000]);
      expect(await relay.publishBatch({ isBacklog: true })).toBe(1_000);
    } finally {
      clock.mockRestore();
    }
  });

  it('publishes one by one for a minute after a batch without a reply, so that slow batches end', async () => {
    const batchSizes: number[] = [];
    bus.publishBatch = async (events: readonly unknown[] = []) => {
      batchSizes.push(events.length);
      throw new RequestTimeout('evt', 10_000);
    };
    let time = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => time);
    const relay = test.relay(bus);
    const commitTwo = () => test.commitEvents(boxMovedEvent('a', 1), boxMovedEvent('b', 1));
    try {
      await commitTwo();
      await expect(relay.publishBatch()).rejects.toThrow(RequestTimeout);
      time = 59_000;
      expect(await relay.publishBatch()).toBe(2);
      await commitTwo();
      expect(await relay.publishBatch()).toBe(2);
      await commitTwo();
      time = 60_000;
      await expect(relay.publishBatch()).rejects.toThrow(RequestTimeout);
    } finally {
      clock.mockRestore();
    }
    expect(batchSizes).toEqual([2, 2]);
  });

  it('skips the events of an entity for a minute after an event that is too large, and keeps their order', async () => {
    const shelves = Array.from({ length: 1_200 }, (_, index) => index + 1);
    await test.commitEvents(...shelves.map((shelf) => boxMovedEvent('large', shelf)), boxMovedEvent('small', 1));
    bus.beforePublish = ({ subject }) => {
      if (subject === 'large') throw new EventTooLarge('evt', 'an id');
    };
    let time = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => time);
    const relay = test.relay(bus);
    try {
      await expect(relay.publishBatch()).rejects.toThrow(EventTooLarge);
      expect([await relay.publishBatch(), bus.names]).toEqual([1, ['small/1']]);
      bus.beforePublish = () => undefined;
      time = 59_000;
      expect(await relay.publishBatch({ isBacklog: true })).toBe(0);
      time = 60_000;
      expect(await relay.publishBatch({ isBacklog: true })).toBe(1_200);
    } finally {
      clock.mockRestore();
    }
    expect(bus.names.slice(1)).toEqual(shelves.map((sequence) => `large/${sequence}`));
  });

  it('ends a backlog when its connection to PostgreSQL is lost, and publishes the rest later', async () => {
    await test.commitEvents(...Array.from({ length: 2_500 }, (_, index) => boxMovedEvent(`box ${index}`, 1)));
    let count = 0;
    bus.afterPublish = async () => {
      count += 1;
      if (count === 1_100) await killRelay();
    };
    await expect(test.relay(bus).publishBatch({ isBacklog: true })).rejects.toThrow();
    expect(await test.relay(bus).publishBatch({ isBacklog: true })).toBe(2_500);
    expect(new Set(bus.stored.map(({ id }) => id)).size).toBe(2_500);
  });

  it('does not publish events that another replica is publishing', async () => {
    await test.commitEvents(boxMovedEvent('a', 1), boxMovedEvent('a', 2));
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    bus.beforePublish = async () => {
      started.resolve();
      await gate.promise;
    };
    const first = test.relay(bus).publishBatch();
    await started.promise;
    expect(await test.relay(bus).publishBatch()).toBe(0);
    gate.resolve();
    expect(await first).toBe(2);
    expect(await test.relay(bus).publishBatch()).toBe(0);
    expect(bus.names).toEqual(['a/1', 'a/2']);
  });

  it('publishes an event whose wake-up came while another replica published', async () => {
    const stored = new ItemCollector<string>();
    await test.commitEvents(boxMovedEvent('a', 1));
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    bus.beforePublish = async () => {
      started.resolve();
      await gate.promise;
    };
    bus.afterPublish = () => stored.add('one');
    const first = test.relay(bus).publishBatch();
    await started.promise;
    await test.commitEvents(boxMovedEvent('b', 1));
    // Not started: a started relay would search for the event after a second.
    const attempts = new ItemCollector<boolean>();
    const runWithLock = createOutboxRunner(test.orm.em, SERVICE);
    const second = new Relay({
      service: SERVICE,
      bus,
      withOutbox: async (work) => {
        const result = await runWithLock(work);
        attempts.add(result !== undefined);
        return result;
      },
      logError: (error) => {
        throw error;
      },
    });
    second.wake();
    expect((await attempts.untilCount(1))[0]).toBe(false);
    gate.resolve();
    await first;
    await stored.untilCount(2);
    await second.stop();
    expect(bus.names).toEqual(['a/1', 'b/1']);
  });

  it('publishes when woken, retries by itself after a failure, and publishes nothing after its stop', async () => {
    const reported = new ItemCollector<unknown>();
    const stored = new ItemCollector<string>();
    let isBrokerDown = true;
    bus.beforePublish = () => {
      if (isBrokerDown) throw new Error('the broker cannot be reached');
    };
    bus.afterPublish = () => stored.add('one');
    const relay = test.relay(bus, (error) => reported.add(error));
    await test.commitEvents(boxMovedEvent('a', 1));
    relay.wake();
    await reported.untilCount(1);
    isBrokerDown = false;
    await stored.untilCount(1);
    await test.commitEvents(boxMovedEvent('a', 2));
    relay.wake();
    await stored.untilCount(2);
    await relay.stop();
    await test.commitEvents(boxMovedEvent('a', 3));
    relay.wake();
    expect(await countUnpublished()).toBe(1);
    expect(bus.names).toEqual(['a/1', 'a/2']);
  });

  it('finishes running publishes when it stops', async () => {
    await test.commitEvents(boxMovedEvent('a', 1));
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    bus.beforePublish = async () => {
      started.resolve();
      await gate.promise;
    };
    const relay = test.relay(bus);
    relay.start();
    await started.promise;
    const stopped = relay.stop();
    gate.resolve();
    await stopped;
    expect(await countUnpublished()).toBe(0);
  });

  it('deletes published rows one day after their publication', async () => {
    await test.commitEvents(boxMovedEvent('a', 1), boxMovedEvent('b', 1));
    await test.relay(bus).publishBatch();
    await test.admin.query(
      `update outbox set published_at = published_at - interval '23 hours 59 minutes' where entity_id = 'a'`,
    );
    await test.admin.query(
      `update outbox set published_at = published_at - interval '24 hours 1 minute' where entity_id = 'b'`,
    );
    await test.commitEvents(boxMovedEvent('c', 1));
    await test.relay(bus).publishBatch();
    expect((await test.admin.query('select entity_id from outbox order by 1')).rows).toEqual([
      { entity_id: 'a' },
      { entity_id: 'c' },
    ]);
  });

  it('deletes many old rows in several batches, so that no deletion delays events for long', async () => {
    await test.admin.query(
      `insert into outbox (event_id, subject, entity_id, sequence, body, created_at, published_at)
       select gen_random_uuid(), 'evt.old', 'old ' || number, 1, '{}', now(), now() - interval '25 hours'
       from generate_series(1, 12000) number`,
    );
    const countOld = async (): Promise<number> =>
      (await test.admin.query<{ n: number }>(`select count(*)::int as n from outbox where subject = 'evt.old'`))
        .rows[0]!.n;
    const counts: number[] = [];
    for (let shelf = 1; shelf <= 3; shelf += 1) {
      await test.commitEvents(boxMovedEvent('a', shelf));
      await test.relay(bus).publishBatch();
      counts.push(await countOld());
    }
    expect(counts).toEqual([7_000, 2_000, 0]);
  });
});
