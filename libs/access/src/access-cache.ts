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
import type { Leases } from './leases.ts';
import { OrganizationAccess } from './organization-access.ts';
import type { People } from './people.ts';
import { TypeRightsCopy } from './type-rights-copy.ts';

type OrganizationId = `org_${string}`;

const contracts = { people: getMemberSnapshot, grants: getGrantSnapshot, products: getProductSnapshot } as const;
const PARTS = ['people', 'grants', 'products'] as const satisfies readonly AccessPart[];
/** A change that comes while facts are being asked for makes them be asked for again, this often. */
const TRIES = 10;
/** Of a part that is not here: it will be loaded. */
const NEWEST = Number.POSITIVE_INFINITY;

/** How far a part of an organization's facts is known. */
interface PartState {
  readonly lease: Lease;
  /** Everything up to it is in the copy; undefined before the first load. */
  revision: number | undefined;
  /** The newest revision that was told of. */
  told: number;
  /** The term of the lease in which it was last loaded or confirmed. */
  epoch: number;
  /** Number of loads that have asked the owner, and number of the newest load that was answered. */
  asked: number;
  answered: number;
  loading: Promise<void> | undefined;
}

interface CacheEntry {
  readonly organizationId: OrganizationId;
  readonly access: OrganizationAccess;
  readonly parts: Readonly<Record<AccessPart, PartState>>;
  /** When it was last used, counted in uses. */
  usedAt: number;
}

/**
 * The local copy of the facts that decisions are made from, one per process: loaded per organization from its owners when first needed, caught up
 * when they change, evicted when cold. Under a lease no change returns to whoever made it before this copy knows that it is behind; without one,
 * the owners are asked before anything is answered (ACC-3).
 */
export class AccessCache {
  private readonly residents = new Map<OrganizationId, CacheEntry>();
  private readonly types: TypeRightsCopy;
  private uses = 0;

  constructor(
    private readonly leases: Leases,
    private readonly rpc: RpcClient,
    /** About how much memory organizations may take together; the one in use stays, however large. */
    private readonly maxBytes: number,
  ) {
    this.types = new TypeRightsCopy(rpc);
  }

  /** The facts of an organization if they are here and good at this moment: what it would answer from without asking anybody. */
  peek(organizationId: OrganizationId): OrganizationAccess | undefined {
    const resident = this.residents.get(organizationId);
    if (!resident) return undefined;
    const { people, grants, products } = resident.parts;
    const now = performance.now();
    if (!isGood(people, now) || !isGood(grants, now) || !isGood(products, now) || !this.types.isLoaded)
      return undefined;
    resident.usedAt = this.uses += 1;
    return resident.access;
  }

  /** All facts of an organization; or these parts of them, for who looks at nothing else: the others may be missing or old. */
  async forOrganization(
    organizationId: OrganizationId,
    parts: readonly AccessPart[] = PARTS,
  ): Promise<OrganizationAccess> {
    const isTypeGood = this.types.isGood(performance.now());
    return (isTypeGood && this.peek(organizationId)) || (await this.ensure(organizationId, parts)).access;
  }

  /**
   * As `of`, but asks the owners first, so that the facts are no older than this call. For work that is lost when the
   * copy lacks something, where no event brings a revision: jobs, and queries that jobs ask.
   */
  async fresh(organizationId: OrganizationId, parts: readonly AccessPart[] = PARTS): Promise<OrganizationAccess> {
    const resident = this.resident(organizationId);
    const askedAfter = parts.map((part) => resident.parts[part].asked);
    const isOld = (part: AccessPart, index: number): boolean => resident.parts[part].answered <= askedAfter[index]!;
    for (let behind = [...parts]; behind.length > 0; behind = parts.filter(isOld))
      await Promise.all(behind.map((part) => this.refresh(resident, part)));
    return (await this.ensure(organizationId, parts)).access;
  }

  /** Roles and flags of an organization. */
  async people(organizationId: OrganizationId): Promise<People> {
    const resident = this.residents.get(organizationId);
    if (!resident || !isGood(resident.parts.people, performance.now()))
      return (await this.ensure(organizationId, ['people'])).access.people;
    resident.usedAt = this.uses += 1;
    return resident.access.people;
  }

  /**
   * Makes sure that nothing older than `least` is answered from. A part that is not here yet will be loaded, which no
   * revision is newer than; a load that has begun already may be older than `least`.
   * ACCESS_REVISION_INVALID when the owners know of no such revision.
   */
  async catchUp(organizationId: OrganizationId, least: AccessRevision): Promise<void> {
    const parts = this.residents.get(organizationId)?.parts;
    const behind = PARTS.filter((part) => {
      const state = parts?.[part];
      return state && (state.revision ?? (state.loading ? 0 : NEWEST)) < (least[part] ?? 0);
    });
    if (behind.length > 0) await this.ensure(organizationId, behind, least);
  }

  /** How far the copy of an organization is; 0 of a part that is not here, which nothing is older than. */
  revisionOf(organizationId: OrganizationId): AccessRevision {
    const parts = this.residents.get(organizationId)?.parts;
    return parts
      ? {
          people: parts.people.revision ?? 0,
          grants: parts.grants.revision ?? 0,
          products: parts.products.revision ?? 0,
        }
      : {};
  }

  /** Hears of a change. What is here is caught up when it is next needed. */
  onChange(change: Exclude<AccessChange, { part: 'sessions' }>): void {
    const state = this.residents.get(change.organizationId)?.parts[change.part];
    if (state && change.revision > state.told) state.told = change.revision;
  }

