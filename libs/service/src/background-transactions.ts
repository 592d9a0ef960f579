import { toId, type Id, type IdPrefix } from '@cordee/contracts/id';
import { databaseRoles } from './database/platform-tables.ts';
import { setRole } from './database/tenant-context.ts';
import type { Clock } from './clock.ts';
import type { CommandContext } from './handler-decorators.ts';
import type { DueRow } from './jobs.ts';
import { Transactions } from './transactions.ts';

export type WriteContext = Pick<CommandContext, 'em' | 'now' | 'publish' | 'afterCommit'>;

/** The most rows of one search for due work; the next search finds the rest. */
const BATCH = 500;

/** Transactions of jobs: work that becomes due with time. */
export class BackgroundTransactions {
  constructor(
    private readonly service: string,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Runs as the sweep role, which sees every organization. */
  async asSystem<T>(run: (context: WriteContext) => Promise<T>): Promise<T> {
    const now = this.clock.now();
    const metadata = { actorId: `service:${this.service}`, requestId: `sweep-${now.getTime()}`, now };
    return this.transactions.run(metadata, async (em, after) => {
      await setRole(em, databaseRoles(this.service).sweep);
      return run({ em, now, publish: after.publish, afterCommit: after.commit });
    });
  }

  /**
   * Finds due rows as the sweep role. `sql` selects `organization_id` and `id`, oldest first; its parameter is the
   * time.
   */
  findDue<P extends IdPrefix>(
    prefix: P,
    sql: string,
    parameters: (now: Date) => unknown[] = (now) => [now],
  ): Promise<DueRow<Id<P>>[]> {
    return this.asSystem(async ({ em, now }) => {
      const rows = await em.execute<{ organization_id: string; id: string }[]>(`${sql} limit ?`, [
        ...parameters(now),
        BATCH,
      ]);
      return rows.map((row) => ({ organizationId: toId('org', row.organization_id), id: toId(prefix, row.id) }));
    });
  }
}
