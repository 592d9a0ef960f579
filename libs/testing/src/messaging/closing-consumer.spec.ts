import { randomBytes } from 'node:crypto';
import { brokerAddress } from '@cordee/consumer/broker-address';
import { eventSubjectsOf, streamOf } from '@cordee/messaging/bus';
import { ConsumerLoop } from '@cordee/messaging/nats-consumer-loop';
import { StreamKeeper } from '@cordee/messaging/stream-keeper';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { serverUrl } from '../test-environment.ts';

const service = `t${randomBytes(6).toString('hex')}`;
let connection: NatsConnection;
let manager: JetStreamManager;
let streamKeeper: StreamKeeper;

beforeAll(async () => {
  connection = await connect(brokerAddress(serverUrl('NATS_URL')));
  manager = await jetstreamManager(connection);
  streamKeeper = await StreamKeeper.start(serverUrl('NATS_URL'), () => true);
});
afterAll(async () => {
  await manager.streams.delete(streamOf(service));
  await streamKeeper.stop();
  await connection.close();
});

it('a consumer loop ends when it is stopped while it opens its consumer', async () => {
  const [opening, mayOpen] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const realClient = jetstream(connection);
  /** A client that returns the consumer when the test resolves `mayOpen`. */
  const client = {
    consumers: {
      get: async (stream: string, name: string) => {
        opening.resolve();
        await mayOpen.promise;
        return realClient.consumers.get(stream, name);
      },
    },
  } as unknown as JetStreamClient;
  const loop = new ConsumerLoop(connection, client, manager, {
    source: service,
    durable: `a__${service}`,
    handle: async () => ({ done: true }),
  });
  // The stream is missing, so the loop opens its consumer later.
  await loop.start();
  expect(loop.problem()).toContain(streamOf(service));
  await manager.streams.add({ name: streamOf(service), subjects: [eventSubjectsOf(service)] });
  await opening.promise;
  const stopped = loop.stop();
  mayOpen.resolve();
  await expect(stopped).resolves.toBeUndefined();
});
