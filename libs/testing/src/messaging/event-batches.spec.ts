import { randomUUID } from 'node:crypto';
import { brokerAddress } from '@cordee/consumer/broker-address';
import { EventTooLarge, eventSubjectsOf, MAX_BATCH_SIZE, streamOf, type EventToPublish } from '@cordee/messaging/bus';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { boxMovedEvent, OutboxFixture, SERVICE } from '../outbox/outbox.fixture.ts';
import { waitFor } from '../wait-for.ts';
import { PrivateBroker } from './private-broker.ts';

const STREAM = streamOf(SERVICE);
const SUBJECT = `evt.${SERVICE}.box.moved.v1`;
const versions = PrivateBroker.availableVersions();
const newEvent = (text: string, id = randomUUID()): EventToPublish => ({
  subject: SUBJECT,
  id,
  data: new TextEncoder().encode(JSON.stringify({ text })),
});
const newEvents = (count: number): EventToPublish[] =>
  Array.from({ length: count }, (_, index) => newEvent(String(index)));

let outbox: OutboxFixture;
beforeAll(async () => {
  outbox = await OutboxFixture.start();
});
afterAll(() => outbox.stop());

it('has a broker to test', () => {
  expect(versions).not.toEqual([]);
});

describe.each(versions)('the %s broker', (version) => {
  const hasBatches = version === 'newer';
  let broker: PrivateBroker;
  let connection: NatsConnection;
  let manager: JetStreamManager;
  let bus: NatsBus;

  beforeAll(async () => {
    broker = await PrivateBroker.start({ version });
  });
  afterAll(() => broker.remove());
  beforeEach(async () => {
    await outbox.empty();
    await openConnection();
    bus = await NatsBus.connect({ url: broker.url, service: SERVICE });
    await bus.eventStore(SERVICE);
  });
  afterEach(async () => {
    await bus.close();
    await manager.streams.delete(STREAM);
    await connection.close();
  });

  const openConnection = async (): Promise<void> => {
    connection = await connect(brokerAddress(broker.url));
    manager = await jetstreamManager(connection);
  };
  /** The ids and the JSON of all events on the stream, in order. */
  const readStored = async (): Promise<{ id: string; body: Record<string, unknown> }[]> => {
    const { state } = await manager.streams.info(STREAM);
    const stored: { id: string; body: Record<string, unknown> }[] = [];
    if (state.messages === 0) return stored;
    const consumer = await jetstream(connection).consumers.get(STREAM);
    const messages = await consumer.fetch({ max_messages: state.messages });
    for await (const message of messages)
      stored.push({ id: message.headers!.get('Nats-Msg-Id'), body: message.json<Record<string, unknown>>() });
    return stored;
  };
  const storedTexts = async (): Promise<unknown[]> => (await readStored()).map(({ body }) => body['text']);

  it('stores a batch in order, or nothing', async () => {
    const events = newEvents(MAX_BATCH_SIZE);
    expect(await bus.publishBatch(events)).toBe(hasBatches);
    expect(await storedTexts()).toEqual(hasBatches ? events.map((_, index) => String(index)) : []);
  });

  it('stores nothing of a batch that has a stored id, the same id twice, or an event that is too large', async () => {
    const [first, second] = [newEvent('first'), newEvent('second')];
    await bus.publishEvent(first.subject, first.id, first.data);
    expect(await bus.publishBatch([second, first])).toBe(false);
    expect(await bus.publishBatch([second, second])).toBe(false);
    const tooLarge = newEvent('x'.repeat(9 * 1_024 * 1_024));
    expect(await bus.publishBatch([second, tooLarge])).toBe(false);
    await expect(bus.publishEvent(tooLarge.subject, tooLarge.id, tooLarge.data)).rejects.toThrow(EventTooLarge);
    expect(await storedTexts()).toEqual(['first']);
  });

  it('stores nothing of a batch that is larger than the limit of the broker', async () => {
    expect(await bus.publishBatch(newEvents(MAX_BATCH_SIZE + 1))).toBe(false);
    expect(await readStored()).toEqual([]);
    expect(await bus.publishBatch(newEvents(2))).toBe(hasBatches);
  });

  it('stores batches on a stream that an older version created without them', async () => {
    await manager.streams.delete(STREAM);
    await manager.streams.add({ name: STREAM, subjects: [eventSubjectsOf(SERVICE)], max_msgs: 7_777 });
    const laterBus = await NatsBus.connect({ url: broker.url, service: SERVICE });
    try {
      await laterBus.eventStore(SERVICE);
      if (hasBatches) await waitFor(async () => laterBus.publishBatch(newEvents(2)), 'a stored batch');
      else expect(await laterBus.publishBatch(newEvents(2))).toBe(false);
      const { config, state } = await manager.streams.info(STREAM);
      expect([config.allow_atomic ?? false, config.max_msgs]).toEqual([hasBatches, 7_777]);
      expect(state.messages).toBe(hasBatches ? 2 : 0);
    } finally {
      await laterBus.close();
    }
  });

  it('gets each event of a backlog once and in order, also when it has some of them already', async () => {
    const boxes = ['a', 'b', 'c', 'd'];
    const shelves = Array.from({ length: 700 }, (_, index) => index + 1);
    await outbox.commitEvents(...shelves.flatMap((shelf) => boxes.map((box) => boxMovedEvent(box, shelf))));
    // As after a crash that lost the marks of published rows.
    const relay = outbox.relay(bus);
    expect(await relay.publishBatch()).toBe(MAX_BATCH_SIZE);
    await outbox.admin.query(
      `update outbox set published_at = null where id in (select id from outbox order by id limit 300 offset 700)`,
    );
    let republished = 0;
    // A slow broker needs several transactions.
    for (let count = MAX_BATCH_SIZE; count >= MAX_BATCH_SIZE; republished += count)
      count = await relay.publishBatch({ isBacklog: true });
    expect(republished).toBe(boxes.length * shelves.length - 700);
    const stored = await readStored();
    expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
    for (const box of boxes)
      expect(stored.filter(({ body }) => body['subject'] === box).map(({ body }) => body['sequence'])).toEqual(shelves);
  });

  it('gets each event once after it was killed in the middle of a batch', async () => {
    const shelves = Array.from({ length: 500 }, (_, index) => index + 1);
    await outbox.commitEvents(...shelves.map((shelf) => boxMovedEvent('a', shelf)));
    broker.suspend();
    const publishing = outbox.relay(bus).publishBatch();
    const refusal = expect(publishing).rejects.toThrow('the broker cannot be reached');
    await broker.kill();
    await refusal;
    await broker.resume();
    await connection.close();
    await openConnection();
    await waitFor(async () => bus.isConnected(), 'the connection');
    expect(await outbox.relay(bus).publishBatch()).toBe(500);
    const stored = await readStored();
    expect(stored.map(({ body }) => body['sequence'])).toEqual(shelves);
  });
});
