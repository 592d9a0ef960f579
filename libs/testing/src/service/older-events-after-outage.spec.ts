import type { CloudEvent } from '@cordee/contracts/cloud-event';
import { cloudEventType, dataSchemaOf } from '@cordee/contracts/cloud-event';
import { event, type EventData } from '@cordee/contracts/contract';
import { idSchema, newId, toUuid } from '@cordee/contracts/id';
import type { Consumption, EventDelivery, Verdict } from '@cordee/messaging/bus';
import { LocalBus } from '@cordee/messaging/local-bus';
import { encode } from '@cordee/messaging/reply';
import { ServiceConfig } from '@cordee/service/config';
import { migration } from '@cordee/service/database/migration';
import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import * as z from 'zod';
import { TestService } from '../test-service.ts';

const SERVICE = 'harbour';
/** More deliveries than an event may wait for an older event: the database was down for a quarter of an hour. */
const ATTEMPT_AFTER_OUTAGE = 1_000;

const organizationId = newId('org', new Date(0));
const shipMoved = event({
  subject: 'evt.ships.ship.moved.v1',
  summary: 'A ship was moved',
  data: z.object({ organizationId: idSchema('org'), shipId: z.string(), place: z.int() }),
  entity: 'shipId',
  example: { organizationId, shipId: 's', place: 1 },
});

@Controller()
class ShipReactions {
  @Consumes(shipMoved)
  async move({ data }: CloudEvent<EventData<typeof shipMoved>>, { em }: ReactionContext): Promise<void> {
    await em.execute(`insert into move (organization_id, ship, place) values (?, ?, ?)`, [
      toUuid(data.organizationId),
      data.shipId,
      data.place,
    ]);
  }
}

@Module({ controllers: [ShipReactions] })
class ShipModule {}

const tablesMigration = migration(
  '0001_move',
  `create table move (
     organization_id uuid not null,
     number bigint generated always as identity,
     ship text not null,
     place integer not null
   );
   ${protectTenantTables(SERVICE, [{ name: 'move' }])}`,
);

let test: TestService;
let consumption: Consumption;
const handle = (delivery: EventDelivery): Promise<Verdict> => consumption.handle(delivery);
beforeAll(async () => {
  const consume = jest.spyOn(LocalBus.prototype, 'consume');
  test = await TestService.start({
    name: SERVICE,
    config: ServiceConfig,
    entities: [],
    migrations: [tablesMigration],
    module: ShipModule,
  });
  consumption = consume.mock.calls.map(([options]) => options).find(({ source }) => source === 'ships')!;
});
afterAll(() => test.stop());
afterEach(() => test.rows('truncate move'));

function deliveryOf(shipId: string, sequence: number, attempt: number): EventDelivery {
  const body: CloudEvent = {
    specversion: '1.0',
    id: newId('evt', new Date()),
    source: '/ships',
    type: cloudEventType(shipMoved),
    subject: shipId,
    time: new Date().toISOString(),
    dataschema: dataSchemaOf(shipMoved),
    datacontenttype: 'application/json',
    organizationid: organizationId,
    actorid: 'service:ships',
    requestid: 'test',
    sequence,
    data: { organizationId, shipId, place: sequence },
  };
  return { subject: shipMoved.subject, data: encode(body), headers: {}, attempt };
}

const placesOf = async (shipId: string): Promise<unknown[]> =>
  (await test.rows('select place from move where ship = $1 order by number', [shipId])).map(({ place }) => place);

it('events that failed often during an outage are handled in order afterwards, and none is skipped', async () => {
  const [first, second] = [1, 2].map((sequence) => deliveryOf('a', sequence, ATTEMPT_AFTER_OUTAGE)) as [
    EventDelivery,
    EventDelivery,
  ];
  const retryLater: Verdict = { retryAfterMs: 200 };
  expect(await handle(second)).toEqual(retryLater);
  expect(await handle(first)).toEqual({ done: true });
  expect(await handle(second)).toEqual({ done: true });
  expect(await placesOf('a')).toEqual([1, 2]);
});

it('an event whose older event never comes is handled after a minute of waiting', async () => {
  const second = deliveryOf('b', 2, 1);
  let deliveries = 1;
  while (!('done' in (await handle({ ...second, attempt: deliveries })))) deliveries += 1;
  // 301 deliveries that are repeated after 200 ms.
  expect(deliveries).toBe(301);
  expect(await placesOf('b')).toEqual([2]);
});
