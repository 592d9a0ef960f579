import type { AccessCopy } from '@cordee/access/access-copy';
import type { AccessPart } from '@cordee/contracts/contract';
import { publish, type Cause, type Fact } from '@cordee/outbox/publish';
import type { Relay } from '@cordee/outbox/relay';
import type { EntityManager } from '@mikro-orm/postgresql';

type AfterCommit = () => Promise<void> | void;

/** What a transaction leaves for after its commit. */
export interface After {
  readonly publish: (fact: Fact) => Promise<void>;
  readonly commit: (run: AfterCommit) => void;
}

/** Transactions with facts: whatever is published commits with the rows, and only then do others hear of it. */
export class Transactions {
  constructor(
    private readonly em: EntityManager,
    private readonly relay: Relay,
    private readonly access: AccessCopy,
  ) {}

  /** Resolves when committed, every copy of the access facts has heard of the change, and `after.commit` has run. */
  async run<T>(cause: Cause, work: (em: EntityManager, after: After) => Promise<T>): Promise<T> {
    const changed = new Map<string, { part: AccessPart; organizationId: `org_${string}` }>();
    const waiting: AfterCommit[] = [];
    let hasFacts = false;
    const result = await this.em.fork().transactional((em) =>
      work(em, {
        publish: async (fact) => {
          // The entity's own changes go first: no fact is written for a row that turns out to be refused.
          await em.flush();
          const data = fact.data as { organizationId?: `org_${string}` };
          const organizationId = data.organizationId ?? (cause.organizationId as `org_${string}` | undefined);
          const part = await publish(em, { ...cause, organizationId }, fact);
          hasFacts = true;
          if (part && organizationId) changed.set(`${part} ${organizationId}`, { part, organizationId });
        },
        commit: (run) => waiting.push(run),
      }),
    );
    if (hasFacts) this.relay.kick();
    await Promise.all([...changed.values()].map(({ part, organizationId }) => this.access.changed(part, organizationId)));
    for (const run of waiting) await run();
    return result;
  }
}
