import { toId, type Id, type IdPrefix } from '@cordee/contracts/id';
import { databaseRoles } from '@cordee/outbox/platform-tables';
import { enterRole } from '@cordee/outbox/tenant-scope';
import type { Clock } from './clock.ts';
import type { CommandContext } from './handles.ts';
import type { DueRow } from './jobs.ts';
import { Transactions } from './transactions.ts';

export type WorkContext = Pick<CommandContext, 'em' | 'now' | 'publish' | 'afterCommit'>;

/** Rows that one look for what is due finds at most; the next look finds the rest. */
const BATCH = 500;

/** Transactions that no caller and no event begins: what time makes due. */
export class Work {
  constructor(
    private readonly service: string,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** As the sweep role, which sees every organization. */
  async asSweep<T>(run: (context: WorkContext) => Promise<T>): Promise<T> {
    const now = this.clock.now();
    const cause = { actorId: `service:${this.service}`, requestId: `sweep-${now.getTime()}`, now };
    return this.transactions.run(cause, async (em, after) => {
      await enterRole(em, databaseRoles(this.service).sweep);
      return run({ em, now, publish: after.publish, afterCommit: after.commit });
    });
  }

  /** What is due, as the sweep role: `sql` selects `organization_id` and `id` of the rows, oldest first, with the instant as its parameter where nothing else is said. */
  findDue<P extends IdPrefix>(
    prefix: P,
    sql: string,
    parameters: (now: Date) => unknown[] = (now) => [now],
  ): Promise<DueRow<Id<P>>[]> {
    return this.asSweep(async ({ em, now }) => {
      const rows = await em.execute<{ organization_id: string; id: string }[]>(`${sql} limit ?`, [
        ...parameters(now),
        BATCH,
      ]);
      return rows.map((row) => ({ organizationId: toId('org', row.organization_id), id: toId(prefix, row.id) }));
    });
  }
}
