import { consumeEvents, type ConsumeOptions, type InvalidMessage } from '@cordee/consumer/consume-events';
import { invoicePaid } from '@cordee/contracts/billing/document-events';
import { exampleEvent } from '@cordee/contracts/cloud-event';
import { createConsumerOfTool, deleteConsumerOfTool, listConsumers } from '@cordee/messaging/tool-consumers';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { encode } from '@cordee/messaging/reply';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ItemCollector } from '../item-collector.ts';
import { waitFor } from '../wait-for.ts';
import { PrivateBroker } from './private-broker.ts';

const subject = 'evt.billing.invoice.paid.v1';
const durable = 'warehouse__billing';
const paidEvent = exampleEvent(invoicePaid);

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

let stopping: AbortController;
let handled: ItemCollector<string>;
let problems: unknown[];
let ended: Promise<void> | undefined;
beforeEach(async () => {
  stopping = new AbortController();
  handled = new ItemCollector<string>();
  problems = [];
  await publish('first');
  await createConsumerOfTool(broker.url, { durable, service: 'billing', from: 'new', replacesExisting: true });
});
afterEach(async () => {
  stopping.abort();
  await ended;
});

/** Publishes an event until the broker has stored it, like the relay. `id` is also the id of the request. */
async function publish(id: string, data: Uint8Array = encode({ ...paidEvent, requestid: id })): Promise<void> {
  const isStored = async (): Promise<boolean> =>
    bus.publishEvent(subject, id, data).then(
      () => true,
      () => false,
    );
  await waitFor(isStored, `the publication of ${id}`);
}

const consume = (url: string, options: Pick<ConsumeOptions, 'onInvalid'> = {}): void => {
  const { signal } = stopping;
  const onProblem = (problem: unknown): void => void problems.push(problem);
  ended = consumeEvents({ url, service: 'billing', durable, signal, onProblem, ...options }, async ({ requestid }) =>
    handled.add(requestid),
  );
};

const waitForProblem = async (text: RegExp): Promise<Error> =>
  waitFor(async () => problems.find((problem): problem is Error => text.test(String(problem))), String(text));

it('`consumeEvents` reports that the broker cannot be reached, and continues after the restart', async () => {
  await broker.kill();
  consume(broker.url);
  await waitForProblem(/refused/i);
  await broker.resume();
  await publish('after the start');
  await handled.untilCount(1);
  await broker.kill();
  await waitForProblem(/connection to .* was lost/);
  await broker.resume();
  await publish('after the restart');
  // A killed broker can forget the position of the consumer, and then delivers earlier events again.
  await handled.until((all) => all.includes('after the restart'));
});

it('`consumeEvents` reports that the user is unknown, and starts when the user is added', async () => {
  consume(`nats://warehouse:secret@${new URL(broker.url).host}`);
  await waitForProblem(/authorization/i);
  await broker.addToolUser('warehouse', '{ user: warehouse, password: "secret" }');
  await publish('for the new user');
  await handled.until((all) => all.includes('for the new user'));
});

it('`consumeEvents` names the event that is not valid', async () => {
  consume(broker.url);
  await publish('malformed', encode('no event'));
  const { message, cause } = await waitForProblem(/EVT_BILLING/);
  expect(message).toMatch(/^event \d+ of EVT_BILLING \(evt\.billing\.invoice\.paid\.v1\) is delivered again: /);
  expect(cause).toBeInstanceOf(Error);
});

it('`consumeEvents` gives an invalid message to `onInvalid`, and continues with later events', async () => {
  const invalidMessages: InvalidMessage[] = [];
  consume(broker.url, { onInvalid: async (message) => void invalidMessages.push(message) });
  await publish('no JSON', encode('x').subarray(0, 1));
  await publish('data', encode({ ...paidEvent, data: {} }));
  await publish('valid');
  await handled.until((all) => all.includes('valid'));
  expect(invalidMessages.map(({ text }) => text)).toEqual(['"', expect.stringContaining('"data":{}')]);
  expect(invalidMessages.map(({ cause }) => (cause as Error).name)).toEqual(['SyntaxError', 'ZodError']);
  expect(invalidMessages[0]!.place).toMatch(/^event \d+ of EVT_BILLING \(evt/);
  expect(problems).toEqual([]);
});

it('durable consumers are listed with the number of events that wait, and can be deleted', async () => {
  await bus.publishEvent('evt.products.product.created.v1', 'created', encode({}));
  const created = { durable: 'warehouse__products', service: 'products' };
  await createConsumerOfTool(broker.url, { ...created, from: 'all', replacesExisting: false });
  const listDurables = async (): Promise<unknown> => listConsumers(broker.url, ['teams', 'products', 'billing']);
  const billingConsumer = { durable, service: 'billing', pending: 0 };
  expect(await listDurables()).toMatchObject([{ ...created, pending: 1, redelivered: 0 }, billingConsumer]);
  expect(await deleteConsumerOfTool(broker.url, 'products', created.durable)).toBe(true);
  expect(await deleteConsumerOfTool(broker.url, 'products', created.durable)).toBe(false);
  expect(await listDurables()).toMatchObject([billingConsumer]);
});
