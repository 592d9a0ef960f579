import type { AccessCache } from '@cordee/access/access-cache';
import { newerRevision, readRevision, writeRevision, type AccessRevision } from '@cordee/access/access-revision';
import { ownedAccessPart } from '@cordee/contracts/access-lease';
import type { AccessPart } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { roundTripsOf, sendAhead } from './database/orm.ts';
import { incrementRevision, readRevisions } from './database/access-revisions.ts';
import {
  toPendingEvent,
  writeEvents,
  type EventMetadata,
  type DomainEvent,
  type PendingEvent,
} from '@cordee/outbox/publish';
import type { Relay } from '@cordee/outbox/relay';
import { NO_ORGANIZATION } from './database/tenant-context.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ChangeWithRevision, GrantedLeases } from './granted-leases.ts';

/** A transaction writes its events to the outbox at the latest when it has this number of events. */
const MAX_PENDING_EVENTS = 1_000;

type AfterCommit = () => Promise<void> | void;
type OrganizationId = `org_${string}`;

interface UnwrittenEvent {
  readonly pendingEvent: PendingEvent;
  /** The access revision of the event whose reaction publishes this event. */
  readonly handledRevision: string | undefined;
}

export type WriteMetadata = EventMetadata & { isCommand?: boolean };

/**
 * Publishes one or more domain events when the transaction commits, in this order. `time` is the time of the events; by
 * default, the time of the call. Thousands of events cost a few statements.
 */
export type Publish = (events: DomainEvent | readonly DomainEvent[], time?: Date) => Promise<void>;

/** The hooks with which the work of a transaction registers events and callbacks for the commit. */
export interface TransactionHooks {
  readonly publish: Publish;
  /** Returns a function that publishes events with other metadata than the metadata of the transaction. */
  readonly publishWith: (metadata: EventMetadata) => Publish;
  readonly afterCommit: (run: AfterCommit) => void;
  /** Marks the command as a repeat of a command that has committed. */
  markAsRepeat(): void;
}

export interface CommittedTransaction<T> {
  result: T;
  /** The access revision of the organization after the commit; undefined when access data has not changed. */
  revision: AccessRevision | undefined;
  /** The round trips of the transaction to PostgreSQL. */
  roundTrips: number;
  /** Resolves after the confirmation of every access cache and the callbacks of `afterCommit`. */
  finish: () => Promise<void>;
}

export interface TransactionsDependencies {
  service: string;
  em: EntityManager;
  relay: Relay;
  leases: GrantedLeases;
  access: Pick<AccessCache, 'revisionOf'>;
}

/**
 * Runs transactions with domain events. The events commit with the rows; afterwards, access caches are notified and the
 * relay publishes the events.
 */
export class Transactions {
  /** The part of the access data that this service owns; undefined when it owns none. */
  private readonly ownedPart: AccessPart | undefined;

  constructor(private readonly dependencies: TransactionsDependencies) {
    this.ownedPart = ownedAccessPart(dependencies.service);
  }

  /**
   * Runs a transaction. Resolves after the commit, the confirmation of every access cache and the callbacks of
   * `afterCommit`.
   */
  async run<T>(metadata: WriteMetadata, work: (em: EntityManager, hooks: TransactionHooks) => Promise<T>): Promise<T> {
    const { result, finish } = await this.runUntilCommit(metadata, work);
    await finish();
    return result;
  }

  /**
   * Like `run`, but resolves at the commit. Call `finish` of the result afterwards.
   */
  async runUntilCommit<T>(
    metadata: WriteMetadata,
    work: (em: EntityManager, hooks: TransactionHooks) => Promise<T>,
  ): Promise<CommittedTransaction<T>> {
    const changedAccess = new ChangedAccess();
    const callbacks: AfterCommit[] = [];
    const events: UnwrittenEvent[] = [];
    let hasEvents = false;
    let changes: ChangeWithRevision[] = [];
    let isRepeat = false;
    const { relay, leases } = this.dependencies;
    let transaction: EntityManager | undefined;
    const result = await this.dependencies.em.fork().transactional(async (em) => {
      transaction = em;
      const publishWith =
        (eventMetadata: EventMetadata): Publish =>
        async (published, time = eventMetadata.now) => {
          // Handlers read changed rows by SQL after they have published the event about the change.
          await em.flush();
          for (const event of [published].flat()) {
            const organizationId =
              (event.data as { organizationId?: OrganizationId }).organizationId ??
              (eventMetadata.organizationId as OrganizationId | undefined);
            const pendingEvent = toPendingEvent({ ...eventMetadata, organizationId, now: time }, event);
            events.push({ pendingEvent, handledRevision: eventMetadata.accessRevision });
            changedAccess.add(event, organizationId);
          }
          hasEvents ||= events.length > 0;
          // The events of a service that owns access data wait for the revision of their transaction.
          if (events.length >= MAX_PENDING_EVENTS && !this.ownedPart)
            await this.writeEventsOf(em, events.splice(0), []);
        };
      const workResult = await work(em, {
        publish: publishWith(metadata),
        publishWith,
        afterCommit: (run) => callbacks.push(run),
        markAsRepeat: () => {
          isRepeat = true;
        },
      });
      await em.flush();
      changes = await changedAccess.incrementRevisions(em, metadata.now);
      // Runs after the revision is incremented, because each event contains the new revision.
      await this.writeEventsOf(em, events, changes);
      return workResult;
    });
    if (hasEvents) relay.wake();
    const finish = async (): Promise<void> => {
      if (changes.length > 0) await leases.notify(changes);
      // A command without a change may be the repeat of a command that crashed between its commit and the notification.
      else if (metadata.isCommand)
        await leases.notifyPending(
          // A repeated command may have changed other organizations too.
          isRepeat
            ? null
            : metadata.organizationId
              ? toUuid(metadata.organizationId as OrganizationId)
              : NO_ORGANIZATION,
        );
      for (const run of callbacks) await run();
    };
    return {
      result,
      revision: revisionOf(changes, metadata.organizationId),
      roundTrips: roundTripsOf(transaction!),
      finish,
    };
  }

