import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { AccessPart } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { getMemberSnapshot } from '@cordee/contracts/identity/member';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { AccessChange } from './access-change.ts';
import { readRevision, type AccessRevision } from './access-revision.ts';
import type { Lease } from './lease.ts';
import type { HeldLeases } from './held-leases.ts';
import { OrganizationAccess } from './organization-access.ts';
import type { People } from './people.ts';
import { TypeRightsCache } from './type-rights-cache.ts';

type OrganizationId = `org_${string}`;

const snapshotQueries = { people: getMemberSnapshot, grants: getGrantSnapshot, products: getProductSnapshot } as const;
const PARTS = ['people', 'grants', 'products'] as const satisfies readonly AccessPart[];
/** The maximum number of attempts to load current data. A lost lease causes another attempt. */
const MAX_ATTEMPTS = 10;
/** The revision that `catchUp` assumes for a part that is not cached: its first load returns the newest revision. */
const NEWEST_REVISION = Number.POSITIVE_INFINITY;
/** Eviction stops at this share of the limit, so that the next load does not evict again at once. */
const EVICTION_TARGET = 0.9;

/** The state of one cached part of an organization. */
interface PartState {
  readonly lease: Lease;
  /** Every change up to this revision is in the cache; undefined before the first load. */
  revision: number | undefined;
  /** The newest revision in a notification from the owner or in an event. */
  notifiedRevision: number;
  /** The epoch of the lease under which the part was last loaded or confirmed. */
  epoch: number;
  startedLoadCount: number;
  /** The number of the newest load that has completed. */
  newestCompletedLoad: number;
  loading: Promise<void> | undefined;
}

interface CacheEntry {
  readonly organizationId: OrganizationId;
  readonly access: OrganizationAccess;
  readonly parts: Readonly<Record<AccessPart, PartState>>;
  /** The value of the use counter at the last use. */
  usedAt: number;
}

/**
 * Caches the access snapshots of organizations, one cache per process. The cache loads the snapshots of an organization
 * from the services that own them on first use, applies later changes and evicts the least recently used organizations.
 * While this process has a lease, the owner replies to a command that changes the data only after it has notified this
 * process. Without a lease, the cache asks the owners before each answer (ACC-3).
 */
export class AccessCache {
  private readonly entries = new Map<OrganizationId, CacheEntry>();
  private readonly typeRights: TypeRightsCache;
  private useCount = 0;
  private readonly lookupCounts = { hits: 0, misses: 0 };

  constructor(
    private readonly leases: HeldLeases,
    private readonly rpc: RpcClient,
    /** Approximate limit for all organizations. The organization in use is never evicted. */
    private readonly maxBytes: number,
  ) {
    this.typeRights = new TypeRightsCache(rpc);
  }

  /** Returns the cached access of an organization, or undefined when it is missing or outdated. Makes no request. */
  peek(organizationId: OrganizationId): OrganizationAccess | undefined {
    const entry = this.entries.get(organizationId);
    if (!entry) return undefined;
    const { people, grants, products } = entry.parts;
    const now = performance.now();
    if (!isCurrent(people, now) || !isCurrent(grants, now) || !isCurrent(products, now) || !this.typeRights.isLoaded)
      return undefined;
    entry.usedAt = this.useCount += 1;
    return entry.access;
  }

  /**
   * Returns the current access of an organization, and loads it if necessary. With `parts`, only the listed parts are
   * current; other parts may be missing or outdated.
   */
  async forOrganization(
    organizationId: OrganizationId,
    parts: readonly AccessPart[] = PARTS,
  ): Promise<OrganizationAccess> {
    const areTypeRightsCurrent = this.typeRights.isCurrent(performance.now());
    const cached = areTypeRightsCurrent ? this.peek(organizationId) : undefined;
    this.lookupCounts[cached ? 'hits' : 'misses'] += 1;
    return cached ?? (await this.ensureCurrent(organizationId, parts)).access;
  }

  /**
   * Like `forOrganization`, but always asks the owners: the data is at least as new as this call. Jobs, and queries
   * that jobs send, use this method: no event tells a job which revision the job needs, and work that a job skips
   * because of outdated data is lost.
   */
  async loadNewest(organizationId: OrganizationId, parts: readonly AccessPart[] = PARTS): Promise<OrganizationAccess> {
    const entry = this.entryFor(organizationId);
    const loadCountsBeforeCall = parts.map((part) => entry.parts[part].startedLoadCount);
    const isOlderThanCall = (part: AccessPart, index: number): boolean =>
      entry.parts[part].newestCompletedLoad <= loadCountsBeforeCall[index]!;
    for (let outdated = [...parts]; outdated.length > 0; outdated = parts.filter(isOlderThanCall))
      await Promise.all(outdated.map((part) => this.refresh(entry, part)));
    return (await this.ensureCurrent(organizationId, parts)).access;
  }

