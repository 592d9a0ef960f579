import { command } from '@cordee/contracts/contract';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { encode } from '@cordee/messaging/reply';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { ItemCollector } from '../item-collector.ts';
import { PrivateBroker } from './private-broker.ts';

const echo = command({
  subject: 'rpc.echo.thing.say.v1',
  access: 'public',
  summary: 'Says it again',
  input: z.object({}),
  output: z.object({}),
  errors: {},
  example: { input: {}, output: {} },
});
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Much longer than `FAILURE_LIMIT_MS`, so a call that waits for its own timeout fails the test. */
const CALL_TIMEOUT_MS = 30_000;
/** The time in which a call must fail after the broker was killed. */
const FAILURE_LIMIT_MS = 2_000;

describe('a broker that is killed and restarted', () => {
  let broker: PrivateBroker;
  let server: NatsBus;
  let client: NatsBus;
  let rpc: RpcClient;
  const handledEvents = new ItemCollector<string>();

  beforeAll(async () => {
    broker = await PrivateBroker.start();
    server = await NatsBus.connect({ url: broker.url, service: 'server' });
    client = await NatsBus.connect({ url: broker.url, service: 'client' });
    rpc = new RpcClient(client, 'client');
    await server.consume({
      source: 'echo',
      durable: 'server__echo',
      handle: async ({ data }) => (handledEvents.add(new TextDecoder().decode(data)), { done: true }),
    });
  });

  afterAll(async () => {
    await Promise.all([server.close(), client.close()]);
    await broker.remove();
  });

  /** Publishes an event whose id and data are its name. Retries until the broker has stored it, like the relay. */
  const publish = async (name: string): Promise<void> => {
    for (;;) {
      const isStored = await client.publishEvent('evt.echo.thing.said.v1', name, bytesOf(name)).then(
        () => true,
        () => false,
      );
      if (isStored) return;
    }
  };

  it('makes calls fail within two seconds, loses no event and stores no event twice', async () => {
    const gate = Promise.withResolvers<void>();
    const startedCalls = new ItemCollector<string>();
    let isHanging = true;
    await server.serve(echo.subject, 'echo', async () => {
      startedCalls.add('call');
      if (isHanging) await gate.promise;
      return encode({ output: {} });
    });
    for (const name of ['1', '2', '3']) await publish(name);
    await handledEvents.untilCount(3);

    const pendingCall = rpc.send(echo, {}, { timeoutMs: CALL_TIMEOUT_MS });
    await startedCalls.untilCount(1);
    await broker.kill();
    const killedAt = performance.now();
    const pendingPublish = publish('4');
    const [pendingReply, laterReply] = await Promise.all([
      pendingCall,
      rpc.send(echo, {}, { timeoutMs: CALL_TIMEOUT_MS }),
    ]);
    expect(performance.now() - killedAt).toBeLessThan(FAILURE_LIMIT_MS);
    for (const reply of [pendingReply, laterReply])
      expect(reply).toMatchObject({ error: { code: 'SERVICE_UNAVAILABLE', status: 503, retryAfter: 2 } });
    expect([client.isConnected(), server.isConnected()]).toEqual([false, false]);

    isHanging = false;
    gate.resolve();
    await broker.resume();
    await pendingPublish;
    for (const name of ['5', '6']) await publish(name);
    // The event with id 1 was stored before the kill. The broker still knows its id and drops the duplicate.
    await publish('1');
    await publish('7');
    const storedEvents = new ItemCollector<string>();
    await client.consume({
      source: 'echo',
      durable: 'reader__echo',
      handle: async ({ data }) => (storedEvents.add(new TextDecoder().decode(data)), { done: true }),
    });
    expect(await storedEvents.untilCount(7)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    // Events that were acknowledged just before the kill may be redelivered (the inbox ignores them). No event is
    // missing, and new events are in order.
    await handledEvents.until((all) => all.includes('7'));
    expect([...new Set(handledEvents.all)]).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(await rpc.call(echo, {}, { timeoutMs: CALL_TIMEOUT_MS })).toEqual({});
    expect([client.isConnected(), server.isConnected()]).toEqual([true, true]);
  });
});
