import { contracts } from '@cordee/contracts/catalogue';
import { mayCall, serviceNames } from '@cordee/contracts/contract';
import { changeSubject } from '@cordee/access/access-change';
import { CLOCK_MOVED_SUBJECT } from '@cordee/contracts/identity/clock';
import { getMemberSnapshot, memberAdded } from '@cordee/contracts/identity/member';
import { brokerAddress } from '@cordee/consumer/broker-address';
import { eventSubjectsOf, streamOf } from '@cordee/messaging/bus';
import { hasAtomicBatches } from '@cordee/messaging/atomic-batches';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { ProcessRegistry } from '@cordee/messaging/process-registry';
import { decode } from '@cordee/messaging/reply';
import { StreamKeeper } from '@cordee/messaging/stream-keeper';
import { readMessages } from '@cordee/messaging/read-messages';
import { CREATE_STREAM_SUBJECT } from '@cordee/messaging/stream-request';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ItemCollector } from '../item-collector.ts';
import { waitFor } from '../wait-for.ts';
import { PrivateBroker } from './private-broker.ts';

/** The services that publish events. */
const publishers = serviceNames.filter((name) => name !== 'gateway');
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Every user may publish this subject. Its arrival shows that the broker has handled all earlier messages. */
const MARKER = 'sync.process.alive';

let broker: PrivateBroker;
/** The connection of the user `developer`, who may use all subjects of the services. */
let developer: NatsConnection;
let operator: NatsConnection;
let manager: JetStreamManager;
beforeAll(async () => {
  broker = await PrivateBroker.start({ isProduction: true });
  developer = await connect(brokerAddress(broker.url));
  operator = await connect({ ...brokerAddress(broker.urlOf('operator')), inboxPrefix: '_INBOX_operator' });
  manager = await jetstreamManager(operator);
  for (const service of publishers)
    await manager.streams.add({ name: streamOf(service), subjects: [eventSubjectsOf(service)] });
});
afterAll(async () => {
  await Promise.all([developer.close(), operator.close()]);
  await broker.remove();
});

it('the error of a refused connection names the user, without the password', async () => {
  const url = new URL(broker.urlOf('teams'));
  url.password = 'wrong';
  await expect(NatsBus.connect({ url: url.href, service: 'teams' })).rejects.toThrow(
    `NATS at ${url.host} refuses the user teams: its password is wrong`,
  );
  await expect(NatsBus.connect({ url: `nats://${url.host}`, service: 'teams' })).rejects.toThrow(
    `NATS at ${url.host} refuses a connection without a user`,
  );
});

