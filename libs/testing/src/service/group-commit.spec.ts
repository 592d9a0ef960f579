import type { CloudEvent } from '@cordee/contracts/cloud-event';
import { command, event, type EventData, type Input, type Output } from '@cordee/contracts/contract';
import { declareDeadLetterContracts } from '@cordee/contracts/dead-letter';
import { idSchema, newId, toUuid } from '@cordee/contracts/id';
import { domainEvent } from '@cordee/outbox/publish';
import { ServiceConfig } from '@cordee/service/config';
import { migration } from '@cordee/service/database/migration';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { setRole } from '@cordee/service/database/tenant-context';
import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import {
  ConsumesAfterPreparing,
  Handles,
  type CommandContext,
  type ReactionWork,
} from '@cordee/service/handler-decorators';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import * as z from 'zod';
import { PrivateBroker } from '../messaging/private-broker.ts';
import { TestService } from '../test-service.ts';

const SERVICE = 'parcels';
/** The number of transactions that `GroupCommit` runs at the same time. */
const RUNNING_GROUPS = 2;
const { listDeadLetters } = declareDeadLetterContracts(SERVICE);

const data = z.object({ organizationId: idSchema('org'), parcelId: z.string(), text: z.string() });
const example = { organizationId: newId('org', new Date(0)), parcelId: 'a', text: 'books' };
const parcelSent = event({
  subject: 'evt.parcels.parcel.sent.v1',
  summary: 'A parcel was sent',
  data,
  entity: 'parcelId',
  example,
});
const parcelNoted = event({
  subject: 'evt.parcels.parcel.noted.v1',
  summary: 'A parcel was noted',
  data,
  entity: 'parcelId',
  example,
});
const sendParcel = command({
  subject: 'rpc.parcels.parcel.send.v1',
  access: 'service',
  summary: 'Sends a parcel',
  input: data,
  output: z.object({}),
  errors: {},
  example: { input: example, output: {} },
});

/** Reactions to parcels with the text `waits` wait for this promise in their transaction. */
let gate = Promise.withResolvers<void>();
let waitingCount = 0;
/** The number of events that have arrived. */
let arrivedCount = 0;

@Controller()
class ParcelHandlers {
  @Handles(sendParcel)
  async send(input: Input<typeof sendParcel>, { publish }: CommandContext): Promise<Output<typeof sendParcel>> {
    await publish(domainEvent(parcelSent, input));
    return {};
  }

  @ConsumesAfterPreparing(parcelSent)
  async note({ data: parcel }: CloudEvent<EventData<typeof parcelSent>>): Promise<ReactionWork> {
    arrivedCount += 1;
    return async ({ em, publish }) => {
      if (parcel.text === 'waits') {
        waitingCount += 1;
        await gate.promise;
      }
      await em.execute(
        `insert into parcel (organization_id, id, transaction_id, role, context)
         values (?, ?, pg_current_xact_id()::text, current_user, current_setting('cordee.organization_id'))`,
        [toUuid(parcel.organizationId), parcel.parcelId],
      );
      if (parcel.text === 'fails') throw new Error('the label is wet');
      await publish(domainEvent(parcelNoted, parcel));
      if (parcel.text === 'changes the role') setRole(em, databaseRoles(SERVICE).sweep);
    };
  }
}

@Module({ controllers: [ParcelHandlers] })
class ParcelModule {}

const tablesMigration = migration(
  '0001_parcel',
  `create table parcel (
     organization_id uuid not null,
     id text not null,
     transaction_id text not null,
     role text not null,
     context text not null
   );
   ${protectTenantTables(SERVICE, [{ name: 'parcel' }])}`,
);

let broker: PrivateBroker;
let test: TestService;
beforeAll(async () => {
  broker = await PrivateBroker.start();
  test = await TestService.start(
    {
      name: SERVICE,
      config: ServiceConfig,
      entities: [],
      migrations: [tablesMigration],
      module: ParcelModule,
      sharesReactionTransactions: true,
    },
    { NATS_URL: broker.url },
  );
});
afterAll(async () => {
  await test.stop();
  await broker.remove();
});
beforeEach(async () => {
  await test.rows('truncate parcel');
  gate = Promise.withResolvers();
  [waitingCount, arrivedCount] = [0, 0];
});
afterEach(() => gate.resolve());

interface Parcel {
  organizationId: `org_${string}`;
  parcelId: string;
  text: string;
}
let parcelCount = 0;
const newParcel = (text = 'books', organizationId = newId('org', new Date())): Parcel => ({
  organizationId,
  parcelId: `parcel ${(parcelCount += 1)}`,
  text,
});
const send = (parcels: readonly Parcel[]) =>
  Promise.all(parcels.map((parcel) => test.call(sendParcel, parcel, { service: 'test' })));
