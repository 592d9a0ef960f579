import { contracts } from '@cordee/contracts/catalogue';
import { mayCall, serviceNames } from '@cordee/contracts/contract';
import { brokerAddress } from '@cordee/messaging/broker-address';
import { eventsOf, streamOf } from '@cordee/messaging/bus';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { readMessages } from '@cordee/messaging/read-messages';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EventCollector } from '../event-collector.ts';
import { PrivateBroker } from './private-broker.ts';

/** The services that publish events. */
const publishers = serviceNames.filter((name) => name !== 'gateway');
/** Every user may publish this subject, so it shows that the broker has handled everything before it. */
const MARKER = 'sync.process.alive';

let broker: PrivateBroker;
/** The connection of the user `developer`, who may use all subjects. */
let developer: NatsConnection;
let manager: JetStreamManager;
beforeAll(async () => {
  broker = await PrivateBroker.start();
  developer = await connect(brokerAddress(broker.url));
  manager = await jetstreamManager(developer);
  for (const service of publishers)
    await manager.streams.add({ name: streamOf(service), subjects: [eventsOf(service)] });
});
afterAll(async () => {
  await developer.close();
  await broker.remove();
});

describe.each([...serviceNames])('the user of %s', (service) => {
  let user: NatsConnection;
  beforeEach(async () => {
    user = await connect(brokerAddress(broker.urlOf(service)));
  });
  afterEach(() => user.close());

  const others = publishers.filter((name) => name !== service);

  /** Publishes as the user and returns the subjects that the broker has accepted. */
  async function acceptedOf(subjects: readonly string[]): Promise<string[]> {
    const received = new EventCollector<string>();
    const subscription = developer.subscribe('>', { callback: (_, { subject }) => received.add(subject) });
    await developer.flush();
    for (const subject of subjects) user.publish(subject, '{}');
    user.publish(MARKER, '{}');
    const all = await received.until((seen) => seen.includes(MARKER));
    subscription.unsubscribe();
    return all.filter((subject) => subjects.includes(subject));
  }

  /** Subscribes as the user and returns the subjects of the messages that arrive. */
  async function receivedOn(subscribed: readonly string[], published: readonly string[]): Promise<string[]> {
    const received = new EventCollector<string>();
    const own = `_INBOX_${service}.marker`;
    for (const subject of [...subscribed, own])
      user.subscribe(subject, { callback: (error, { subject: from }) => (error ? undefined : received.add(from)) });
    await user.flush();
    for (const subject of published) developer.publish(subject, '{}');
    developer.publish(own, '{}');
    return (await received.until((seen) => seen.includes(own))).filter((subject) => subject !== own);
  }

  it('can call the contracts that declare it, and no other', async () => {
    const all = [...contracts.values()];
    const declared = all.filter((contract) => mayCall(service, contract)).map(({ subject }) => subject);
    expect((await acceptedOf(all.map(({ subject }) => subject))).toSorted()).toEqual(declared.toSorted());
  });

  it('cannot answer the requests of another service', async () => {
    const subjects = [...contracts.values()]
      .map(({ subject }) => subject)
      .filter((each) => !each.includes(`.${service}.`));
    const patterns = ['rpc.>', '>', ...others.map((other) => `rpc.${other}.>`), ...subjects];
    expect(await receivedOn(patterns, subjects)).toEqual([]);
  });

  it('cannot publish the events of another service', async () => {
    const subjects = others.map((other) => `evt.${other}.thing.made.v1`);
    expect(await acceptedOf(subjects)).toEqual([]);
  });

  it('cannot read the inbox of another user, nor events without a consumer', async () => {
    const inboxes = [...serviceNames, 'events', 'operator'].filter((name) => name !== service);
    const published = [
      ...inboxes.map((name) => `_INBOX_${name}.secret`),
      ...others.map((other) => `evt.${other}.thing.made.v1`),
      ...others.map((other) => `sync.access.${other}.process`),
    ];
    const patterns = ['_INBOX.>', '*.>', '*.*', 'evt.>', 'sync.>', ...published];
    expect(await receivedOn(patterns, published)).toEqual([]);
  });

  it('cannot create, change, read or delete the stream of another service, nor change or delete its own', async () => {
    const before = await streamsOf(manager);
    const foreign = others.flatMap((other) =>
      ['CREATE', 'UPDATE', 'DELETE', 'PURGE', 'MSG.GET', 'MSG.DELETE', 'SNAPSHOT'].map(
        (operation) => `$JS.API.STREAM.${operation}.${streamOf(other)}`,
      ),
    );
    const own = ['UPDATE', 'DELETE', 'PURGE', 'MSG.DELETE'].map(
      (operation) => `$JS.API.STREAM.${operation}.${streamOf(service)}`,
    );
    // The gateway has no stream.
    const info = service === 'gateway' ? [] : [`$JS.API.STREAM.INFO.${streamOf(service)}`];
    expect(await acceptedOf([...foreign, ...own, '$JS.API.STREAM.CREATE.EVT_OTHER', ...info])).toEqual(info);
    expect(await streamsOf(manager)).toEqual(before);
  });

  it('can neither use, change nor delete the consumer of another service', async () => {
    const owner = others[0]!;
    const source = streamOf(others[1]!);
    const consumer = `${owner}__${others[1]}`;
    const subjects = [
      `$JS.API.CONSUMER.CREATE.${source}.${consumer}`,
      `$JS.API.CONSUMER.CREATE.${source}.${consumer}.evt.${others[1]}.all`,
      `$JS.API.CONSUMER.CREATE.${source}`,
      `$JS.API.CONSUMER.DURABLE.CREATE.${source}.${consumer}`,
      `$JS.API.CONSUMER.MSG.NEXT.${source}.${consumer}`,
      `$JS.API.CONSUMER.DELETE.${source}.${consumer}`,
      `$JS.API.CONSUMER.DELETE.${source}.${service}__${others[1]}`,
      `$JS.ACK.${source}.${consumer}.1.1.1.1.1`,
    ];
    expect(await acceptedOf(subjects)).toEqual([]);
  });
});