describe.each([...serviceNames])('the user of %s', (service) => {
  let user: NatsConnection;
  beforeEach(async () => {
    user = await connect(brokerAddress(broker.urlOf(service)));
  });
  afterEach(() => user.close());

  const otherPublishers = publishers.filter((name) => name !== service);

  /** Publishes as the user and returns the subjects that the broker has accepted. */
  async function publishAndListAccepted(subjects: readonly string[]): Promise<string[]> {
    const received = new ItemCollector<string>();
    const subscription = developer.subscribe('>', {
      // The broker has mapped the subjects of the API of streams.
      callback: (_, { subject }) => received.add(subject.replace('$JS.streams.API.', '$JS.API.')),
    });
    await developer.flush();
    for (const subject of subjects) user.publish(subject, '{}');
    user.publish(MARKER, '{}');
    const all = await received.until((seen) => seen.includes(MARKER));
    subscription.unsubscribe();
    return all.filter((subject) => subjects.includes(subject));
  }

  /** Subscribes as the user and returns the subjects of the messages that arrive. */
  async function subscribeAndListReceived(
    subscribed: readonly string[],
    published: readonly string[],
  ): Promise<string[]> {
    const received = new ItemCollector<string>();
    const ownInbox = `_INBOX_${service}.marker`;
    for (const subject of [...subscribed, ownInbox])
      user.subscribe(subject, { callback: (error, { subject: from }) => (error ? undefined : received.add(from)) });
    await user.flush();
    for (const subject of published) developer.publish(subject, '{}');
    developer.publish(ownInbox, '{}');
    return (await received.until((seen) => seen.includes(ownInbox))).filter((subject) => subject !== ownInbox);
  }

  it('can call the contracts that declare it, and no other contracts', async () => {
    const all = [...contracts.values()];
    const declared = all.filter((contract) => mayCall(service, contract)).map(({ subject }) => subject);
    expect((await publishAndListAccepted(all.map(({ subject }) => subject))).toSorted()).toEqual(declared.toSorted());
  });

  it('cannot answer the requests of another service', async () => {
    const subjects = [...contracts.values()]
      .map(({ subject }) => subject)
      .filter((each) => !each.includes(`.${service}.`));
    const patterns = ['rpc.>', '>', ...otherPublishers.map((other) => `rpc.${other}.>`), ...subjects];
    expect(await subscribeAndListReceived(patterns, subjects)).toEqual([]);
  });

  it('cannot publish the events of another service', async () => {
    const subjects = otherPublishers.map((other) => `evt.${other}.thing.made.v1`);
    expect(await publishAndListAccepted(subjects)).toEqual([]);
  });

  it('cannot read the inbox of another user, nor events without a consumer', async () => {
    const inboxes = [...serviceNames, 'events', 'operator'].filter((name) => name !== service);
    const published = [
      ...inboxes.map((name) => `_INBOX_${name}.secret`),
      ...otherPublishers.map((other) => `evt.${other}.thing.made.v1`),
      ...otherPublishers.map((other) => `sync.access.${other}.process`),
    ];
    const patterns = ['_INBOX.>', '*.>', '*.*', 'evt.>', 'sync.>', ...published];
    expect(await subscribeAndListReceived(patterns, published)).toEqual([]);
  });

  it('cannot create, change, read or delete any stream, not even its own', async () => {
    const before = await streamsOf(manager);
    const foreignSubjects = otherPublishers.flatMap((other) =>
      ['CREATE', 'UPDATE', 'DELETE', 'PURGE', 'MSG.GET', 'MSG.DELETE', 'SNAPSHOT'].map(
        (operation) => `$JS.API.STREAM.${operation}.${streamOf(other)}`,
      ),
    );
    const ownSubjects = ['CREATE', 'UPDATE', 'DELETE', 'PURGE', 'MSG.DELETE'].map(
      (operation) => `$JS.API.STREAM.${operation}.${streamOf(service)}`,
    );
    // The gateway has no stream.
    const allowedSubjects = service === 'gateway' ? [] : [`$JS.API.STREAM.INFO.${streamOf(service)}`];
    expect(
      await publishAndListAccepted([
        ...foreignSubjects,
        ...ownSubjects,
        '$JS.API.STREAM.CREATE.EVT_OTHER',
        ...allowedSubjects,
      ]),
    ).toEqual(allowedSubjects);
    expect(await streamsOf(manager)).toEqual(before);
  });

  it('cannot create any consumer, and cannot use, change or delete the consumer of another service', async () => {
    const otherConsumer = otherPublishers[0]!;
    const source = streamOf(otherPublishers[1]!);
    const consumer = `${otherConsumer}__${otherPublishers[1]}`;
    const subjects = [
      `$JS.API.CONSUMER.CREATE.${source}.${consumer}`,
      `$JS.API.CONSUMER.CREATE.${source}.${consumer}.evt.${otherPublishers[1]}.all`,
      `$JS.API.CONSUMER.CREATE.${source}`,
      `$JS.API.CONSUMER.DURABLE.CREATE.${source}.${consumer}`,
      `$JS.API.CONSUMER.MSG.NEXT.${source}.${consumer}`,
      `$JS.API.CONSUMER.DELETE.${source}.${consumer}`,
      `$JS.API.CONSUMER.DELETE.${source}.${service}__${otherPublishers[1]}`,
      ...otherPublishers.flatMap((other) => [
        `$JS.API.CONSUMER.CREATE.${streamOf(other)}.${service}__${other}`,
        `$JS.API.CONSUMER.CREATE.${streamOf(other)}.${service}__${other}.evt.${other}.>`,
        `$JS.API.CONSUMER.DURABLE.CREATE.${streamOf(other)}.${service}__${other}`,
      ]),
      `$JS.ACK.${source}.${consumer}.1.1.1.1.1`,
    ];
    expect(await publishAndListAccepted(subjects)).toEqual([]);
  });
});

