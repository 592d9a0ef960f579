// Publishes events durably: with the bus of Cordée, and for comparison with the plain client of JetStream.
import { cloudEventType, dataSchemaOf } from '@cordee/contracts/cloud-event';
import { newId } from '@cordee/contracts/id';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { streamOf } from '@cordee/messaging/bus';
import { randomUUID } from 'node:crypto';
import { keepInFlight } from '../harness/closed-loop.mjs';
import { ownCpu } from '../../measurement/cpu.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';
import { connectRaw, rawJetStream, rawJetStreamManager } from '../harness/raw-nats.mjs';
import { itemChanged, sampleText, SOURCE } from './bench-contracts.mjs';

let connection;
let client;
let bus;
handleRequests({ start, publish, publishCount, version, stop: () => Promise.all([bus?.close(), connection?.drain()]) });

async function start() {
  connection = await connectRaw();
  client = rawJetStream(connection);
  bus = await NatsBus.connect({ url: process.env.NATS_URL, service: SOURCE });
  // The first event makes the bus look for the stream.
  await bus.publishEvent(itemChanged.subject, randomUUID(), eventBytes());
}

/** Returns the version of the broker. */
function version() {
  return connection.info.version;
}

const publishers = {
  bare: () => client.publish(itemChanged.subject, eventBytes(), { msgID: randomUUID() }),
  bus: () => bus.publishEvent(itemChanged.subject, randomUUID(), eventBytes()),
};

/** Keeps a number of publishes in flight. Each publish waits for the acknowledgement of the broker. */
async function publish({ publisher, inFlight, ms }) {
  const before = ownCpu();
  const sample = await keepInFlight(inFlight, ms, publishers[publisher]);
  return { ...sample, cpu: ownCpu() - before };
}

/** Publishes this number of events with the plain client. `purgesFirst` first deletes all events of the stream. */
async function publishCount({ count, inFlight, purgesFirst = false }) {
  if (purgesFirst) {
    const manager = await rawJetStreamManager(connection, { checkAPI: false });
    await manager.streams.purge(streamOf(SOURCE));
  }
  const [before, start] = [ownCpu(), performance.now()];
  let started = 0;
  const worker = async () => {
    while ((started += 1) <= count) await publishers.bare();
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { operations: count, ms: performance.now() - start, cpu: ownCpu() - before };
}

/** The bytes of an event about a new item. */
function eventBytes() {
  const now = new Date();
  const itemId = newId('res', now);
  return Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id: newId('evt', now),
      source: `/${SOURCE}`,
      type: cloudEventType(itemChanged),
      subject: itemId,
      time: now.toISOString(),
      dataschema: dataSchemaOf(itemChanged),
      datacontenttype: 'application/json',
      actorid: `service:${SOURCE}`,
      requestid: 'bench',
      sequence: 1,
      data: { itemId, text: sampleText },
    }),
  );
}