  private async writeEventsOf(
    em: EntityManager,
    events: readonly UnwrittenEvent[],
    changes: readonly ChangeWithRevision[],
  ): Promise<void> {
    const eventsWithRevisions = await this.addRevisions(em, events, changes);
    await writeEvents((sql, parameters) => sendAhead(em, sql, parameters), eventsWithRevisions);
  }

  /**
   * Adds an access revision to each event of an organization. For the part that this service owns, the revision
   * includes this transaction. For the other parts, the event has the newer of two revisions: the revision in the
   * access cache and the revision of the handled event.
   */
  private async addRevisions(
    em: EntityManager,
    events: readonly UnwrittenEvent[],
    changes: readonly ChangeWithRevision[],
  ): Promise<PendingEvent[]> {
    const organizationIds = new Set(
      events.map(({ pendingEvent }) => pendingEvent.organizationid as OrganizationId | undefined),
    );
    const ownRevisions = await this.readOwnRevisions(em, [...organizationIds], changes);
    return events.map(({ pendingEvent, handledRevision }) => {
      const organizationId = pendingEvent.organizationid as OrganizationId | undefined;
      if (!organizationId) return pendingEvent;
      const eventRevision = newerRevision(
        newerRevision(
          this.dependencies.access.revisionOf(organizationId),
          handledRevision ? readRevision(organizationId, handledRevision) : {},
        ),
        ownRevisions.get(organizationId) ?? {},
      );
      const hasRevision = Object.values(eventRevision).some((revision) => revision > 0);
      return hasRevision
        ? { ...pendingEvent, accessrevision: writeRevision(organizationId, eventRevision) }
        : pendingEvent;
    });
  }

  /**
   * Reads the revisions of the part that this service owns. A revision that this transaction has incremented is taken
   * from `changes`.
   */
  private async readOwnRevisions(
    em: EntityManager,
    organizationIds: readonly (OrganizationId | undefined)[],
    changes: readonly ChangeWithRevision[],
  ): Promise<Map<OrganizationId, AccessRevision>> {
    const part = this.ownedPart;
    if (!part) return new Map();
    const ownRevisions = new Map<OrganizationId, AccessRevision>();
    for (const { change } of changes)
      if (change.part !== 'sessions') ownRevisions.set(change.organizationId, { [part]: change.revision });
    const remainingIds = organizationIds.filter(
      (id): id is OrganizationId => id !== undefined && !ownRevisions.has(id),
    );
    if (remainingIds.length === 0) return ownRevisions;
    const revisions = await readRevisions(em, remainingIds.map(toUuid));
    for (const id of remainingIds) ownRevisions.set(id, { [part]: revisions.get(toUuid(id)) ?? 0 });
    return ownRevisions;
  }
}

/** Collects the changes of access data in a transaction. */
class ChangedAccess {
  private readonly entities = new Map<OrganizationId, { part: AccessPart; ids: string[] }>();
  private readonly sessionIds: string[] = [];

  add({ event, data, alsoInvalidates = [] }: DomainEvent, organizationId: OrganizationId | undefined): void {
    const id = String((data as Record<string, unknown>)[event.entity]);
    if (event.invalidatesAccess === 'sessions') this.sessionIds.push(id);
    else if (event.invalidatesAccess && organizationId) {
      const changedEntities = this.entities.get(organizationId) ?? { part: event.invalidatesAccess, ids: [] };
      for (const each of [id, ...alsoInvalidates]) changedEntities.ids.push(each);
      this.entities.set(organizationId, changedEntities);
    }
  }

  /**
   * Increments the access revision of each changed organization. Call this method just before the commit. The fixed
   * order of organizations avoids deadlocks.
   */
  async incrementRevisions(em: EntityManager, now: Date): Promise<ChangeWithRevision[]> {
    const changes: ChangeWithRevision[] = [];
    if (this.sessionIds.length > 0) {
      const revision = await incrementRevision(em, NO_ORGANIZATION, this.sessionIds, now);
      changes.push(
        ...this.sessionIds.map((sessionId) => ({
          change: { part: 'sessions' as const, sessionId },
          organizationUuid: NO_ORGANIZATION,
          revision,
          afterRevision: revision - 1,
        })),
      );
    }
    for (const [organizationId, { part, ids }] of [...this.entities].sort(([left], [right]) =>
      left < right ? -1 : 1,
    )) {
      const organizationUuid = toUuid(organizationId);
      const revision = await incrementRevision(em, organizationUuid, ids, now);
      changes.push({ change: { part, organizationId, revision }, organizationUuid, revision, afterRevision: 0 });
    }
    return changes;
  }
}

function revisionOf(
  changes: readonly ChangeWithRevision[],
  organizationId: string | undefined,
): AccessRevision | undefined {
  const revisions = changes.flatMap(({ change }) =>
    change.part !== 'sessions' && change.organizationId === organizationId ? [{ [change.part]: change.revision }] : [],
  );
  return revisions.length > 0 ? revisions.reduce(newerRevision) : undefined;
}
