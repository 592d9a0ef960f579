import { changeSubject, type AccessChange } from '@cordee/access/access-change';
import { accessOwners } from '@cordee/contracts/access-lease';
import type { AccessPart } from '@cordee/contracts/contract';
import { toId } from '@cordee/contracts/id';
import type { Bus } from '@cordee/messaging/bus';
import { encode } from '@cordee/messaging/reply';
import { markNotified, readPendingNotifications } from './database/access-revisions.ts';
import { NO_ORGANIZATION } from './database/tenant-context.ts';
import type { EntityManager } from '@mikro-orm/postgresql';

/** How long a process may answer from its copy after it last asked. Who was killed is waited for no longer than this. */
export const LEASE_MS = 3_000;
/** How long a process has to say that it has heard. */
const NOTIFY_TIMEOUT_MS = 100;
/** What was committed and not told is looked for this often. */
const PENDING_EVERY_MS = 5_000;

interface LeaseRow {
  process_id: string;
  left_ms: string;
}

/** A change of access facts, and where it was counted. */
export interface CountedChange {
  change: AccessChange;
  organizationUuid: string;
  revision: number;
}

/** The processes that answer from a copy of this service's access facts, kept in its database: all replicas see the same ones. */
export class AccessLeases {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly service: string,
    private readonly em: EntityManager,
    private readonly bus: Bus,
  ) {}

  /** Looks for changes that nobody was told of, because whoever made them was killed before. */
  start(report: (error: unknown, where: string) => void): void {
    this.timer = setInterval(
      () => void this.notifyPending(null).catch((error: unknown) => report(error, 'untold changes of access')),
      PENDING_EVERY_MS,
    );
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /**
   * Tells every process with a lease. Resolves when each of them has heard of the changes or has lost its lease. Call it after the commit: a
   * process that gets its lease later reads what was committed.
   */
  async notify(changes: readonly CountedChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.notifyHolders(encode(changes.map(({ change }) => change)));
    await markNotified(this.em.fork(), changes);
  }

  /** As `tell`, for what an organization (all of them with null) has that may have been told to nobody: a call that is repeated must not return before. */
  async notifyPending(organizationUuid: string | null): Promise<void> {
    const part = (Object.keys(accessOwners) as AccessPart[]).find((each) => accessOwners[each] === this.service);
    const pending = part ? await readPendingNotifications(this.em.fork(), organizationUuid) : [];
    await this.notify(
      pending.flatMap(({ organizationId, revision, entityIds }): CountedChange[] => {
        const counted = { organizationUuid: organizationId, revision };
        if (organizationId === NO_ORGANIZATION)
          return entityIds.map((sessionId) => ({ ...counted, change: { part: 'sessions', sessionId } }));
        return [{ ...counted, change: { part: part!, organizationId: toId('org', organizationId), revision } }];
      }),
    );
  }

  /** Whether the process hears what it is told. */
  reaches(processId: string, message: Uint8Array = encode([])): Promise<boolean> {
    return this.bus.request(changeSubject(processId), message, {}, NOTIFY_TIMEOUT_MS).then(
      () => true,
      () => false,
    );
  }

  private async notifyHolders(message: Uint8Array): Promise<void> {
    const em = this.em.fork();
    // Locked, so that a renewal that is under way is seen when it is done: it began before it could know of what was committed.
    const holders = await em.execute<LeaseRow[]>(
      `with held as (select process_id, expires_at from access_lease for share) select process_id, ${leftMs} as left_ms from held where expires_at > clock_timestamp()`,
    );
    const silent = (
      await Promise.all(
        holders.map(async (holder) => ((await this.reaches(holder.process_id, message)) ? [] : [holder.process_id])),
      )
    ).flat();
    if (silent.length === 0) return;
    // From here on a renewal is a new term, in which everything is asked for again; the old lease runs out.
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
      const [heard] = await Promise.all([
        this.reaches(process_id, message),
        new Promise((resolve) =>
          setTimeout(resolve, Math.min(NOTIFY_TIMEOUT_MS, Math.max(0, end - performance.now()))),
        ),
      ]);
      if (heard) return;
    }
  }
}

const leftMs = `extract(epoch from expires_at - clock_timestamp()) * 1000`;