  /** Takes note of the revision of an event: the copy is refreshed before it answers from anything older. */
  hearEvent({ organizationid, accessrevision }: Pick<CloudEvent, 'organizationid' | 'accessrevision'>): void {
    if (organizationid === undefined || accessrevision === undefined) return;
    const organizationId = organizationid as OrganizationId;
    const revision = readRevision(organizationId, accessrevision);
    for (const part of PARTS) this.onChange({ part, organizationId, revision: revision[part] ?? 0 });
  }

  /** Organizations that are here, and about how many bytes they take. */
  get size(): { organizations: number; bytes: number } {
    let bytes = 0;
    for (const { access } of this.residents.values()) bytes += access.weight;
    return { organizations: this.residents.size, bytes };
  }

  private async ensure(
    organizationId: OrganizationId,
    parts: readonly AccessPart[],
    least: AccessRevision = {},
  ): Promise<CacheEntry> {
    const resident = this.resident(organizationId);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const now = performance.now();
      const stale = parts.filter(
        (part) => !isGood(resident.parts[part], now) || resident.parts[part].revision! < (least[part] ?? 0),
      );
      // Rights on products are decided from the rights of their types too.
      const isTypeStale = parts.includes('products') && !this.types.isGood(now);
      if (stale.length === 0 && !isTypeStale) {
        if (attempt > 1) this.evict(resident);
        return resident;
      }
      await Promise.all([
        ...stale.map((part) => this.refresh(resident, part)),
        ...(isTypeStale ? [this.types.refresh()] : []),
      ]);
      // The owner has just been asked: what is newer than its answer does not exist.
      if (stale.some((part) => resident.parts[part].revision! < (least[part] ?? 0)) && attempt > 1)
        throw new DomainError('ACCESS_REVISION_INVALID', {
          detail: 'it is newer than anything that has happened here',
        });
    }
    throw new DomainError('SERVICE_UNAVAILABLE', {
      detail: 'access rights change faster than they can be followed',
      retryAfter: 1,
    });
  }

  private resident(organizationId: OrganizationId): CacheEntry {
    const state = (part: AccessPart): PartState => ({
      lease: this.leases.for(part),
      revision: undefined,
      told: 0,
      epoch: 0,
      asked: 0,
      answered: 0,
      loading: undefined,
    });
    let resident = this.residents.get(organizationId);
    if (!resident) {
      resident = {
        organizationId,
        access: new OrganizationAccess(this.types.rights),
        parts: { people: state('people'), grants: state('grants'), products: state('products') },
        usedAt: 0,
      };
      this.residents.set(organizationId, resident);
    }
    resident.usedAt = this.uses += 1;
    return resident;
  }

  private refresh(resident: CacheEntry, part: AccessPart): Promise<void> {
    const state = resident.parts[part];
    state.loading ??= this.load(resident, part, state).finally(() => {
      state.loading = undefined;
    });
    return state.loading;
  }

  /** Asks for what has changed, or for everything the first time. What changes while pages of everything come in is asked for after the last one. */
  private async load({ organizationId, access }: CacheEntry, part: AccessPart, state: PartState): Promise<void> {
    // The lease comes before the question: what changes after the answer is told of.
    const epoch = await state.lease.hold();
    const { told } = state;
    const number = (state.asked += 1);
    const ask = (input: { since?: number; cursor?: string }) =>
      this.rpc.call(contracts[part], { organizationId, ...input });
    const first = await ask(state.revision === undefined ? {} : { since: state.revision });
    if (first.changed === null) {
      const pages = [first];
      for (let cursor = first.nextCursor; cursor !== null;) {
        const page = await ask({ cursor });
        pages.push(page);
        cursor = page.nextCursor;
      }
      access.replace(part, pages);
      if (pages.length > 1) {
        const missed = await ask({ since: first.revision });
        if (missed.changed === null)
          throw new DomainError('SERVICE_UNAVAILABLE', {
            detail: `${part} changed too much while they were loaded`,
            retryAfter: 1,
          });
        access.take(part, missed);
        first.revision = missed.revision;
      }
    } else {
      access.take(part, first);
    }
    // A type that is sold since the last look at the catalogue: its managers do not wait for the next one.
    if (part === 'products' && access.hasUnknownType()) await this.types.refresh();
    state.revision = first.revision;
    state.epoch = epoch;
    state.answered = number;
    // An owner that was restored to an earlier moment counts from there again.
    if (state.told === told && told > first.revision) state.told = first.revision;
  }

  /** Drops what was not used for longest, as far as there is too much; what is being loaded stays, and what has just been. Nobody is in an organization that does not exist. */
  private evict(latest: CacheEntry): void {
    if (latest.parts.people.revision !== undefined && latest.access.people.size === 0)
      this.residents.delete(latest.organizationId);
    let { bytes } = this.size;
    if (bytes <= this.maxBytes) return;
    for (const resident of [...this.residents.values()].sort((one, other) => one.usedAt - other.usedAt)) {
      if (resident === latest || isLoading(resident)) continue;
      this.residents.delete(resident.organizationId);
      bytes -= resident.access.weight;
      if (bytes <= this.maxBytes * 0.9) return;
    }
  }
}

const isLoading = ({ parts }: CacheEntry): boolean => PARTS.some((part) => parts[part].loading !== undefined);

const isGood = ({ lease, revision, told, epoch }: PartState, now: number): boolean =>
  revision !== undefined && told <= revision && lease.isGood(epoch, now);