it('a connection without a password is refused', async () => {
  await expect(connect({ servers: new URL(broker.url).host })).rejects.toThrow(/authorization/i);
});

it('the users of two services exchange requests and events, and the tool of the operator reads them', async () => {
  const [identity, teams] = await Promise.all(
    ['identity', 'teams'].map((service) => NatsBus.connect({ url: broker.urlOf(service), service })),
  );
  const text = (data: Uint8Array): string => new TextDecoder().decode(data);
  await identity!.serve('rpc.identity.member.get_snapshot.v1', 'identity', async ({ data }) => data);
  const data = new TextEncoder().encode('"x"');
  expect(text(await teams!.request('rpc.identity.member.get_snapshot.v1', data, {}, 5_000))).toBe('"x"');

  const handled = new EventCollector<string>();
  await identity!.eventStore('identity');
  await teams!.consume({
    source: 'identity',
    durable: 'teams__identity',
    handle: async ({ subject }) => (handled.add(subject), { done: true }),
  });
  await identity!.publishEvent('evt.identity.member.changed.v1', 'one', data);
  await handled.until((subjects) => subjects.includes('evt.identity.member.changed.v1'));

  const stored: string[] = [];
  for await (const { subject } of readMessages(broker.urlOf('events'), { follow: false, filter: 'identity' }))
    stored.push(subject);
  expect(stored).toContain('evt.identity.member.changed.v1');
  await Promise.all([identity!.close(), teams!.close()]);
});

async function streamsOf(from: JetStreamManager): Promise<unknown[]> {
  const streams: unknown[] = [];
  for await (const { config, created } of from.streams.list()) streams.push({ config, created });
  return streams;
}
