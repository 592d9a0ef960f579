import { command } from '@cordee/contracts/contract';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData, Input, Output } from '@cordee/contracts/contract';
import { streamOf } from '@cordee/messaging/bus';
import { brokerAddress } from '@cordee/consumer/broker-address';
import { ServiceConfig } from '@cordee/service/config';
import { openTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';
import { Consumes, Handles, type CommandContext, type ReactionContext } from '@cordee/service/handler-decorators';
import { JetStreamApiError, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import * as z from 'zod';
import { PrivateBroker } from '../messaging/private-broker.ts';
import { boxMoved, boxMovedEvent, SERVICE } from '../outbox/outbox.fixture.ts';
import { TestService } from '../test-service.ts';

const STREAM = streamOf(SERVICE);
const DURABLE = `${SERVICE}__${SERVICE}`;
/** A lost stream is noticed after one second, a lost consumer after two. The rest is for a busy machine. */
const NOTICE_MS = 30_000;

const moveBox = command({
  subject: 'rpc.storage.box.move.v1',
  access: 'service',
  summary: 'Moves a box',
  input: z.object({ boxId: z.string(), shelves: z.array(z.int()) }),
  output: z.object({}),
  errors: {},
  example: { input: { boxId: 'a', shelves: [1] }, output: {} },
});

/** The reaction to events of the box `late` waits until this promise resolves. */
let reactionGate: PromiseWithResolvers<void> | undefined;

@Controller()
class BoxHandlers {
  @Handles(moveBox)
  async move({ boxId, shelves }: Input<typeof moveBox>, { publish }: CommandContext): Promise<Output<typeof moveBox>> {
    await publish(shelves.map((shelf) => boxMovedEvent(boxId, shelf)));
    return {};
  }

  @Consumes(boxMoved)
  async storeSeenShelf({ data }: CloudEvent<EventData<typeof boxMoved>>, { em }: ReactionContext): Promise<void> {
    if (data.boxId === 'late') await reactionGate?.promise;
    await em.execute(`insert into seen (box_id, shelf) values (?, ?)`, [data.boxId, data.shelf]);
  }
}

@Module({ controllers: [BoxHandlers] })
class BoxModule {}

const tablesMigration = migration(
  '0001_seen',
  `create table seen (id bigint generated always as identity primary key, box_id text not null, shelf int not null);
   ${openTables(SERVICE, { seen: { may: ['select', 'insert'], reason: 'test' } })}`,
);

let broker: PrivateBroker;
let connection: NatsConnection;
let manager: JetStreamManager;
let test: TestService;
beforeAll(async () => {
  broker = await PrivateBroker.start();
  connection = await connect(brokerAddress(broker.url));
  manager = await jetstreamManager(connection);
  test = await TestService.start(
    { name: SERVICE, config: ServiceConfig, entities: [], migrations: [tablesMigration], module: BoxModule },
    { NATS_URL: broker.url },
  );
});
afterAll(async () => {
  await test.stop();
  await connection.close();
  await broker.remove();
});

const move = (boxId: string, ...shelves: number[]): Promise<unknown> =>
  test.call(moveBox, { boxId, shelves }, { service: 'test' });
/** The shelves of a box in the order in which the reaction has handled its events. */
const shelvesOf = async (boxId: string): Promise<unknown[]> =>
  (await test.rows(`select shelf from seen where box_id = $1 order by id`, [boxId])).map(({ shelf }) => shelf);
const untilHandled = (boxId: string, count: number): Promise<unknown> =>
  test.until(async () => (await shelvesOf(boxId)).length >= count, `${count} events of ${boxId}`, NOTICE_MS);
const untilReady = (): Promise<unknown> =>
  test.until(async () => (await test.host.problem()) === undefined, 'the service is ready', NOTICE_MS);
const isMissing = async (lookUp: Promise<unknown>): Promise<boolean> =>
  lookUp.then(
    () => false,
    (error: unknown) => error instanceof JetStreamApiError,
  );
/** Deletes the stream and blocks its creation. Returns a function that removes the block. */
async function blockStream(): Promise<() => Promise<unknown>> {
  await manager.streams.delete(STREAM);
  // Two streams must not have the same subjects. The service may create its stream before the blocking stream exists.
  await test.until(async () => {
    await manager.streams.delete(STREAM).catch(() => undefined);
    return manager.streams.add({ name: 'BLOCKER', subjects: [`evt.${SERVICE}.>`] }).catch(() => undefined);
  }, 'the blocking stream');
  return () => manager.streams.delete('BLOCKER');
}

describe('a deleted stream', () => {
  it('makes the service not ready until it is created again, and no event is lost or handled twice', async () => {
    await move('lost', 1);
    await untilHandled('lost', 1);
    const unblockStream = await blockStream();
    const problem = await test.until(() => test.host.problem(), 'the service is not ready', NOTICE_MS);
    expect(problem).toMatch(/^events cannot be published|^the consumer storage__storage of EVT_STORAGE is not open/);
    await move('lost', 2);
    await unblockStream();
    await move('lost', 3);
    await untilHandled('lost', 3);
    await untilReady();
    expect(await shelvesOf('lost')).toEqual([1, 2, 3]);
  });

  it('gets the events that it had not delivered from the outbox', async () => {
    await move('late', 1);
    await untilHandled('late', 1);
    // The box has more events than the consumer fetches ahead.
    const shelves = Array.from({ length: 300 }, (_, index) => index + 2);
    reactionGate = Promise.withResolvers();
    await move('late', ...shelves);
    await test.until(
      async () => (await test.rows(`select from outbox where published_at is null`)).length === 0,
      'all events are on the stream',
    );
    await manager.streams.delete(STREAM);
    reactionGate.resolve();
    await untilHandled('late', 301);
    expect(await shelvesOf('late')).toEqual([1, ...shelves]);
    await untilReady();
  });
});

describe('a deleted durable consumer', () => {
  it('is created again, and no event is lost or handled twice', async () => {
    await move('kept', 1);
    await untilHandled('kept', 1);
    await manager.consumers.delete(STREAM, DURABLE);
    expect(await isMissing(manager.consumers.info(STREAM, DURABLE))).toBe(true);
    await move('kept', 2);
    await untilHandled('kept', 2);
    expect(await shelvesOf('kept')).toEqual([1, 2]);
    await untilReady();
  });
});

describe('a consumer of a service whose stream does not exist yet', () => {
  it('waits for the stream, and the consuming service reports the problem', async () => {
    const bus = await test.process.connect('storage');
    const handled: string[] = [];
    await bus.consume({
      source: 'attic',
      durable: `${SERVICE}__attic`,
      handle: async ({ subject }) => (handled.push(subject), { done: true }),
    });
    expect(bus.problem()).toMatch('the consumer storage__attic of EVT_ATTIC is not open: stream not found');
    expect(await isMissing(manager.streams.info('EVT_ATTIC'))).toBe(true);
    await bus.publishEvent('evt.attic.box.moved.v1', 'one', new TextEncoder().encode('{}'));
    await test.until(async () => handled.length === 1, 'the event', NOTICE_MS);
    expect(bus.problem()).toBeUndefined();
    await bus.close();
  });
});