describe('the creation of streams and consumers for the services', () => {
  /** Settings that would carry messages of other subjects, in requests with the stolen password of a service. */
  const dangerousSettings = {
    subjects: ['rpc.>'],
    republish: { src: '>', dest: 'rpc.billing.charge.create.v1' },
    sources: [{ name: 'EVT_BILLING' }],
    mirror: { name: 'EVT_BILLING' },
    subject_transform: { src: '>', dest: 'rpc.billing.charge.create.v1' },
    deliver_subject: 'rpc.billing.charge.create.v1',
    filter_subject: 'rpc.>',
  };
  let teams: NatsConnection;
  beforeEach(async () => {
    teams = await connect({ ...brokerAddress(broker.urlOf('teams')), inboxPrefix: '_INBOX_teams' });
  });
  afterEach(() => teams.close());
  const requestStream = async (request: object): Promise<unknown> =>
    (await teams.request(CREATE_STREAM_SUBJECT, JSON.stringify(request), { timeout: 10_000 })).json();

  it('uses no setting of the request', async () => {
    await manager.streams.delete('EVT_TEAMS');
    expect(await requestStream({ source: 'teams', ...dangerousSettings, config: dangerousSettings })).toEqual({});
    const { config } = await manager.streams.info('EVT_TEAMS');
    expect(config.subjects).toEqual(['evt.teams.>']);
    for (const setting of ['republish', 'sources', 'mirror', 'subject_transform'])
      expect(config).not.toHaveProperty(setting);
    expect(config).toMatchObject({ deny_delete: true, deny_purge: true });

    expect(
      await requestStream({
        source: 'products',
        durable: 'teams__products',
        ...dangerousSettings,
        config: dangerousSettings,
      }),
    ).toEqual({});
    const consumer = await manager.consumers.info('EVT_PRODUCTS', 'teams__products');
    expect(consumer.config).toMatchObject({ filter_subject: 'evt.products.>', ack_policy: 'explicit' });
    for (const setting of ['deliver_subject', 'filter_subjects']) expect(consumer.config).not.toHaveProperty(setting);
  });

  it('adds atomic batches to a stream of an older version, and changes no other setting', async () => {
    await manager.streams.delete('EVT_TEAMS');
    const older = { name: 'EVT_TEAMS', subjects: ['evt.teams.>'], max_msgs: 7_777, deny_delete: true };
    const before = await manager.streams.add(older);
    expect(await requestStream({ source: 'teams', config: dangerousSettings })).toEqual({});
    const after = await manager.streams.info('EVT_TEAMS');
    const batches = hasAtomicBatches(teams) ? { allow_atomic: true } : {};
    expect(after.config).toEqual({ ...before.config, ...batches, metadata: after.config.metadata });
  });

  it.each([
    ['a consumer with another name', { source: 'products', durable: 'other' }],
    ['a consumer of another stream', { source: 'products', durable: 'teams__billing' }],
    ['a name with a wildcard', { source: 'products', durable: 'teams__>' }],
    ['a request without a service', {}],
  ])('refuses %s', async (_, request) => {
    expect(await requestStream(request)).toEqual({ problem: expect.any(String) });
  });

  it('cannot be answered by a service', async () => {
    const answers = new ItemCollector<Error | null>();
    teams.subscribe(CREATE_STREAM_SUBJECT, { callback: (error) => answers.add(error) });
    const [error] = await answers.untilCount(1);
    expect(error?.message).toMatch(/permissions violation/i);
  });
});

