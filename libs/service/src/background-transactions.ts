import { toId, type Id, type IdPrefix } from '@cordee/contracts/id';
import { databaseRoles } from './database/platform-tables.ts';
import { setRole } from './database/tenant-context.ts';
import type { Clock } from './clock.ts';
import type { CommandContext } from './handler-decorators.ts';
import type { DueRow } from './jobs.ts';
import { Transactions } from './transactions.ts';

export type WriteContext = Pick<CommandContext, 'em' | 'now' | 'publish' | 'afterCommit'>;

/** Rows that one look for what is due finds at most; the next look finds the rest. */
const BATCH = 500;

/** Transactions that no caller and no event begins: what time makes due. */
export class BackgroundTransactions {
  constructor(
    private readonly service: string,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** As the sweep role, which sees every organization. */
  async asSystem<T>(run: (context: WriteContext) => Promise<T>): Promise<T> {
    const now = this.clock.now();
    const cause = { actorId: `service:${this.service}`, requestId: `sweep-${now.getTime()}`, now };
    return this.transactions.run(cause, async (em, after) => {
      await setRole(em, databaseRoles(this.service).sweep);
      return run({ em, now, publish: after.publish, afterCommit: after.commit });
    });
  }

  /** What is due, as the sweep role: `sql` selects `organization_id` and `id` of the rows, oldest first, with the instant as its parameter where nothing else is said. */
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
