import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { NoResponder, RequestTimeout, streamOf, type Bus, type BusMessage } from '@cordee/messaging/bus';
import { LocalBus } from '@cordee/messaging/local-bus';
import { brokerAddress } from '@cordee/consumer/broker-address';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { StreamKeeper } from '@cordee/messaging/stream-keeper';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { ItemCollector } from '../item-collector.ts';
import { waitFor } from '../wait-for.ts';
import { serverUrl } from '../test-environment.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);
/** Longer than the timeout of a test, so an operation that must be immediate fails the test when it waits. */
const LONG_MS = 60_000;

interface Installation {
  /** Opens the bus of one process. With LocalBus, all processes share one bus. */
  connect(): Promise<Bus>;
  /** Deletes the streams of the services. */
  deleteStreams(services: string[]): Promise<void>;
}

const createLocalInstallation = (): Installation => {
  const bus = new LocalBus();
  return { connect: async () => bus, deleteStreams: async () => undefined };
};

const createNatsInstallation = (): Installation => ({
  connect: () => NatsBus.connect({ url: serverUrl('NATS_URL'), service: 'conformance' }),
  deleteStreams: async (services) => {
    const connection = await connect(brokerAddress(serverUrl('NATS_URL')));
    const manager = await jetstreamManager(connection);
    await Promise.allSettled(services.map((service) => manager.streams.delete(streamOf(service))));
    await connection.close();
  },
});

