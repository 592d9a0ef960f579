import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { NoResponder, RequestTimeout, streamOf, type Bus, type BusMessage } from '@cordee/messaging/bus';
import { LocalBus } from '@cordee/messaging/local-bus';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { EventCollector } from '../event-collector.ts';
import { serverUrl } from '../test-environment.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);
/** Longer than the timeout of a test: an operation that must be immediate fails the test when it waits for this. */
const LONG_MS = 60_000;

interface Installation {
  /** The connection of a process; all share the local bus. */
  connect(): Promise<Bus>;
  /** Deletes the streams of the services. */
  deleteStreams(services: string[]): Promise<void>;
}

const local = (): Installation => {
  const bus = new LocalBus();
  return { connect: async () => bus, deleteStreams: async () => undefined };
};

const nats = (): Installation => ({
  connect: () => NatsBus.connect({ url: serverUrl('NATS_URL'), service: 'conformance' }),
  deleteStreams: async (services) => {
    const connection = await connect({ servers: new URL(serverUrl('NATS_URL')).host });
    const manager = await jetstreamManager(connection);
    await Promise.allSettled(services.map((service) => manager.streams.delete(streamOf(service))));
    await connection.close();
  },
});

describe.each([
  ['LocalBus', local],
  ['NatsBus', nats],
] as const)('%s', (kind, install) => {
  let installation: Installation;
  let service: string;
  let buses: Bus[];

  beforeEach(() => {
    installation = install();
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
  const rpc = (verb = 'get'): string => `rpc.${service}.thing.${verb}.v1`;
  const made = (): string => `evt.${service}.thing.made.v1`;
  const publish = (bus: Bus, ...names: string[]): Promise<void[]> =>
    Promise.all(names.map((name) => bus.publishEvent(made(), `${service}-${name}`, bytes(name))));

  describe('requests', () => {
    it('transport bytes and headers, and the reply', async () => {
      const [server, client] = await openTwo();
      const seen = new EventCollector<BusMessage>();
      await server.serve(rpc(), service, async (message) => {
        seen.add(message);
        return bytes(`${text(message.data)} too`);
      });
      expect(
        text(await client.request(rpc(), bytes('Zoë'), { 'request-id': 'r 1', traceparent: '00-ab' }, LONG_MS)),
      ).toBe('Zoë too');
      expect(seen.all).toMatchObject([{ subject: rpc(), headers: { 'request-id': 'r 1', traceparent: '00-ab' } }]);
    });

    it('are distributed to the servers of a queue, with one reply each', async () => {
      const [one, other] = await openTwo();
      const client = await open();
      const served = { one: 0, other: 0 };
      await one.serve(rpc(), service, async ({ data }) => ((served.one += 1), data));
      await other.serve(rpc(), service, async ({ data }) => ((served.other += 1), data));
      const asked = Array.from({ length: 64 }, (_, index) => String(index));
      const answers = await Promise.all(asked.map((name) => client.request(rpc(), bytes(name), {}, LONG_MS)));
      expect(answers.map(text)).toEqual(asked);
      expect(served.one + served.other).toBe(64);
      expect(Math.min(served.one, served.other)).toBeGreaterThan(0);
    });

    it('are delivered to every queue', async () => {
      const [one, other] = await openTwo();
      const seen = new EventCollector<string>();
      await one.serve(rpc(), `${service}-a`, async ({ data }) => (seen.add('a'), data));
      await other.serve(rpc(), `${service}-b`, async ({ data }) => (seen.add('b'), data));
      await one.request(rpc(), bytes('x'), {}, LONG_MS);
      expect((await seen.count(2)).toSorted()).toEqual(['a', 'b']);
    });

    it('fail immediately without a server', async () => {
      const [server, client] = await openTwo();
      await server.serve(rpc('other'), service, async ({ data }) => data);
      await expect(client.request(rpc(), bytes('x'), {}, LONG_MS)).rejects.toBeInstanceOf(NoResponder);
    });

    it('fail when the reply is late', async () => {
      const [server, client] = await openTwo();
      const gate = Promise.withResolvers<Uint8Array>();
      await server.serve(rpc(), service, () => gate.promise);
      await expect(client.request(rpc(), bytes('x'), {}, 50)).rejects.toBeInstanceOf(RequestTimeout);
      gate.resolve(bytes('late'));
      // A late reply is not delivered to another request.
      await server.serve(rpc('other'), service, async () => bytes('own'));
      expect(text(await client.request(rpc('other'), bytes('x'), {}, LONG_MS))).toBe('own');
    });

    it('get no reply when the handler fails; the next request does', async () => {
      const [server, client] = await openTwo();
      await server.serve(rpc(), service, async ({ data }) => {
        if (text(data) === 'bad') throw new Error('broken');
        return data;
      });
      await expect(client.request(rpc(), bytes('bad'), {}, 50)).rejects.toBeInstanceOf(RequestTimeout);
      expect(text(await client.request(rpc(), bytes('good'), {}, LONG_MS))).toBe('good');
    });
  });

  describe('events', () => {
    it('are delivered in order to every consumer', async () => {
      const [publisher, consumer] = await openTwo();
      const [a, b] = [new EventCollector<string>(), new EventCollector<string>()];
      await consumer.consume({
        source: service,
        durable: `a__${service}`,
        handle: async ({ data }) => (a.add(text(data)), { done: true }),
      });
      await consumer.consume({
        source: service,
        durable: `b__${service}`,
        handle: async ({ data }) => (b.add(text(data)), { done: true }),
      });
      const names = Array.from({ length: 100 }, (_, index) => String(index));
      await publish(publisher, ...names);
      expect(await a.count(100)).toEqual(names);
      expect(await b.count(100)).toEqual(names);
    });

    it('are redelivered after the requested delay, without blocking others', async () => {
      const [publisher, consumer] = await openTwo();
      const seen = new EventCollector<string>();
      await consumer.consume({
        source: service,
        durable: `a__${service}`,
        handle: async ({ data, attempt }) => {
          seen.add(`${text(data)}/${attempt}`);
          return text(data) === 'slow' && attempt < 3 ? { retryAfterMs: 50 } : { done: true };
        },
      });
      await publish(publisher, 'slow', 'next');
      expect(await seen.count(4)).toEqual(['slow/1', 'next/1', 'slow/2', 'slow/3']);
    });

    it('are redelivered when their handler fails', async () => {
      const [publisher, consumer] = await openTwo();
      const seen = new EventCollector<number>();
      await consumer.consume({
        source: service,
        durable: `a__${service}`,
        handle: async ({ attempt }) => {
          seen.add(attempt);
          if (attempt === 1) throw new Error('broken');
          return { done: true };
        },
      });
      await publish(publisher, 'x');
      expect(await seen.count(2)).toEqual([1, 2]);
    });

    it('are delivered to one of the replicas with the same durable name', async () => {
      const [one, other] = await openTwo();
      const publisher = await open();
      const seen = new EventCollector<string>();
      const consumption = {
        source: service,
        durable: `a__${service}`,
        handle: async ({ data }: BusMessage) => (seen.add(text(data)), { done: true as const }),
      };
      await one.consume(consumption);
      await other.consume(consumption);
      const names = Array.from({ length: 100 }, (_, index) => String(index));
      await publish(publisher, ...names);
      await seen.count(100);
      await publish(publisher, 'last');
      expect((await seen.count(101)).toSorted()).toEqual([...names, 'last'].toSorted());
    });

    it('in progress are finished before a close, and not redelivered', async () => {
      const [publisher, first] = await openTwo();
      const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const finished = new EventCollector<string>();
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
      const [one, other] = await openTwo();
      const seen = new EventCollector<string>();
      await one.listen(`sync.${service}.told`, async ({ data }) => (seen.add(`one ${text(data)}`), undefined));
      await other.listen(`sync.${service}.told`, async ({ data }) => (seen.add(`other ${text(data)}`), undefined));
      one.broadcast(`sync.${service}.told`, bytes('x'));
      expect((await seen.count(2)).toSorted()).toEqual(['one x', 'other x']);
    });

    it.each([
      ['all requested replies', 2, LONG_MS, ['one', 'other']],
      ['as many replies as requested', 1, LONG_MS, [expect.any(String)]],
      ['the replies that arrive in time', 3, 100, ['one', 'other']],
      ['no replies when none are requested', 0, LONG_MS, []],
    ] as const)('that request replies get %s', async (_, answers, timeoutMs, expected) => {
      const [one, other] = await openTwo();
      const gate = Promise.withResolvers<undefined>();
      await one.listen(`sync.${service}.asked`, async () => bytes('one'));
      await other.listen(`sync.${service}.asked`, async () => bytes('other'));
      await other.listen(`sync.${service}.asked`, () => gate.promise);
      await other.listen(`sync.${service}.asked`, () => Promise.reject(new Error('broken')));
      const got = await one.requestAll(`sync.${service}.asked`, bytes('x'), { answers, timeoutMs });
      expect(got.map(text).toSorted()).toEqual(expected);
      gate.resolve(undefined);
    });

    it('that request replies get none without a listener', async () => {
      expect(
        await (await open()).requestAll(`sync.${service}.asked`, bytes('x'), { answers: 1, timeoutMs: 100 }),
      ).toEqual([]);
    });
  });

  it('does not pass the async context of a caller, for instance a transaction, to handlers', async () => {
    const [server, client] = await openTwo();
    const caller = new AsyncLocalStorage<string>();
    const seen = new EventCollector<string | undefined>();
    await server.serve(rpc(), service, async ({ data }) => (seen.add(caller.getStore()), data));
    await server.listen(`sync.${service}.told`, async ({ data }) => (seen.add(caller.getStore()), data));
    await server.consume({
      source: service,
      durable: `a__${service}`,
      handle: async () => (seen.add(caller.getStore()), { done: true }),
    });
    await caller.run('transaction', async () => {
      await client.request(rpc(), bytes('x'), {}, LONG_MS);
      await client.requestAll(`sync.${service}.told`, bytes('x'), { answers: 1, timeoutMs: LONG_MS });
      client.broadcast(`sync.${service}.told`, bytes('x'));
      await publish(client, 'x');
    });
    expect(await seen.count(4)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('reports whether it is connected', async () => {
    const bus = await open();
    expect(bus.isConnected()).toBe(true);
    await bus.close();
    expect(bus.isConnected()).toBe(false);
    buses = [];
  });

  it('replies to running requests before it closes, and accepts no new ones', async () => {
    const [server, client] = await openTwo();
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await server.serve(rpc(), service, async ({ data }) => {
      started.resolve();
      await gate.promise;
      return data;
    });
    const answer = client.request(rpc(), bytes('x'), {}, LONG_MS);
    await started.promise;
    const closed = server.close();
    gate.resolve();
    expect(text(await answer)).toBe('x');
    await closed;
    await expect(client.request(rpc(), bytes('y'), {}, LONG_MS)).rejects.toBeInstanceOf(NoResponder);
    buses = buses.filter((bus) => bus !== server);
  });

  if (kind === 'NatsBus') {
    it('rejects requests when the connection is closed, or when they exceed the maximum size', async () => {
      const [server, client] = await openTwo();
      const gate = Promise.withResolvers<Uint8Array>();
      const started = new EventCollector<string>();
      await server.serve(rpc(), service, () => (started.add('call'), gate.promise));
      await expect(client.request(rpc(), new Uint8Array(64 * 1024 * 1024), {}, LONG_MS)).rejects.toThrow();
      const waiting = client.request(rpc(), bytes('x'), {}, LONG_MS);
      const refused = expect(waiting).rejects.toThrow('the broker cannot be reached');
      await started.count(1);
      await client.close();
      await refused;
      gate.resolve(bytes('late'));
      buses = buses.filter((bus) => bus !== client);
    });

    describe('stores events', () => {
      it('for later consumers', async () => {
        const bus = await open();
        await publish(bus, '1', '2', '3');
        const seen = new EventCollector<string>();
        await bus.consume({
          source: service,
          durable: `late__${service}`,
          handle: async ({ data }) => (seen.add(text(data)), { done: true }),
        });
        expect(await seen.count(3)).toEqual(['1', '2', '3']);
      });

      it('once per id', async () => {
        const bus = await open();
        const seen = new EventCollector<string>();
        await bus.consume({
          source: service,
          durable: `a__${service}`,
          handle: async ({ data }) => (seen.add(text(data)), { done: true }),
        });
        for (const name of ['x', 'x', 'x', 'end']) await publish(bus, name);
        expect(await seen.count(2)).toEqual(['x', 'end']);
      });

      it('and redelivers prefetched events of a closing replica immediately', async () => {
        const [one, other] = await openTwo();
        const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        await publish(one, '1', '2', '3', '4', '5');
        await one.consume({
          source: service,
          durable: `a__${service}`,
          handle: async () => {
            started.resolve();
            await gate.promise;
            return { done: true };
          },
        });
        await started.promise;
        const closed = one.close();
        buses = [other];
        gate.resolve();
        await closed;
        const seen = new EventCollector<string>();
        await other.consume({
          source: service,
          durable: `a__${service}`,
          handle: async ({ data }) => (seen.add(text(data)), { done: true }),
        });
        expect((await seen.count(4)).toSorted()).toEqual(['2', '3', '4', '5']);
      });
    });
  }
});