  /** Returns the members with their roles and flags, and loads them if necessary. */
  async people(organizationId: OrganizationId): Promise<People> {
    const entry = this.entries.get(organizationId);
    if (!entry || !isCurrent(entry.parts.people, performance.now()))
      return (await this.ensureCurrent(organizationId, ['people'])).access.people;
    entry.usedAt = this.useCount += 1;
    return entry.access.people;
  }

  /**
   * Reloads the cached parts that are older than `minimum`. A part that is not cached needs no reload, because its
   * first use loads the newest data. A part whose first load is in progress is loaded again, because that load may
   * return older data. Throws ACCESS_REVISION_INVALID when `minimum` is newer than the newest revision of an owner.
   */
  async catchUp(organizationId: OrganizationId, minimum: AccessRevision): Promise<void> {
    const parts = this.entries.get(organizationId)?.parts;
    const outdated = PARTS.filter((part) => {
      const state = parts?.[part];
      return state && (state.revision ?? (state.loading ? 0 : NEWEST_REVISION)) < (minimum[part] ?? 0);
    });
    if (outdated.length > 0) await this.ensureCurrent(organizationId, outdated, minimum);
  }

  /**
   * The revision of each cached part: 0 for a part that is not cached, and empty for an organization that is not
   * cached.
   */
  revisionOf(organizationId: OrganizationId): AccessRevision {
    const parts = this.entries.get(organizationId)?.parts;
    return parts
      ? {
          people: parts.people.revision ?? 0,
          grants: parts.grants.revision ?? 0,
          products: parts.products.revision ?? 0,
        }
      : {};
  }

  /** Records a change that an owner has notified. The next use of the part loads the change. */
  onChange(change: Exclude<AccessChange, { part: 'sessions' }>): void {
    const state = this.entries.get(change.organizationId)?.parts[change.part];
    if (state && change.revision > state.notifiedRevision) state.notifiedRevision = change.revision;
  }

  /** Records the access revision of an event: the next answer is based on data that is at least as new. */
  recordEventRevision({ organizationid, accessrevision }: Pick<CloudEvent, 'organizationid' | 'accessrevision'>): void {
    if (organizationid === undefined || accessrevision === undefined) return;
    const organizationId = organizationid as OrganizationId;
    const revision = readRevision(organizationId, accessrevision);
    for (const part of PARTS) this.onChange({ part, organizationId, revision: revision[part] ?? 0 });
  }

  /** The number of calls of `forOrganization` that found current access in the cache, and of the calls that did not. */
  get lookups(): Readonly<{ hits: number; misses: number }> {
    return this.lookupCounts;
  }

  /** The number of cached organizations and their approximate size. */
  get size(): { organizations: number; bytes: number } {
    let bytes = 0;
    for (const { access } of this.entries.values()) bytes += access.sizeInBytes;
    return { organizations: this.entries.size, bytes };
  }

