import { newest, type AccessRevision } from '@cordee/access/access-revision';
import type { AccessPart } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { countChange } from '@cordee/outbox/access-revisions';
import { publish, type Cause, type Fact } from '@cordee/outbox/publish';
import type { Relay } from '@cordee/outbox/relay';
import { NOBODY } from '@cordee/outbox/tenant-scope';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { AccessLeases, CountedChange } from './access-leases.ts';

type AfterCommit = () => Promise<void> | void;
type OrganizationId = `org_${string}`;

/** Why, and whether somebody waits for it as for a command. */
export type WriteCause = Cause & { isCommand?: boolean };

/** What a transaction leaves for after its commit. */
export interface After {
  readonly publish: (fact: Fact) => Promise<void>;
  readonly commit: (run: AfterCommit) => void;
}

/** What a committed transaction has done besides its result. */
export interface Committed<T> {
  result: T;
  /** How far the access facts of the organization are with it; undefined when it changed none of them. */
  revision: AccessRevision | undefined;
}

/** Transactions with facts: whatever is published commits with the rows, and only then do others hear of it. */
export class Transactions {
  constructor(
    private readonly em: EntityManager,
    private readonly relay: Relay,
    private readonly leases: AccessLeases,
  ) {}

  /** Resolves when committed, every copy of the access facts has heard of the change, and `after.commit` has run. */
  async run<T>(cause: WriteCause, work: (em: EntityManager, after: After) => Promise<T>): Promise<T> {
    return (await this.commit(cause, work)).result;
  }

  /** As `run`, and says how far the access facts of the cause's organization are. */
  async commit<T>(cause: WriteCause, work: (em: EntityManager, after: After) => Promise<T>): Promise<Committed<T>> {
    const changed = new ChangedFacts();
    const waiting: AfterCommit[] = [];
    let hasFacts = false;
    let changes: CountedChange[] = [];
    const result = await this.em.fork().transactional(async (em) => {
      const done = await work(em, {
        publish: async (fact) => {
          // The entity's own changes go first: no fact is written for a row that turns out to be refused.
          await em.flush();
          const organizationId =
            (fact.data as { organizationId?: OrganizationId }).organizationId ??
            (cause.organizationId as OrganizationId | undefined);
          await publish(em, { ...cause, organizationId }, fact);
          hasFacts = true;
          changed.add(fact, organizationId);
        },
        commit: (run) => waiting.push(run),
      });
      await em.flush();
      changes = await changed.count(em, cause.now);
      return done;
    });
    if (hasFacts) this.relay.kick();
    if (changes.length > 0) await this.leases.tell(changes);
    // What changes nothing may repeat a call that was cut off before anybody was told.
    else if (cause.isCommand)
      await this.leases.tellUntold(cause.organizationId ? toUuid(cause.organizationId as OrganizationId) : NOBODY);
    for (const run of waiting) await run();
    return { result, revision: revisionOf(changes, cause.organizationId) };
  }
}

/** What of the access facts a transaction has changed. */
class ChangedFacts {
  private readonly entities = new Map<OrganizationId, { part: AccessPart; ids: string[] }>();
  private readonly sessionIds: string[] = [];

  add({ event, data, alsoChanges = [] }: Fact, organizationId: OrganizationId | undefined): void {
    const id = String((data as Record<string, unknown>)[event.entity]);
    if (event.changesAccess === 'sessions') this.sessionIds.push(id);
    else if (event.changesAccess && organizationId) {
      const known = this.entities.get(organizationId) ?? { part: event.changesAccess, ids: [] };
      for (const each of [id, ...alsoChanges]) known.ids.push(each);
      this.entities.set(organizationId, known);
    }
  }

  /** Last before the commit; organizations in one order, so that nobody waits for each other. */
  async count(em: EntityManager, now: Date): Promise<CountedChange[]> {
    const changes: CountedChange[] = [];
    if (this.sessionIds.length > 0) {
      const revision = await countChange(em, NOBODY, this.sessionIds, now);
      changes.push(
        ...this.sessionIds.map((sessionId) => ({
          change: { part: 'sessions' as const, sessionId },
          organizationUuid: NOBODY,
          revision,
        })),
      );
    }
    for (const [organizationId, { part, ids }] of [...this.entities].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const organizationUuid = toUuid(organizationId);
      const revision = await countChange(em, organizationUuid, ids, now);
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
