import { AccessCopy } from '@cordee/access/access-copy';
import { Leases } from '@cordee/access/leases';
import { accessOwners, leaseContracts } from '@cordee/contracts/access-lease';
import { FACTS_PAGE } from '@cordee/contracts/access-facts';
import { getPeopleFacts } from '@cordee/contracts/identity/member';
import { getProductFacts } from '@cordee/contracts/products/product-facts';
import { getGrantFacts } from '@cordee/contracts/teams/grant-facts';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const encode = (value) => encoder.encode(JSON.stringify(value));
const parts = {
  [getPeopleFacts.subject]: 'people',
  [getGrantFacts.subject]: 'grants',
  [getProductFacts.subject]: 'products',
};

/**
 * What the owners of the facts send of an organization: pages of bytes, made in advance, so that a load decodes what it would have to decode.
 * Organizations may share them: what comes out of the bytes is everybody's own.
 */
export function encodeFacts({ rows }) {
  return Object.fromEntries(Object.entries(rows).map(([part, tables]) => [part, pagesOf(tables)]));
}

/** Rows of all tables one after the other, so many to a page. */
function pagesOf({ changed: _, ...tables }) {
  const all = Object.entries(tables).flatMap(([table, rows]) => rows.map((row) => [table, row]));
  const count = Math.max(1, Math.ceil(all.length / FACTS_PAGE));
  return Array.from({ length: count }, (_, page) => {
    const answer = {
      revision: 1,
      changed: null,
      nextCursor: page + 1 < count ? String(page + 1) : null,
      ...Object.fromEntries(Object.keys(tables).map((table) => [table, []])),
    };
    for (const [table, row] of all.slice(page * FACTS_PAGE, (page + 1) * FACTS_PAGE)) answer[table].push(row);
    return encode({ output: answer });
  });
}

/** A copy whose leases never end, in front of owners that answer at once. `factsOf` tells the pages of an organization. */
export function localCopy(factsOf, maxBytes) {
  const leases = new Set(Object.values(accessOwners).map((owner) => leaseContracts(owner).takeLease.subject));
  const bus = {
    async request(subject, data) {
      if (leases.has(subject)) return encode({ output: { leaseMs: 86_400_000, term: 1 } });
      const { organizationId, since, cursor } = JSON.parse(decoder.decode(data));
      const pages = factsOf(organizationId)[parts[subject]];
      if (since !== undefined) return noChange(parts[subject]);
      return pages[Number(cursor ?? 0)];
    },
  };
  const rpc = new RpcClient(bus, 'bench');
  return new AccessCopy(new Leases(randomUUID(), rpc), rpc, maxBytes);
}

const empty = {
  people: { people: [], support: [] },
  grants: { teams: [], memberships: [], grants: [], restrictions: [] },
  products: { products: [], resources: [] },
};
const noChange = (part) => encode({ output: { revision: 1, changed: [], nextCursor: null, ...empty[part] } });