describe.each([
  ['LocalBus', createLocalInstallation],
  ['NatsBus', createNatsInstallation],
] as const)('%s', (kind, createInstallation) => {
  let installation: Installation;
  let service: string;
  let buses: Bus[];
  let streamKeeper: StreamKeeper;

  beforeAll(async () => {
    streamKeeper = await StreamKeeper.start(serverUrl('NATS_URL'), () => true);
  });
  afterAll(() => streamKeeper.stop());

  beforeEach(() => {
    installation = createInstallation();
    service = `t${randomBytes(6).toString('hex')}`;
    buses = [];
  });

  afterEach(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    await installation.deleteStreams([service]);
  });

  const open = async (): Promise<Bus> => {
    const bus = await installation.connect();
    buses.push(bus);
    return bus;
  };
  const openTwo = async (): Promise<[Bus, Bus]> => [await open(), await open()];
  const requestSubject = (verb = 'get'): string => `rpc.${service}.thing.${verb}.v1`;
  const eventSubject = (): string => `evt.${service}.thing.made.v1`;
  const publish = (bus: Bus, ...names: string[]): Promise<void[]> =>
    Promise.all(names.map((name) => bus.publishEvent(eventSubject(), `${service}-${name}`, bytes(name))));

  describe('requests', () => {
    it('deliver data and headers to the server, and the reply to the client', async () => {
      const [server, client] = await openTwo();
      const received = new ItemCollector<BusMessage>();
      await server.serve(requestSubject(), service, async (message) => {
        received.add(message);
        return bytes(`${text(message.data)} too`);
      });
      expect(
        text(
          await client.request(requestSubject(), bytes('Zoë'), { 'request-id': 'r 1', traceparent: '00-ab' }, LONG_MS),
        ),
      ).toBe('Zoë too');
      expect(received.all).toMatchObject([
        { subject: requestSubject(), headers: { 'request-id': 'r 1', traceparent: '00-ab' } },
      ]);
    });

    it('are distributed to the servers of a queue, with one reply each', async () => {
      const [first, second] = await openTwo();
      const client = await open();
      const served = { first: 0, second: 0 };
      await first.serve(requestSubject(), service, async ({ data }) => ((served.first += 1), data));
      await second.serve(requestSubject(), service, async ({ data }) => ((served.second += 1), data));
      const requestNames = Array.from({ length: 64 }, (_, index) => String(index));
      const replies = await Promise.all(
        requestNames.map((name) => client.request(requestSubject(), bytes(name), {}, LONG_MS)),
      );
      expect(replies.map(text)).toEqual(requestNames);
      expect(served.first + served.second).toBe(64);
      expect(Math.min(served.first, served.second)).toBeGreaterThan(0);
    });

    it('are delivered to every queue', async () => {
      const [first, second] = await openTwo();
      const received = new ItemCollector<string>();
      await first.serve(requestSubject(), `${service}-a`, async ({ data }) => (received.add('a'), data));
      await second.serve(requestSubject(), `${service}-b`, async ({ data }) => (received.add('b'), data));
      await first.request(requestSubject(), bytes('x'), {}, LONG_MS);
      expect((await received.untilCount(2)).toSorted()).toEqual(['a', 'b']);
    });

    it('fail immediately without a server', async () => {
      const [server, client] = await openTwo();
      await server.serve(requestSubject('other'), service, async ({ data }) => data);
      await expect(client.request(requestSubject(), bytes('x'), {}, LONG_MS)).rejects.toBeInstanceOf(NoResponder);
    });

    it('fail when the reply is late', async () => {
      const [server, client] = await openTwo();
      const gate = Promise.withResolvers<Uint8Array>();
      await server.serve(requestSubject(), service, () => gate.promise);
      await expect(client.request(requestSubject(), bytes('x'), {}, 50)).rejects.toBeInstanceOf(RequestTimeout);
      gate.resolve(bytes('late'));
      // A late reply is not delivered to another request.
      await server.serve(requestSubject('other'), service, async () => bytes('own'));
      expect(text(await client.request(requestSubject('other'), bytes('x'), {}, LONG_MS))).toBe('own');
    });

    it('get no reply when the handler throws, but the next request gets a reply', async () => {
      const [server, client] = await openTwo();
      await server.serve(requestSubject(), service, async ({ data }) => {
        if (text(data) === 'bad') throw new Error('broken');
        return data;
      });
      await expect(client.request(requestSubject(), bytes('bad'), {}, 50)).rejects.toBeInstanceOf(RequestTimeout);
      expect(text(await client.request(requestSubject(), bytes('good'), {}, LONG_MS))).toBe('good');
    });
  });

  describe('events', () => {
    it('are delivered in order to every consumer', async () => {
      const [publisher, consumer] = await openTwo();
      const [receivedByA, receivedByB] = [new ItemCollector<string>(), new ItemCollector<string>()];
      await consumer.consume({
        source: service,
        durable: `a__${service}`,
        handle: async ({ data }) => (receivedByA.add(text(data)), { done: true }),
      });
      await consumer.consume({
        source: service,
        durable: `b__${service}`,
        handle: async ({ data }) => (receivedByB.add(text(data)), { done: true }),
      });
      const names = Array.from({ length: 100 }, (_, index) => String(index));
      await publish(publisher, ...names);
      expect(await receivedByA.untilCount(100)).toEqual(names);
      expect(await receivedByB.untilCount(100)).toEqual(names);
    });

    it('are counted until they are handled', async () => {
      const [publisher, consumer] = await openTwo();
      const gate = Promise.withResolvers<void>();
      const durable = `a__${service}`;
      await consumer.consume({ source: service, durable, handle: () => gate.promise.then(() => ({ done: true })) });
      const published = publish(publisher, 'a', 'b', 'c');
      await waitFor(async () => (await consumer.pendingEvents()).get(durable) === 3, 'the count of three events');
      gate.resolve();
      await published;
      await waitFor(async () => (await consumer.pendingEvents()).get(durable) === 0, 'the count of no event');
    });

    it('are redelivered after the requested delay, and other events are handled meanwhile', async () => {
      const [publisher, consumer] = await openTwo();
      const received = new ItemCollector<string>();
      await consumer.consume({
        source: service,
        durable: `a__${service}`,
        handle: async ({ data, attempt }) => {
          received.add(`${text(data)}/${attempt}`);
          return text(data) === 'slow' && attempt < 3 ? { retryAfterMs: 50 } : { done: true };
        },
      });
      await publish(publisher, 'slow', 'next');
      expect(await received.untilCount(4)).toEqual(['slow/1', 'next/1', 'slow/2', 'slow/3']);
    });

    it('are redelivered when their handler throws', async () => {
      const [publisher, consumer] = await openTwo();
      const received = new ItemCollector<number>();
      await consumer.consume({
        source: service,
        durable: `a__${service}`,
        handle: async ({ attempt }) => {
          received.add(attempt);
          if (attempt === 1) throw new Error('broken');
          return { done: true };
        },
      });
      await publish(publisher, 'x');
      expect(await received.untilCount(2)).toEqual([1, 2]);
    });

    it('are delivered to one of the replicas with the same durable name', async () => {
      const [first, second] = await openTwo();
      const publisher = await open();
      const received = new ItemCollector<string>();
      const consumption = {
        source: service,
        durable: `a__${service}`,
        handle: async ({ data }: BusMessage) => (received.add(text(data)), { done: true as const }),
      };
      await first.consume(consumption);
      await second.consume(consumption);
      const names = Array.from({ length: 100 }, (_, index) => String(index));
      await publish(publisher, ...names);
      await received.untilCount(100);
      await publish(publisher, 'last');
      expect((await received.untilCount(101)).toSorted()).toEqual([...names, 'last'].toSorted());
    });

    it('are handled to the end before the bus closes', async () => {
      const [publisher, first] = await openTwo();
      const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const finished = new ItemCollector<string>();
      await first.consume({
        source: service,
        durable: `a__${service}`,
        handle: async ({ data }) => {
          started.resolve();
          await gate.promise;
          finished.add(text(data));
          return { done: true };
        },
      });
      const published = publish(publisher, 'x');
      await started.promise;
      const closed = first.close();
      gate.resolve();
      await Promise.all([closed, published]);
      expect(finished.all).toEqual(['x']);
    });
  });

  describe('broadcasts', () => {
    it('are delivered to all listeners', async () => {
      const [first, second] = await openTwo();
      const received = new ItemCollector<string>();
      await first.listen(`sync.${service}.told`, async ({ data }) => (received.add(`one ${text(data)}`), undefined));
      await second.listen(`sync.${service}.told`, async ({ data }) => (received.add(`other ${text(data)}`), undefined));
      first.broadcast(`sync.${service}.told`, bytes('x'));
      expect((await received.untilCount(2)).toSorted()).toEqual(['one x', 'other x']);
    });

    // The columns: title, number of requested replies, timeout, expected replies. Two of the four listeners reply.
    it.each([
      ['all requested replies', 2, LONG_MS, ['one', 'other']],
      ['as many replies as requested', 1, LONG_MS, [expect.any(String)]],
      ['the replies that arrive in time', 3, 100, ['one', 'other']],
      ['no replies when none are requested', 0, LONG_MS, []],
    ] as const)('`requestAll` returns %s', async (_, maxReplies, timeoutMs, expected) => {
      const [first, second] = await openTwo();
      const gate = Promise.withResolvers<undefined>();
      await first.listen(`sync.${service}.asked`, async () => bytes('one'));
      await second.listen(`sync.${service}.asked`, async () => bytes('other'));
      await second.listen(`sync.${service}.asked`, () => gate.promise);
      await second.listen(`sync.${service}.asked`, () => Promise.reject(new Error('broken')));
      const replies = await first.requestAll(`sync.${service}.asked`, bytes('x'), { maxReplies, timeoutMs });
      expect(replies.map(text).toSorted()).toEqual(expected);
      gate.resolve(undefined);
    });

    it('`requestAll` returns no reply without a listener', async () => {
      expect(
        await (await open()).requestAll(`sync.${service}.asked`, bytes('x'), { maxReplies: 1, timeoutMs: 100 }),
      ).toEqual([]);
    });
  });

  it('does not pass the async context of a caller, for instance a transaction, to handlers', async () => {
    const [server, client] = await openTwo();
    const callerContext = new AsyncLocalStorage<string>();
    const received = new ItemCollector<string | undefined>();
    await server.serve(requestSubject(), service, async ({ data }) => (received.add(callerContext.getStore()), data));
    await server.listen(`sync.${service}.told`, async ({ data }) => (received.add(callerContext.getStore()), data));
    await server.consume({
      source: service,
      durable: `a__${service}`,
      handle: async () => (received.add(callerContext.getStore()), { done: true }),
    });
    await callerContext.run('transaction', async () => {
      await client.request(requestSubject(), bytes('x'), {}, LONG_MS);
      await client.requestAll(`sync.${service}.told`, bytes('x'), { maxReplies: 1, timeoutMs: LONG_MS });
      client.broadcast(`sync.${service}.told`, bytes('x'));
      await publish(client, 'x');
    });
    // The four results come from the handlers of the request, `requestAll`, the broadcast and the event.
    expect(await received.untilCount(4)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('reports whether it is connected', async () => {
    const bus = await open();
    expect(bus.isConnected()).toBe(true);
    await bus.close();
    expect(bus.isConnected()).toBe(false);
    buses = [];
  });

  it('replies to running requests before it closes, and accepts no new requests', async () => {
    const [server, client] = await openTwo();
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await server.serve(requestSubject(), service, async ({ data }) => {
      started.resolve();
      await gate.promise;
      return data;
    });
    const reply = client.request(requestSubject(), bytes('x'), {}, LONG_MS);
    await started.promise;
    const closed = server.close();
    gate.resolve();
    expect(text(await reply)).toBe('x');
    await closed;
    await expect(client.request(requestSubject(), bytes('y'), {}, LONG_MS)).rejects.toBeInstanceOf(NoResponder);
    buses = buses.filter((bus) => bus !== server);
  });

  if (kind === 'NatsBus') {
    it('rejects a request above the maximum size, and a pending request when its connection closes', async () => {
      const [server, client] = await openTwo();
      const gate = Promise.withResolvers<Uint8Array>();
      const started = new ItemCollector<string>();
      await server.serve(requestSubject(), service, () => (started.add('call'), gate.promise));
      await expect(client.request(requestSubject(), new Uint8Array(64 * 1024 * 1024), {}, LONG_MS)).rejects.toThrow();
      const pendingRequest = client.request(requestSubject(), bytes('x'), {}, LONG_MS);
      const rejection = expect(pendingRequest).rejects.toThrow('the broker cannot be reached');
      await started.untilCount(1);
      await client.close();
      await rejection;
      gate.resolve(bytes('late'));
      buses = buses.filter((bus) => bus !== client);
    });

    describe('stored events', () => {
      it('are delivered to a later consumer', async () => {
        const bus = await open();
        await publish(bus, '1', '2', '3');
        const received = new ItemCollector<string>();
        await bus.consume({
          source: service,
          durable: `late__${service}`,
          handle: async ({ data }) => (received.add(text(data)), { done: true }),
        });
        expect(await received.untilCount(3)).toEqual(['1', '2', '3']);
      });

      it('make the broker drop later events with the same id', async () => {
        const bus = await open();
        const received = new ItemCollector<string>();
        await bus.consume({
          source: service,
          durable: `a__${service}`,
          handle: async ({ data }) => (received.add(text(data)), { done: true }),
        });
        for (const name of ['x', 'x', 'x', 'end']) await publish(bus, name);
        expect(await received.untilCount(2)).toEqual(['x', 'end']);
      });

      it('are redelivered immediately when a replica closes that has prefetched them', async () => {
        const [first, second] = await openTwo();
        const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        await publish(first, '1', '2', '3', '4', '5');
        await first.consume({
          source: service,
          durable: `a__${service}`,
          handle: async () => {
            started.resolve();
            await gate.promise;
            return { done: true };
          },
        });
        await started.promise;
        const closed = first.close();
        buses = [second];
        gate.resolve();
        await closed;
        const received = new ItemCollector<string>();
        await second.consume({
          source: service,
          durable: `a__${service}`,
          handle: async ({ data }) => (received.add(text(data)), { done: true }),
        });
        expect((await received.untilCount(4)).toSorted()).toEqual(['2', '3', '4', '5']);
      });
    });
  }
});
