// Publishes events durably: with the bus of Cordée, and for comparison with the plain client of JetStream.
import { cloudEventType, dataSchemaOf } from '@cordee/contracts/cloud-event';
import { newId } from '@cordee/contracts/id';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { hasAtomicBatches } from '@cordee/messaging/atomic-batches';
import { streamOf } from '@cordee/messaging/bus';
import { randomUUID } from 'node:crypto';
import { keepInFlight } from '../harness/closed-loop.mjs';
import { ownCpu } from '../../measurement/cpu.mjs';
import { handleRequests } from '../harness/handle-requests.mjs';
import { publishRawBatch } from '../harness/raw-batches.mjs';
import { connectRaw, rawJetStream, rawJetStreamManager } from '../harness/raw-nats.mjs';
import { itemChanged, sampleText, SOURCE } from './bench-contracts.mjs';

let connection;
let client;
let bus;
handleRequests({
  start,
  publish,
  publishBatches,
  publishCount,
  broker,
  stop: () => Promise.all([bus?.close(), connection?.drain()]),
});

async function start() {
  connection = await connectRaw();
  client = rawJetStream(connection);
  bus = await NatsBus.connect({ url: process.env.NATS_URL, service: SOURCE });
  // The first event makes the bus look for the stream.
  await bus.publishEvent(itemChanged.subject, randomUUID(), eventBytes());
}

/** Returns the version of the broker, and whether it has atomic batches. */
function broker() {
  return { version: connection.info.version, hasBatches: hasAtomicBatches(connection) };
}

const publishers = {
  bare: () => client.publish(itemChanged.subject, eventBytes(), { msgID: randomUUID() }),
  bus: () => bus.publishEvent(itemChanged.subject, randomUUID(), eventBytes()),
};

/** Keeps a number of publishes in flight. Each publish waits for the acknowledgement of the broker. */
async function publish({ publisher, inFlight, ms }) {
  const cpuBefore = ownCpu();
  const sample = await keepInFlight(inFlight, ms, publishers[publisher]);
  return { ...sample, cpu: ownCpu() - cpuBefore };
}

const batchPublishers = {
  bare: (events) => publishRawBatch(client, events),
  bus: async (events) => {
    if (!(await bus.publishBatch(events))) throw new Error('the broker has not stored the batch');
  },
};

/** Keeps a number of batches in flight. */
async function publishBatches({ publisher, size, inFlight, ms }) {
  const cpuBefore = ownCpu();
  const sample = await keepInFlight(inFlight, ms, () => batchPublishers[publisher](newEvents(size)));
  return { ...sample, operations: sample.operations * size, cpu: ownCpu() - cpuBefore };
}

const newEvents = (count) =>
  Array.from({ length: count }, () => ({ subject: itemChanged.subject, id: randomUUID(), data: eventBytes() }));

/** Publishes this number of events with the plain client. `purgesFirst` first deletes all events of the stream. */
async function publishCount({ count, inFlight, batchSize = 1, purgesFirst = false }) {
  if (purgesFirst) {
    const manager = await rawJetStreamManager(connection, { checkAPI: false });
    await manager.streams.purge(streamOf(SOURCE));
  }
  const [cpuBefore, start] = [ownCpu(), performance.now()];
  let started = 0;
  const worker = async () => {
    while ((started += batchSize) <= count) await batchPublishers.bare(newEvents(batchSize));
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { operations: count, ms: performance.now() - start, cpu: ownCpu() - cpuBefore };
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
