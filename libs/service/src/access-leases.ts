import { ear, type AccessChange } from '@cordee/access/access-change';
import type { Bus } from '@cordee/messaging/bus';
import { encode } from '@cordee/messaging/reply';
import type { EntityManager } from '@mikro-orm/postgresql';

/** How long a process may answer from its copy after it last asked. Who was killed is waited for no longer than this. */
export const LEASE_MS = 3_000;
/** How long a process has to say that it has heard. */
const HEAR_MS = 100;

interface LeaseRow {
  process_id: string;
  left_ms: string;
}

/** The processes that answer from a copy of this service's access facts, kept in its database: all replicas see the same ones. */
export class AccessLeases {
  constructor(
    private readonly em: EntityManager,
    private readonly bus: Bus,
  ) {}

  /**
   * Tells every process with a lease. Resolves when each of them has heard of the changes or has lost its lease. Call it after the commit: a
   * process that gets its lease later reads what was committed.
   */
  async tell(changes: readonly AccessChange[]): Promise<void> {
    if (changes.length === 0) return;
    const em = this.em.fork();
    const holders = await em.execute<LeaseRow[]>(`select process_id, ${leftMs} as left_ms from access_lease where expires_at > clock_timestamp()`);
    const message = encode(changes);
    const silent = (await Promise.all(holders.map(async (holder) => ((await this.hears(holder.process_id, message)) ? [] : [holder.process_id])))).flat();
    if (silent.length === 0) return;
    // From here on a renewal is a new lease, under which everything is asked for again; the old one runs out.
    const broken = await em.execute<LeaseRow[]>(
      `update access_lease set is_broken = true where process_id = any (?::uuid[]) and expires_at > clock_timestamp() returning process_id, ${leftMs} as left_ms`,
      [`{${silent.join(',')}}`],
    );
    await Promise.all(broken.map((lease) => this.waitFor(lease, message)));
  }

  /** Until the process hears after all, or its lease is over. */
  private async waitFor({ process_id, left_ms }: LeaseRow, message: Uint8Array): Promise<void> {
    const end = performance.now() + Number(left_ms);
    while (performance.now() < end) {
      const [heard] = await Promise.all([this.hears(process_id, message), new Promise((resolve) => setTimeout(resolve, Math.min(HEAR_MS, Math.max(0, end - performance.now()))))]);
      if (heard) return;
    }
  }

  private hears(processId: string, message: Uint8Array): Promise<boolean> {
    return this.bus.request(ear(processId), message, {}, HEAR_MS).then(() => true, () => false);
  }
}

const leftMs = `extract(epoch from expires_at - clock_timestamp()) * 1000`;
