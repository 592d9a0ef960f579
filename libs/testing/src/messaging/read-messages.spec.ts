import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { readEvents } from '@cordee/messaging/read-events';
import { readMessages, type ReadOptions } from '@cordee/messaging/read-messages';
import { encode } from '@cordee/messaging/reply';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ItemCollector } from '../item-collector.ts';
import { PrivateBroker } from './private-broker.ts';

let broker: PrivateBroker;
let bus: NatsBus;
beforeAll(async () => {
  broker = await PrivateBroker.start();
  bus = await NatsBus.connect({ url: broker.url, service: 'writer' });
});
afterAll(async () => {
  await bus.close();
  await broker.remove();
});

let service: string;
let stopping: AbortController;
beforeEach(() => {
  service = `reader${randomBytes(4).toString('hex')}`;
  stopping = new AbortController();
});
afterEach(() => stopping.abort());

const write = async (name: string, entity = 'thing', owner = service): Promise<void> =>
  bus.publishEvent(`evt.${owner}.${entity}.said.v1`, `${owner} ${name}`, encode({ name }));
const nameIn = (data: Uint8Array): string => (JSON.parse(new TextDecoder().decode(data)) as { name: string }).name;

async function readStored(options: Omit<ReadOptions, 'follow'> = {}): Promise<string[]> {
  const names: string[] = [];
  for await (const { data } of readMessages(broker.url, { filter: service, ...options, follow: false }))
    names.push(nameIn(data));
  return names;
}

function follow(options: Omit<ReadOptions, 'follow'> = {}): { names: ItemCollector<string>; ended: Promise<void> } {
  const names = new ItemCollector<string>();
  const ended = (async () => {
    for await (const { data } of readMessages(broker.url, {
      filter: service,
      signal: stopping.signal,
      ...options,
      follow: true,
    }))
      names.add(nameIn(data));
  })();
  return { names, ended };
}

/** Writes repeatedly until the follower has received a message, because no signal tells that following has started. */
async function writeUntilReceived(names: ItemCollector<string>, name: string): Promise<void> {
  for (let attempt = 0; !names.all.some((received) => received.startsWith(name)); attempt += 1)
    await write(`${name} ${attempt}`);
}

/** An instant after all stored messages, whose timestamps are in milliseconds. */
async function nextMillisecond(): Promise<Date> {
  const now = Date.now();
  while (Date.now() === now) await setImmediate();
  return new Date();
}

describe('stored messages', () => {
  it('are read to the end, once each and in order', async () => {
    const names = Array.from({ length: 700 }, (_, index) => `n${index}`);
    for (const name of names) await write(name);
    expect(await readStored()).toEqual(names);
  });

  it('are filtered by entity, and reading ends when no message matches', async () => {
    await write('of a thing');
    await write('of another', 'other');
    expect(await readStored({ filter: `${service}.other` })).toEqual(['of another']);
    expect(await readStored({ filter: `${service}.unheard` })).toEqual([]);
    expect(await readStored({ filter: 'nobody' })).toEqual([]);
  });

  it('are read from an instant on, and reading ends when no message matches', async () => {
    await write('before');
    const since = await nextMillisecond();
    await write('after');
    expect(await readStored({ since })).toEqual(['after']);
    expect(await readStored({ since: new Date(Date.now() + 60_000) })).toEqual([]);
  });

  it('are skipped by `readEvents` when they are not events', async () => {
    await bus.publishEvent(`evt.${service}.thing.said.v1`, `${service} text`, new TextEncoder().encode('no JSON {'));
    await write('no event');
    const event = {
      specversion: '1.0',
      id: 'e',
      source: `/${service}`,
      type: `cordee.${service}.thing.said.v1`,
      subject: 'x',
      time: '2026-01-31T09:00:00.000Z',
      dataschema: `urn:cordee:schema:evt.${service}.thing.said.v1`,
      datacontenttype: 'application/json',
      actorid: 'service:test',
      requestid: 'r',
      sequence: 1,
      data: {},
    };
    await bus.publishEvent(`evt.${service}.thing.said.v1`, `${service} event`, encode(event));
    const events: unknown[] = [];
    for await (const { event: read } of readEvents(broker.url, { follow: false, filter: service })) events.push(read);
    expect(events).toEqual([event]);
  });

  it('do not have to be read to the end', async () => {
    for (let index = 0; index < 300; index += 1) await write(`n${index}`);
    for await (const { position } of readMessages(broker.url, { follow: false, filter: service }))
      if (position === 5) break;
  });
});

describe('following', () => {
  it('returns only messages that are written after its start, until it is aborted', async () => {
    await write('old');
    const { names, ended } = follow();
    await writeUntilReceived(names, 'new');
    await write('last');
    await names.until((all) => all.includes('last'));
    expect(names.all).not.toContain('old');
    stopping.abort();
    await ended;
  });

  it('ends immediately when it was aborted before the start', async () => {
    stopping.abort();
    const { ended } = follow();
    await ended;
  });

  it('returns the first message of a stream that is created later', async () => {
    const { names } = follow({ filter: undefined });
    await writeUntilReceived(names, 'now it follows');
    await write('first on another stream', 'thing', `${service}x`);
    await names.until((all) => all.includes('first on another stream'));
  });

  it('continues after a restart of the broker without loss or duplicates', async () => {
    const { names } = follow();
    await writeUntilReceived(names, 'one');
    const countBefore = names.all.length;
    await broker.kill();
    await broker.resume();
    const isWritten = async (): Promise<boolean> =>
      write('two').then(
        () => true,
        () => false,
      );
    while (!(await isWritten()));
    await names.until((all) => all.includes('two'), 30_000);
    expect(names.all.slice(countBefore).filter((name) => name === 'two')).toEqual(['two']);
    expect(new Set(names.all).size).toBe(names.all.length);
  }, 60_000);

  it('returns 2,000 messages in order, although its buffer is smaller', async () => {
    for (let index = 0; index < 2_000; index += 1) await write(`n${index}`);
    const reading = readMessages(broker.url, {
      follow: true,
      since: new Date(0),
      filter: service,
      signal: stopping.signal,
    });
    const positions: number[] = [];
    for await (const { position } of reading) {
      positions.push(position);
      if (positions.length === 2_000) break;
    }
    expect(positions).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1));
  });
});

it('`readMessages` fails immediately without a broker', async () => {
  await expect(readMessages('nats://127.0.0.1:1', { follow: false }).next()).rejects.toThrow();
});
