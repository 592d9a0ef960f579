import type { AccessCache } from '@cordee/access/access-cache';
import { newest, readRevision, writeRevision, type AccessRevision } from '@cordee/access/access-revision';
import { accessOwners } from '@cordee/contracts/access-lease';
import type { AccessPart } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
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
import type { AccessLeases, CountedChange } from './access-leases.ts';

type AfterCommit = () => Promise<void> | void;
type OrganizationId = `org_${string}`;

/** Why, and whether somebody waits for it as for a command. */
export type WriteMetadata = EventMetadata & { isCommand?: boolean };

/** What a transaction leaves for after its commit. */
export interface TransactionHooks {
  readonly publish: (fact: DomainEvent) => Promise<void>;
  readonly commit: (run: AfterCommit) => void;
}

/** What a committed transaction has done besides its result. */
export interface Committed<T> {
  result: T;
  /** How far the access facts of the organization are with it; undefined when it changed none of them. */
  revision: AccessRevision | undefined;
}

export interface TransactionsParts {
  service: string;
  em: EntityManager;
  relay: Relay;
  leases: AccessLeases;
  access: Pick<AccessCache, 'revisionOf'>;
}

/** Transactions with facts: whatever is published commits with the rows, and only then do others hear of it. */
export class Transactions {
  constructor(private readonly parts: TransactionsParts) {}

  /** Resolves when committed, every copy of the access facts has heard of the change, and `after.commit` has run. */
  async run<T>(cause: WriteMetadata, work: (em: EntityManager, after: TransactionHooks) => Promise<T>): Promise<T> {
    return (await this.commit(cause, work)).result;
  }

  /** As `run`, and says how far the access facts of the cause's organization are. */
  async commit<T>(
    cause: WriteMetadata,
    work: (em: EntityManager, after: TransactionHooks) => Promise<T>,
  ): Promise<Committed<T>> {
    const changed = new ChangedAccess();
    const waiting: AfterCommit[] = [];
    const events: PendingEvent[] = [];
    let changes: CountedChange[] = [];
    const { relay, leases } = this.parts;
    const result = await this.parts.em.fork().transactional(async (em) => {
      const done = await work(em, {
        publish: async (fact) => {
          // The entity's own changes go first: no fact is written for a row that turns out to be refused.
          await em.flush();
          const organizationId =
            (fact.data as { organizationId?: OrganizationId }).organizationId ??
            (cause.organizationId as OrganizationId | undefined);
          events.push(toPendingEvent({ ...cause, organizationId }, fact));
          changed.add(fact, organizationId);
        },
        commit: (run) => waiting.push(run),
      });
      await em.flush();
      changes = await changed.count(em, cause.now);
      // After counting: an event carries the revision that it leads to.
      await writeEvents(em, await this.withRevisions(em, cause, events, changes));
      return done;
    });
    if (events.length > 0) relay.wake();
    if (changes.length > 0) await leases.notify(changes);
    // What changes nothing may repeat a call that was cut off before anybody was told.
    else if (cause.isCommand)
      await leases.notifyPending(
        cause.organizationId ? toUuid(cause.organizationId as OrganizationId) : NO_ORGANIZATION,
      );
    for (const run of waiting) await run();
    return { result, revision: revisionOf(changes, cause.organizationId) };
  }

  /**
   * Adds an access revision to each event of an organization. Of the part that this service owns it includes this
   * transaction. Of the other parts it is that of the local copy, or that of the event that is reacted to if newer.
   */
  private async withRevisions(
    em: EntityManager,
    { accessRevision }: WriteMetadata,
    events: readonly PendingEvent[],
    changes: readonly CountedChange[],
  ): Promise<PendingEvent[]> {
    const organizationIds = new Set(events.map(({ organizationid }) => organizationid as OrganizationId | undefined));
    const own = await this.readOwn(em, [...organizationIds], changes);
    return events.map((event) => {
      const organizationId = event.organizationid as OrganizationId | undefined;
      if (!organizationId) return event;
      const caused = accessRevision ? readRevision(organizationId, accessRevision) : {};
      const known = newest(newest(this.parts.access.revisionOf(organizationId), caused), own.get(organizationId) ?? {});
      const isKnown = Object.values(known).some((revision) => revision > 0);
      return isKnown ? { ...event, accessrevision: writeRevision(organizationId, known) } : event;
    });
  }

  /** Revisions of the part that this service owns; those that this transaction has counted are known already. */
  private async readOwn(
    em: EntityManager,
    organizationIds: readonly (OrganizationId | undefined)[],
    changes: readonly CountedChange[],
  ): Promise<Map<OrganizationId, AccessRevision>> {
    const part = (Object.keys(accessOwners) as AccessPart[]).find((each) => accessOwners[each] === this.parts.service);
    if (!part) return new Map();
    const own = new Map<OrganizationId, AccessRevision>();
    for (const { change } of changes)
      if (change.part !== 'sessions') own.set(change.organizationId, { [part]: change.revision });
    const others = organizationIds.filter((id): id is OrganizationId => id !== undefined && !own.has(id));
    if (others.length === 0) return own;
    const revisions = await readRevisions(em, others.map(toUuid));
    for (const id of others) own.set(id, { [part]: revisions.get(toUuid(id)) ?? 0 });
    return own;
  }
}

/** What of the access facts a transaction has changed. */
class ChangedAccess {
  private readonly entities = new Map<OrganizationId, { part: AccessPart; ids: string[] }>();
  private readonly sessionIds: string[] = [];

  add({ event, data, alsoInvalidates = [] }: DomainEvent, organizationId: OrganizationId | undefined): void {
    const id = String((data as Record<string, unknown>)[event.entity]);
    if (event.invalidatesAccess === 'sessions') this.sessionIds.push(id);
    else if (event.invalidatesAccess && organizationId) {
      const known = this.entities.get(organizationId) ?? { part: event.invalidatesAccess, ids: [] };
      for (const each of [id, ...alsoInvalidates]) known.ids.push(each);
      this.entities.set(organizationId, known);
    }
  }

  /** Last before the commit; organizations in one order, so that nobody waits for each other. */
  async count(em: EntityManager, now: Date): Promise<CountedChange[]> {
    const changes: CountedChange[] = [];
    if (this.sessionIds.length > 0) {
      const revision = await incrementRevision(em, NO_ORGANIZATION, this.sessionIds, now);
      changes.push(
        ...this.sessionIds.map((sessionId) => ({
          change: { part: 'sessions' as const, sessionId },
          organizationUuid: NO_ORGANIZATION,
          revision,
        })),
      );
    }
    for (const [organizationId, { part, ids }] of [...this.entities].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const organizationUuid = toUuid(organizationId);
      const revision = await incrementRevision(em, organizationUuid, ids, now);
      changes.push({ change: { part, organizationId, revision }, organizationUuid, revision });
    }
    return changes;
  }
}

function revisionOf(changes: readonly CountedChange[], organizationId: string | undefined): AccessRevision | undefined {
  const own = changes.flatMap(({ change }) =>
    change.part !== 'sessions' && change.organizationId === organizationId ? [{ [change.part]: change.revision }] : [],
  );
  return own.length > 0 ? own.reduce(newest) : undefined;
}
