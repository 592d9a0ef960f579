import type { AccessPart } from '@cordee/contracts/contract';
import { getPeopleFacts, type PeopleFacts } from '@cordee/contracts/identity/member';
import { getProductFacts } from '@cordee/contracts/products/product-facts';
import { getGrantFacts } from '@cordee/contracts/teams/grant-facts';
import type { Presence } from '@cordee/messaging/presence';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { LRUCache } from 'lru-cache';
import type { AccessFacts } from './access-facts.ts';

type OrganizationId = `org_${string}`;

const CHANGED = 'sync.access.changed';
/** No copy is older than this, whatever was lost on the way. */
const MAX_AGE_MS = 10_000;
const MAX_ORGANIZATIONS = 5_000;

const contracts = { people: getPeopleFacts, grants: getGrantFacts, products: getProductFacts } as const;

/**
 * The local copy of the facts that decisions are made from, one per process: loaded per organization from its owners when first needed,
 * dropped when they change, evicted when cold. A change is told to every copy before the call that made it returns.
 */
export class AccessCopy {
  private readonly parts = new LRUCache<string, Promise<unknown>>({ max: MAX_ORGANIZATIONS * 3, ttl: MAX_AGE_MS });

  constructor(
    private readonly presence: Presence,
    private readonly rpc: RpcClient,
  ) {}

  async start(): Promise<void> {
    await this.presence.hear(CHANGED, (data) => {
      const { part, organizationId } = data as { part: AccessPart; organizationId: OrganizationId };
      this.parts.delete(`${part} ${organizationId}`);
    });
  }

  /** Roles and flags of an organization. */
  async people(organizationId: OrganizationId): Promise<PeopleFacts> {
    return (await this.part('people', organizationId)) as PeopleFacts;
  }

  /** All facts of an organization. */
  async facts(organizationId: OrganizationId): Promise<AccessFacts> {
    const [people, grants, products] = await Promise.all([
      this.part('people', organizationId),
      this.part('grants', organizationId),
      this.part('products', organizationId),
    ]);
    return { people, grants, products } as AccessFacts;
  }

  /** Makes every live copy drop a part of an organization; resolves when they have, or cannot be waited for any longer. Call it after the commit. */
  async changed(part: AccessPart, organizationId: OrganizationId): Promise<void> {
    this.parts.delete(`${part} ${organizationId}`);
    await this.presence.tell(CHANGED, { part, organizationId });
  }

  private part(part: AccessPart, organizationId: OrganizationId): Promise<unknown> {
    const key = `${part} ${organizationId}`;
    const known = this.parts.get(key);
    if (known) return known;
    const loading: Promise<unknown> = this.rpc.call(contracts[part], { organizationId });
    this.parts.set(key, loading);
    // A failed load is not kept; one that was replaced meanwhile must not take the newer one with it.
    loading.catch(() => this.parts.peek(key) === loading && this.parts.delete(key));
    return loading;
  }
}
