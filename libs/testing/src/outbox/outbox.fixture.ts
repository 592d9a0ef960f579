import { event as declareEvent } from '@cordee/contracts/contract';
import type { Bus } from '@cordee/messaging/bus';
import { LocalBus } from '@cordee/messaging/local-bus';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import { decode } from '@cordee/messaging/reply';
import { domainEvent, toPendingEvent, writeEvents, type EventMetadata, type DomainEvent } from '@cordee/outbox/publish';
import { Relay } from '@cordee/outbox/relay';
import { createOutboxRunner } from '@cordee/service/database/locked-outbox';
import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';
import { openOrm, sendAhead } from '@cordee/service/database/orm';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import * as z from 'zod';
import { createTestDatabase } from '../test-database.ts';
import { serverUrl } from '../test-environment.ts';

export const SERVICE = 'storage';

export const boxMoved = declareEvent({
  subject: 'evt.storage.box.moved.v1',
  summary: 'A box was moved',
  data: z.object({ boxId: z.string(), shelf: z.int() }),
  entity: 'boxId',
  example: { boxId: 'a', shelf: 1 },
});
export const boxMovedEvent = (boxId: string, shelf: number): DomainEvent => domainEvent(boxMoved, { boxId, shelf });

const tablesMigration = migration(
  '0001_storage',
  `
create table box (organization_id uuid not null, id text not null, primary key (organization_id, id));
${protectTenantTables(SERVICE, [{ name: 'box' }])}`,
);

/** The outbox tables in a separate database, accessed with the roles of a service. */
export class OutboxFixture {
  private constructor(
    readonly orm: MikroORM,
    /** Connected as the administrator of the database. */
    readonly admin: Client,
    private readonly drop: () => Promise<void>,
  ) {}

  static async start(): Promise<OutboxFixture> {
    const urls = await createTestDatabase(SERVICE, [tablesMigration]);
    const url = new URL(serverUrl('DATABASE_ADMIN_URL'));
    url.pathname = new URL(urls.runtime).pathname;
    const admin = new Client({ connectionString: url.href });
    await admin.connect();
    const orm = await openOrm({ url: urls.runtime, entities: [], poolSize: 25 });
    return new OutboxFixture(orm, admin, () => urls.drop());
  }

  transaction<T>(work: (em: EntityManager) => Promise<T> | T): Promise<T> {
    return this.orm.em.fork().transactional(async (em) => work(em));
  }

  /** Writes events to the outbox in a transaction of their own. */
  async commitEvents(...events: DomainEvent[]): Promise<void> {
    await this.transaction((em) => {
      for (const event of events) this.sendEvent(em, event);
    });
  }

  /** Writes an event to the outbox in the transaction of the spec. */
  sendEvent(em: EntityManager, event: DomainEvent, metadata: Partial<EventMetadata> = {}): void {
    const fullMetadata = { actorId: 'service:storage', requestId: 'r', now: new Date(), ...metadata };
    // A single event is sent in the same turn of the event loop.
    void writeEvents((sql, parameters) => sendAhead(em, sql, parameters), [toPendingEvent(fullMetadata, event)]);
  }

  relay(
    bus: Bus,
    logError: (error: unknown) => void = (error) => {
      throw error;
    },
  ): Relay {
    return new Relay({ service: SERVICE, bus, withOutbox: createOutboxRunner(this.orm.em, SERVICE), logError });
  }

  async empty(): Promise<void> {
    await this.admin.query('truncate outbox, outbox_store, outbox_sequence, inbox, idempotency_key');
  }

  async stop(): Promise<void> {
    await this.orm.close();
    await this.admin.end();
    await this.drop();
  }
}

/** Records published events, and runs hooks of the spec before and after each publish. */
export class RecordingBus extends LocalBus {
  readonly stored: { id: string; event: CloudEvent<{ boxId: string; shelf: number }> }[] = [];
  beforePublish: (event: CloudEvent<{ boxId: string; shelf: number }>) => Promise<void> | void = () => undefined;
  afterPublish: () => Promise<void> | void = () => undefined;

  override async publishEvent(_subject: string, id: string, data: Uint8Array): Promise<void> {
    const event = decode(data) as CloudEvent<{ boxId: string; shelf: number }>;
    await this.beforePublish(event);
    this.stored.push({ id, event });
    await this.afterPublish();
  }

  /** `box/sequence` of the published events, in order. */
  get names(): string[] {
    return this.stored.map(({ event }) => `${event.subject}/${event.sequence}`);
  }
}
