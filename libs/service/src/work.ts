import { databaseRoles } from '@cordee/outbox/platform-tables';
import { enterRole } from '@cordee/outbox/tenant-scope';
import type { Clock } from './clock.ts';
import type { CommandContext } from './handles.ts';
import { Transactions } from './transactions.ts';

export type WorkContext = Pick<CommandContext, 'em' | 'now' | 'publish' | 'afterCommit'>;

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
}