/** Collects the replies to the subject of an operation on streams, to the ordinary subject and to the mapped one. */
function collectReplies(replies: ItemCollector<string>, operation: string): { unsubscribe: () => void } {
  const subscriptions = ['$JS.API', '$JS.streams.API'].map((prefix) =>
    // The subject of a delivered event is the subject of the event.
    developer.subscribe(`${prefix}.${operation}`, { callback: () => replies.add(operation) }),
  );
  return { unsubscribe: () => subscriptions.forEach((subscription) => subscription.unsubscribe()) };
}

describe('a reply of the broker to a subject that a service may not use', () => {
  it.each(['PURGE', 'MSG.DELETE'])('removes no event of a stream (%s)', async (operation) => {
    await manager.streams.delete('EVT_BILLING');
    const teams = await connect(brokerAddress(broker.urlOf('teams')));
    const source = await NatsBus.connect({ url: broker.urlOf('billing'), service: 'billing' });
    await source.eventStore('billing');
    for (const id of ['one', 'two', 'three'])
      await source.publishEvent('evt.billing.thing.made.v1', id, new TextEncoder().encode('{}'));
    // The acknowledgement of each event has a sequence number, as the request to remove events has.
    const removals = new ItemCollector<string>();
    const subject = `$JS.API.STREAM.${operation}.EVT_BILLING`;
    const subscription = collectReplies(removals, `STREAM.${operation}.EVT_BILLING`);
    await developer.flush();
    for (let count = 0; count < 5; count += 1) teams.publish('evt.teams.thing.made.v1', '{}', { reply: subject });
    await removals.untilCount(5);
    subscription.unsubscribe();
    expect((await manager.streams.info('EVT_BILLING')).state.messages).toBe(3);
    await Promise.all([teams.close(), source.close()]);
  });
});

describe('an empty reply of the broker to the subject of an operation that deletes', () => {
  const operations = ['STREAM.DELETE.EVT_BILLING', 'CONSUMER.DELETE.EVT_BILLING.reminders__billing'];
  const prefixes = ['$JS.API', '$JS.streams.API'];
  it.each(operations.flatMap((operation) => prefixes.map((prefix) => ({ prefix, operation }))))(
    'deletes nothing: $prefix $operation',
    async ({ prefix, operation }) => {
      const subject = `${prefix}.${operation}`;
      await manager.streams.delete('EVT_BILLING');
      await manager.streams.add({ name: 'EVT_BILLING', subjects: ['evt.billing.>'] });
      await manager.consumers.add('EVT_BILLING', { durable_name: 'reminders__billing', ack_policy: 'explicit' });
      const thief = await connect(brokerAddress(broker.urlOf('reminders')));
      const replies = new ItemCollector<string>();
      const subscription = collectReplies(replies, operation);
      await developer.flush();
      // No event waits, so the reply is a status without content.
      const next = '$JS.API.CONSUMER.MSG.NEXT.EVT_BILLING.reminders__billing';
      thief.publish(next, '{"no_wait":true,"batch":1}', { reply: subject });
      await replies.untilCount(1);
      subscription.unsubscribe();
      expect((await manager.consumers.info('EVT_BILLING', 'reminders__billing')).name).toBe('reminders__billing');
      await thief.close();
    },
  );
});

