import { changeSubject, type AccessChange } from '@cordee/access/access-change';
import { ownedAccessPart } from '@cordee/contracts/access-lease';
import { toId } from '@cordee/contracts/id';
import type { Bus } from '@cordee/messaging/bus';
import { encode } from '@cordee/messaging/reply';
import { sqlArray } from '@cordee/outbox/sql-array';
import { commitWithoutWaitingSql, markNotified, readPendingNotifications } from './database/access-revisions.ts';
import { NO_ORGANIZATION } from './database/tenant-context.ts';
import type { EntityManager } from '@mikro-orm/postgresql';

/** How long a lease is valid after its last renewal. A change waits at most this long for a process that was killed. */
export const LEASE_MS = 1_500;
/** The time in which a process must confirm a notification. */
const NOTIFY_TIMEOUT_MS = 250;
/** The interval between searches for committed changes that were not notified. */
const PENDING_EVERY_MS = 5_000;

interface LeaseRow {
  process_id: string;
  service: string;
  remaining_ms: string;
}

/** A change of access data with its revision. */
export interface ChangeWithRevision {
  change: AccessChange;
  organizationUuid: string;
  revision: number;
  /**
   * The notification covers the revisions above this number. For a new change of an organization, it covers all of them
   * (0), because a cache then loads all changes up to `revision`. A notification of ended sessions covers only the
   * sessions that it names. A pending notification covers the revisions above the last notified revision.
   */
  afterRevision: number;
}

/**
 * The leases of access caches. They are rows in the database of this service, so that all replicas see the same leases.
 */
export class GrantedLeases {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly service: string,
    private readonly em: EntityManager,
    private readonly bus: Bus,
  ) {}

  /** Starts to send the notifications that are missing because of a crash between commit and notification. */
  start(logError: (error: unknown, where: string) => void): void {
    const allOrganizations = null;
    this.timer = setInterval(
      () =>
        void this.notifyPending(allOrganizations).catch((error: unknown) =>
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
   * Notifies every process that has a lease. Resolves when each process has confirmed or has lost its lease. Call it
   * after the commit, so that a process that gets its lease later reads the committed data.
   */
  async notify(changes: readonly ChangeWithRevision[]): Promise<void> {
    if (changes.length === 0) return;
    await this.notifyHolders(encode(changes.map(({ change }) => change)));
    await markNotified(this.em.fork(), changes);
  }

  /**
   * Sends the pending notifications of one organization, or of all organizations when `organizationUuid` is null. A
   * repeated command must not return before these notifications are confirmed.
   */
  async notifyPending(organizationUuid: string | null): Promise<void> {
    const part = ownedAccessPart(this.service);
    // A service without access data has no pending notifications.
    const pending = part ? await readPendingNotifications(this.em.fork(), organizationUuid) : [];
    await this.notify(
      pending.flatMap(({ organizationUuid: uuid, revision, notifiedRevision, entityIds }): ChangeWithRevision[] => {
        const revisions = { organizationUuid: uuid, revision, afterRevision: notifiedRevision };
        if (uuid === NO_ORGANIZATION)
          return entityIds.map((sessionId) => ({ ...revisions, change: { part: 'sessions', sessionId } }));
        return [{ ...revisions, change: { part: part!, organizationId: toId('org', uuid), revision } }];
      }),
    );
  }

  /** True when the process confirms within the timeout. The default message contains no changes. */
  confirms(process: { service: string; processId: string }, message: Uint8Array = encode([])): Promise<boolean> {
    return this.bus.request(changeSubject(process), message, {}, NOTIFY_TIMEOUT_MS).then(
      () => true,
      () => false,
    );
  }

  private async notifyHolders(message: Uint8Array): Promise<void> {
    const em = this.em.fork();
    // The lock waits for renewals in progress. Such a renewal began before the commit, so its process may not have the
    // committed data. The statement changes nothing that must survive a crash, so it does not wait for the disk.
    const leases = await em.execute<LeaseRow[]>(
      `with locked_lease as (
         select process_id, service, expires_at from access_lease, ${commitWithoutWaitingSql} for share of access_lease
       )
       select process_id, service, ${remainingMs} as remaining_ms
       from locked_lease where expires_at > clock_timestamp()`,
    );
    const silentProcessIds = (
      await Promise.all(
        leases.map(async (lease) => ((await this.confirms(holderOf(lease), message)) ? [] : [lease.process_id])),
      )
    ).flat();
    if (silentProcessIds.length === 0) return;
    // Marks the leases of these processes as broken. The next renewal starts a new epoch, which is a sequence of leases
    // without a gap. In the new epoch, the cache loads the latest changes before it decides. The call waits until each
    // process has confirmed or its old lease has run out.
    const brokenLeases = await em.execute<LeaseRow[]>(
      `update access_lease set is_broken = true
       where process_id = any (?::uuid[]) and expires_at > clock_timestamp()
       returning process_id, service, ${remainingMs} as remaining_ms`,
      [sqlArray(silentProcessIds)],
    );
    await Promise.all(brokenLeases.map((lease) => this.waitForConfirmation(lease, message)));
  }

  /** Resolves when the process confirms or when its lease has run out. */
  private async waitForConfirmation(lease: LeaseRow, message: Uint8Array): Promise<void> {
    const leaseEnd = performance.now() + Number(lease.remaining_ms);
    while (performance.now() < leaseEnd) {
      const [isConfirmed] = await Promise.all([
        this.confirms(holderOf(lease), message),
        new Promise((resolve) =>
          setTimeout(resolve, Math.min(NOTIFY_TIMEOUT_MS, Math.max(0, leaseEnd - performance.now()))),
        ),
      ]);
      if (isConfirmed) return;
    }
  }
}

const holderOf = ({ service, process_id }: LeaseRow): { service: string; processId: string } => ({
  service,
  processId: process_id,
});

const remainingMs = `extract(epoch from expires_at - clock_timestamp()) * 1000`;