const readRows = () => test.rows(`select organization_id, id, transaction_id, role, context from parcel order by id`);
const eventsOf = async (subject: string): Promise<Map<string, CloudEvent>> => {
  const rows = await test.rows(`select body from outbox where subject = $1`, [subject]);
  return new Map(rows.map(({ body }) => [(body as CloudEvent).subject, body as CloudEvent]));
};

/** Sends parcels while all transactions wait, so that the reactions to these parcels form a group. */
async function sendAsGroup(parcels: readonly Parcel[]): Promise<void> {
  // One after the other, because events that arrive together share a transaction.
  for (let count = 1; count <= RUNNING_GROUPS; count += 1) {
    await send([newParcel('waits')]);
    await test.until(async () => waitingCount === count, `${count} transactions wait`);
  }
  await send(parcels);
  await test.until(async () => arrivedCount === RUNNING_GROUPS + parcels.length, 'all events have arrived');
  gate.resolve();
}

it('the reactions of a group share a transaction, each with the runtime role and its own tenant context', async () => {
  const parcels = Array.from({ length: 20 }, (_, index) => newParcel(index % 3 === 0 ? 'changes the role' : 'books'));
  await sendAsGroup(parcels);
  const rows = await test.until(async () => {
    const found = await readRows();
    return found.length === parcels.length + RUNNING_GROUPS && found;
  }, 'all parcels are noted');
  expect(rows.every(({ role }) => role === `cordee_${SERVICE}`)).toBe(true);
  expect(rows.filter(({ organization_id, context }) => organization_id !== context)).toEqual([]);
  const ids = new Set(parcels.map(({ parcelId }) => parcelId));
  const transactionIds = rows.filter(({ id }) => ids.has(id as string)).map(({ transaction_id }) => transaction_id);
  expect(transactionIds).toHaveLength(parcels.length);
  expect(new Set(transactionIds).size).toBe(1);
});

it('a reaction publishes events with the organization and the request id of the event that it handles', async () => {
  const parcels = Array.from({ length: 5 }, () => newParcel());
  await sendAsGroup(parcels);
  const { sent, noted } = await test.until(async () => {
    const found = { sent: await eventsOf(parcelSent.subject), noted: await eventsOf(parcelNoted.subject) };
    return parcels.every(({ parcelId }) => found.noted.has(parcelId)) && found;
  }, 'all events are published');
  const requestIds = parcels.map(({ parcelId }) => sent.get(parcelId)!.requestid);
  expect(new Set(requestIds).size).toBe(parcels.length);
  expect(parcels.map(({ parcelId }) => noted.get(parcelId))).toMatchObject(
    parcels.map(({ organizationId }, index) => ({ organizationid: organizationId, requestid: requestIds[index] })),
  );
});

it('when a reaction of a group fails, each reaction runs in its own transaction, and the others run once', async () => {
  const failing = newParcel('fails');
  const parcels = [newParcel(), failing, newParcel(), newParcel()];
  await sendAsGroup(parcels);
  const [letter] = await test.until(async () => {
    const letters = (await test.call(listDeadLetters, {}, { service: 'events' })).data;
    return letters.length > 0 && letters;
  }, 'the event is a dead letter');
  expect(letter).toMatchObject({ reason: 'the label is wet', event: { entity: `/${SERVICE}/${failing.parcelId}` } });
  const rows = await readRows();
  expect(rows.map(({ id }) => id)).not.toContain(failing.parcelId);
  expect(rows).toHaveLength(parcels.length - 1 + RUNNING_GROUPS);
}, 30_000);

it('the events of an organization are handled in the order of the stream, also across groups', async () => {
  const organizationId = newId('org', new Date());
  const parcels = Array.from({ length: 30 }, (_, index) =>
    newParcel('books', index % 2 === 0 ? organizationId : newId('org', new Date())),
  );
  for (const parcel of parcels) await send([parcel]);
  const ownIds = parcels.filter((parcel) => parcel.organizationId === organizationId).map(({ parcelId }) => parcelId);
  const ids = await test.until(async () => {
    const rows = await test.rows(
      `select id from parcel where organization_id = $1 order by transaction_id::bigint, ctid`,
      [toUuid(organizationId)],
    );
    return rows.length === ownIds.length && rows.map(({ id }) => id);
  }, 'all parcels of the organization are noted');
  expect(ids).toEqual(ownIds);
});