  private async ensureCurrent(
    organizationId: OrganizationId,
    parts: readonly AccessPart[],
    minimum: AccessRevision = {},
  ): Promise<CacheEntry> {
    const entry = this.entryFor(organizationId);
    // The answer may lack changes that are notified during the call. Otherwise, a call for an organization that changes
    // all the time would never have an answer.
    const notifiedAtCall = new Map(parts.map((part) => [part, entry.parts[part].notifiedRevision]));
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const now = performance.now();
      const stale = parts.filter(
        (part) =>
          !includesChangesUpTo(entry.parts[part], notifiedAtCall.get(part)!, now) ||
          entry.parts[part].revision! < (minimum[part] ?? 0),
      );
      // A decision about a product needs the rights of the product type.
      const areTypeRightsStale = parts.includes('products') && !this.typeRights.isCurrent(now);
      if (stale.length === 0 && !areTypeRightsStale) {
        // The cache grows only by a load, and the first attempt returns here without a load.
        if (attempt > 1) this.evict(entry);
        return entry;
      }
      await Promise.all([
        ...stale.map((part) => this.refresh(entry, part)),
        ...(areTypeRightsStale ? [this.typeRights.refresh()] : []),
      ]);
      // The load of the first attempt may have started before this call. The load of a later attempt has started during
      // this call, so a revision above the revision in its answer does not exist.
      if (stale.some((part) => entry.parts[part].revision! < (minimum[part] ?? 0)) && attempt > 1)
        throw new DomainError('ACCESS_REVISION_INVALID', {
          detail: 'the revision is newer than the newest revision of the organization',
        });
    }
    throw new DomainError('SERVICE_UNAVAILABLE', {
      detail: 'the access data cannot be loaded at the moment',
      retryAfter: 1,
    });
  }

  private entryFor(organizationId: OrganizationId): CacheEntry {
    const initialState = (part: AccessPart): PartState => ({
      lease: this.leases.forPart(part),
      revision: undefined,
      notifiedRevision: 0,
      epoch: 0,
      startedLoadCount: 0,
      newestCompletedLoad: 0,
      loading: undefined,
    });
    let entry = this.entries.get(organizationId);
    if (!entry) {
      entry = {
        organizationId,
        access: new OrganizationAccess(this.typeRights.rights),
        parts: { people: initialState('people'), grants: initialState('grants'), products: initialState('products') },
        usedAt: 0,
      };
      this.entries.set(organizationId, entry);
    }
    entry.usedAt = this.useCount += 1;
    return entry;
  }

  private refresh(entry: CacheEntry, part: AccessPart): Promise<void> {
    const state = entry.parts[part];
    state.loading ??= this.load(entry, part, state).finally(() => {
      state.loading = undefined;
    });
    return state.loading;
  }

  /**
   * Loads the changes since the cached revision; the first load reads a complete snapshot. While the pages of a
   * snapshot are read, the data may change, so the changes since the first page are also loaded.
   */
  private async load({ organizationId, access }: CacheEntry, part: AccessPart, state: PartState): Promise<void> {
    // The lease is acquired before the request, so that the owner notifies this process of every change after its
    // answer.
    const epoch = await state.lease.acquire();
    const { notifiedRevision } = state;
    const loadNumber = (state.startedLoadCount += 1);
    const request = (input: { since?: number; cursor?: string; mayPack?: true }) =>
      this.rpc.call(snapshotQueries[part], { organizationId, ...input });
    // Only the pages of grants after the first page are packed.
    const packing = part === 'grants' ? { mayPack: true as const } : {};
    const first = await request(state.revision === undefined ? {} : { since: state.revision });
    if (first.changed === null) {
      const replacement = access.startReplacement(part);
      for (let page = first; ;) {
        // The owner reads the next page while this process adds the page.
        const nextPage = page.nextCursor === null ? undefined : request({ cursor: page.nextCursor, ...packing });
        nextPage?.catch(() => undefined);
        replacement.addPage(page);
        if (!nextPage) break;
        page = await nextPage;
      }
      replacement.complete();
      if (first.nextCursor !== null) {
        const laterChanges = await request({ since: first.revision });
        if (laterChanges.changed === null)
          throw new DomainError('SERVICE_UNAVAILABLE', {
            detail: `the ${part} changed too much during the load`,
            retryAfter: 1,
          });
        access.apply(part, laterChanges);
        first.revision = laterChanges.revision;
      }
    } else {
      access.apply(part, first);
    }
    // Reloads the type rights at once, so that managers have rights on a product of a new type before the next regular
    // reload.
    if (part === 'products' && access.hasUnknownType()) await this.typeRights.refresh();
    state.revision = first.revision;
    state.epoch = epoch;
    state.newestCompletedLoad = loadNumber;
    // No notification arrived during the load, but the notified revision is newer than the answer: the owner was
    // restored from a backup and continues from an older revision.
    if (state.notifiedRevision === notifiedRevision && notifiedRevision > first.revision)
      state.notifiedRevision = first.revision;
  }

  /**
   * Evicts the least recently used organizations while the cache exceeds its limit, except `latest` and organizations
   * that are being loaded. Removes `latest` when it has no members, because such an organization does not exist.
   */
  private evict(latest: CacheEntry): void {
    if (latest.parts.people.revision !== undefined && latest.access.people.size === 0)
      this.entries.delete(latest.organizationId);
    let { bytes } = this.size;
    if (bytes <= this.maxBytes) return;
    for (const entry of [...this.entries.values()].sort((left, right) => left.usedAt - right.usedAt)) {
      if (entry === latest || isLoading(entry)) continue;
      this.entries.delete(entry.organizationId);
      bytes -= entry.access.sizeInBytes;
      if (bytes <= this.maxBytes * EVICTION_TARGET) return;
    }
  }
}

const isLoading = ({ parts }: CacheEntry): boolean => PARTS.some((part) => parts[part].loading !== undefined);

/** True when the cached part is valid and includes every change that has been notified. */
const isCurrent = (part: PartState, now: number): boolean => includesChangesUpTo(part, part.notifiedRevision, now);

/** True when the cached part is valid and includes every change up to the required revision. */
const includesChangesUpTo = (
  { lease, revision, notifiedRevision, epoch }: PartState,
  requiredRevision: number,
  now: number,
): boolean =>
  revision !== undefined &&
  // `load` lowers the notified revision when the owner was restored from a backup.
  Math.min(requiredRevision, notifiedRevision) <= revision &&
  lease.isValid(epoch, now);
