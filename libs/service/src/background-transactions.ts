import { toId, type Id, type IdPrefix } from '@cordee/contracts/id';
import { databaseRoles } from './database/platform-tables.ts';
import { setRole } from './database/tenant-context.ts';
import type { Clock } from './clock.ts';
import type { CommandContext } from './handler-decorators.ts';
import type { DueRow } from './jobs.ts';
import { Transactions } from './transactions.ts';

/** The context of a transaction of a job. */
export type WriteContext = Pick<CommandContext, 'em' | 'now' | 'readClock' | 'publish' | 'afterCommit'>;

/** The maximum number of rows that one search for due work returns. The next search returns the remaining rows. */
const BATCH_SIZE = 500;

interface StoredDueRow {
  organization_id: string;
  id: string;
  traceparent?: string | null;
}

/** Runs the transactions of jobs, which do work that becomes due with time. */
export class BackgroundTransactions {
  constructor(
    private readonly service: string,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Runs a transaction as the sweep role, which sees every organization. */
  asSystem<T>(run: (context: WriteContext) => Promise<T>): Promise<T> {
    return this.runAs(databaseRoles(this.service).sweep, `service:${this.service}`, run);
  }

  /** Runs a transaction with the rights of staff, for work that the account has requested. */
  asStaff<T>(accountId: `acc_${string}`, run: (context: WriteContext) => Promise<T>): Promise<T> {
    return this.runAs(databaseRoles(this.service).staff, accountId, run);
  }

  private async runAs<T>(role: string, actorId: string, run: (context: WriteContext) => Promise<T>): Promise<T> {
    const now = this.clock.now();
    const metadata = { actorId, requestId: `sweep-${now.getTime()}`, now };
    return this.transactions.run(metadata, async (em, hooks) => {
      setRole(em, role);
      return run({
        em,
        now,
        readClock: () => this.clock.now(),
        publish: hooks.publish,
        afterCommit: hooks.afterCommit,
      });
    });
  }

  /**
   * Finds due rows as the sweep role. `sql` selects `organization_id` and `id`, and `traceparent` if the rows have it,
   * oldest row first. By default, the only parameter of `sql` is the current time.
   */
  findDue<P extends IdPrefix>(
    prefix: P,
    sql: string,
    parameters: (now: Date) => unknown[] = (now) => [now],
  ): Promise<DueRow<Id<P>>[]> {
    return this.asSystem(async ({ em, now }) => {
      const rows = await em.execute<StoredDueRow[]>(`${sql} limit ?`, [...parameters(now), BATCH_SIZE]);
      return rows.map(({ organization_id, id, traceparent }) => ({
        organizationId: toId('org', organization_id),
        id: toId(prefix, id),
        ...(traceparent ? { traceparent } : {}),
      }));
    });
  }
}
