import { changeSubject, type AccessChange } from '@cordee/access/access-change';
import { accessOwners } from '@cordee/contracts/access-lease';
import type { AccessPart } from '@cordee/contracts/contract';
import { toId } from '@cordee/contracts/id';
import type { Bus } from '@cordee/messaging/bus';
import { encode } from '@cordee/messaging/reply';
import { markNotified, readPendingNotifications } from './database/access-revisions.ts';
import { NO_ORGANIZATION } from './database/tenant-context.ts';
import type { EntityManager } from '@mikro-orm/postgresql';

/** How long a lease lasts after its last renewal: the longest wait for a process that was killed. */
export const LEASE_MS = 3_000;
/** How long a process has to confirm a notification. */
const NOTIFY_TIMEOUT_MS = 100;
/** How often committed changes without notification are looked for. */
const PENDING_EVERY_MS = 5_000;

interface LeaseRow {
  process_id: string;
  left_ms: string;
}

/** A change of access data with the revision that it got. */
export interface CountedChange {
  change: AccessChange;
  organizationUuid: string;
  revision: number;
  /**
   * The notification covers the revisions after this one. A cache loads everything up to the revision of an
   * organization, so there it is 0; a notification of ended sessions covers its own sessions only.
   */
  after: number;
}

/** The leases of access caches, as rows in this service's database: all replicas see the same ones. */
export class AccessLeases {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly service: string,
    private readonly em: EntityManager,
    private readonly bus: Bus,
  ) {}

  /** Repeats notifications that a crash between commit and notification has left out. */
  start(logError: (error: unknown, where: string) => void): void {
    this.timer = setInterval(
      () =>
        void this.notifyPending(null).catch((error: unknown) =>
          logError(error, 'pending notifications of access changes'),
        ),
      PENDING_EVERY_MS,
    );
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /**
   * Notifies every process with a lease. Resolves when each of them has confirmed or has lost its lease. Call it after
   * the commit: a process that gets its lease later reads the committed data.
   */
  async notify(changes: readonly CountedChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.notifyHolders(encode(changes.map(({ change }) => change)));
    await markNotified(this.em.fork(), changes);
  }

  /**
   * Sends pending notifications of one organization, or of all with null. A repeated call must not return before the
   * notifications are confirmed.
   */
  async notifyPending(organizationUuid: string | null): Promise<void> {
    const part = (Object.keys(accessOwners) as AccessPart[]).find((each) => accessOwners[each] === this.service);
    const pending = part ? await readPendingNotifications(this.em.fork(), organizationUuid) : [];
    await this.notify(
      pending.flatMap(({ organizationId, revision, notified, entityIds }): CountedChange[] => {
        const counted = { organizationUuid: organizationId, revision, after: notified };
        if (organizationId === NO_ORGANIZATION)
          return entityIds.map((sessionId) => ({ ...counted, change: { part: 'sessions', sessionId } }));
        return [{ ...counted, change: { part: part!, organizationId: toId('org', organizationId), revision } }];
      }),
    );
  }

  /** True when the process confirms within the timeout. */
  confirms(processId: string, message: Uint8Array = encode([])): Promise<boolean> {
    return this.bus.request(changeSubject(processId), message, {}, NOTIFY_TIMEOUT_MS).then(
      () => true,
      () => false,
    );
  }

  private async notifyHolders(message: Uint8Array): Promise<void> {
    const em = this.em.fork();
    // The lock waits for renewals in progress: they began before the commit and do not know its data.
    const holders = await em.execute<LeaseRow[]>(
      `with held as (select process_id, expires_at from access_lease for share)
       select process_id, ${leftMs} as left_ms from held where expires_at > clock_timestamp()`,
    );
    const silent = (
      await Promise.all(
        holders.map(async (holder) => ((await this.confirms(holder.process_id, message)) ? [] : [holder.process_id])),
      )
    ).flat();
    if (silent.length === 0) return;
    // The next renewal starts a new epoch, in which the cache confirms everything. The old lease runs out.
    const broken = await em.execute<LeaseRow[]>(
      `update access_lease set is_broken = true
       where process_id = any (?::uuid[]) and expires_at > clock_timestamp()
       returning process_id, ${leftMs} as left_ms`,
      [`{${silent.join(',')}}`],
    );
    await Promise.all(broken.map((lease) => this.waitForConfirmation(lease, message)));
  }

  /** Resolves when the process confirms after all or its lease has run out. */
  private async waitForConfirmation({ process_id, left_ms }: LeaseRow, message: Uint8Array): Promise<void> {
    const end = performance.now() + Number(left_ms);
    while (performance.now() < end) {
      const [isConfirmed] = await Promise.all([
        this.confirms(process_id, message),
        new Promise((resolve) =>
          setTimeout(resolve, Math.min(NOTIFY_TIMEOUT_MS, Math.max(0, end - performance.now()))),
        ),
      ]);
      if (isConfirmed) return;
    }
  }
}

const leftMs = `extract(epoch from expires_at - clock_timestamp()) * 1000`;