it('a connection without a user and a password is refused', async () => {
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

  const handled = new ItemCollector<string>();
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

describe('a compromised service', () => {
  let identity: NatsBus;
  let teams: NatsBus;
  let search: NatsConnection;
  beforeAll(async () => {
    identity = await NatsBus.connect({ url: broker.urlOf('identity'), service: 'identity' });
    teams = await NatsBus.connect({ url: broker.urlOf('teams'), service: 'teams' });
    search = await connect({ ...brokerAddress(broker.urlOf('search')), inboxPrefix: '_INBOX_search' });
  });
  afterAll(() => Promise.all([identity.close(), teams.close(), search.close()]));
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('cannot guess the reply subject of the next request of another service', async () => {
    const seen: string[] = [];
    const subject = changeSubject({ service: 'search', processId: 'p1' });
    search.subscribe(subject, {
      callback: (_, message) => {
        seen.push(message.reply!);
        message.respond(bytes('{}'));
      },
    });
    await search.flush();
    for (let count = 0; count < 2; count += 1) await teams.request(subject, bytes('[]'), {}, 5_000);
    const lastParts = seen.map((reply) => reply.slice(reply.lastIndexOf('.') + 1));
    expect(lastParts).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)]);
    expect(lastParts[0]!.slice(0, 8)).not.toBe(lastParts[1]!.slice(0, 8));
  });

  it('cannot make the stream keeper delete a stream or create a consumer of another service', async () => {
    const keeper = await StreamKeeper.start(broker.urlOf('streams'), () => true);
    const before = await streamsOf(manager);
    search.publish(CREATE_STREAM_SUBJECT, bytes('{"source":"billing"}'), {
      reply: `$JS.API.STREAM.DELETE.${streamOf('billing')}`,
    });
    const request = async (durable: string): Promise<unknown> =>
      decode((await search.request(CREATE_STREAM_SUBJECT, bytes(JSON.stringify({ source: 'billing', durable })))).data);
    expect(await request('teams__billing__1')).toEqual({ problem: 'teams__billing__1 is not a consumer of billing' });
    expect(await streamsOf(manager)).toEqual(before);
    await keeper.stop();
  });

  it('cannot make another service publish with the reply to a request', async () => {
    await identity.serve(getMemberSnapshot.subject, 'identity', async () => bytes('{"error":{"code":"X"}}'));
    const received = new ItemCollector<string>();
    const subscription = developer.subscribe('>', { callback: (_, { subject }) => received.add(subject) });
    await developer.flush();
    const replies = [memberAdded.subject, CLOCK_MOVED_SUBJECT, changeSubject({ service: 'teams', processId: 'p1' })];
    const inbox = '_INBOX_search.last';
    for (const reply of [...replies, inbox]) search.publish(getMemberSnapshot.subject, bytes('{}'), { reply });
    const subjects = await received.until((all) => all.includes(inbox));
    subscription.unsubscribe();
    expect(subjects.filter((subject) => replies.includes(subject))).toEqual([]);
  });
});

it('the process with all services, which connects as the gateway, moves the clock as identity', async () => {
  const [gateway, identity] = await Promise.all(
    ['gateway', 'identity'].map((service) => NatsBus.connect({ url: broker.urlOf(service), service })),
  );
  const registry = new ProcessRegistry(gateway!);
  await registry.start();
  const received: unknown[] = [];
  await registry.subscribe(CLOCK_MOVED_SUBJECT, (data) => received.push(data));
  await expect(registry.notifyAll(CLOCK_MOVED_SUBJECT, { offsetMs: 1 })).rejects.toThrow('Permissions Violation');
  await registry.withBus(identity!).notifyAll(CLOCK_MOVED_SUBJECT, { offsetMs: 2 });
  await waitFor(async () => received.length > 0, 'the notification');
  expect(received).toEqual([{ offsetMs: 2 }]);
  registry.stop();
  await Promise.all([gateway!.close(), identity!.close()]);
});

async function streamsOf(from: JetStreamManager): Promise<unknown[]> {
  const streams: unknown[] = [];
  for await (const { config, created } of from.streams.list()) streams.push({ config, created });
  return streams;
}
