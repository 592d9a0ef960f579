import { AccessCache } from '@cordee/access/access-cache';
import { HeldLeases } from '@cordee/access/held-leases';
import { accessOwners, declareLeaseContracts } from '@cordee/contracts/access-lease';
import { SNAPSHOT_PAGE_SIZE } from '@cordee/contracts/access-snapshot';
import { getMemberSnapshot } from '@cordee/contracts/identity/member';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { getTypeRights } from '@cordee/contracts/products/product-type';
import { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { typeRights } from './product-types.mjs';

/** The duration of the stubbed leases, which is longer than every measurement. */
const DAY_MS = 86_400_000;
const decoder = new TextDecoder();
const encoder = new TextEncoder();
const encode = (value) => encoder.encode(JSON.stringify(value));
const partBySubject = {
  [getMemberSnapshot.subject]: 'people',
  [getGrantSnapshot.subject]: 'grants',
  [getProductSnapshot.subject]: 'products',
};

/**
 * Encodes the snapshot pages of an organization, as identity, teams and products answer them. The pages are encoded in
 * advance, so that the access cache decodes as many bytes as in production. Several organizations can share the pages.
 */
export function encodeSnapshot({ rows }) {
  return Object.fromEntries(Object.entries(rows).map(([part, tables]) => [part, pagesOf(tables)]));
}

/** Distributes the rows of all tables over pages. */
function pagesOf({ changed: _changed, ...tables }) {
  const allRows = Object.entries(tables).flatMap(([table, rows]) => rows.map((row) => [table, row]));
  const pageCount = Math.max(1, Math.ceil(allRows.length / SNAPSHOT_PAGE_SIZE));
  return Array.from({ length: pageCount }, (_, page) => {
    const answer = {
      revision: 1,
      changed: null,
      nextCursor: page + 1 < pageCount ? String(page + 1) : null,
      ...Object.fromEntries(Object.keys(tables).map((table) => [table, []])),
    };
    for (const [table, row] of allRows.slice(page * SNAPSHOT_PAGE_SIZE, (page + 1) * SNAPSHOT_PAGE_SIZE))
      answer[table].push(row);
    return encode({ output: answer });
  });
}

/**
 * Creates an access cache whose leases never end. Stubs of identity, teams and products answer without delay, with the
 * pages that `pagesByPartOf` returns for an organization.
 */
export function localAccessCache(pagesByPartOf, maxBytes) {
  const leaseSubjects = new Set(
    Object.values(accessOwners).map((owner) => declareLeaseContracts(owner).takeLease.subject),
  );
  const bus = {
    async request(subject, data) {
      if (leaseSubjects.has(subject)) return encode({ output: { leaseMs: DAY_MS, epoch: 1 } });
      if (subject === getTypeRights.subject) return encode({ output: { data: typeRights } });
      const { organizationId, since, cursor } = JSON.parse(decoder.decode(data));
      const pages = pagesByPartOf(organizationId)[partBySubject[subject]];
      if (since !== undefined) return noChangeAnswer(partBySubject[subject]);
      return pages[Number(cursor ?? 0)];
    },
  };
  const rpc = new RpcClient(bus, 'bench');
  return new AccessCache(new HeldLeases(randomUUID(), rpc), rpc, maxBytes);
}

const emptyTables = {
  people: { people: [], support: [] },
  grants: { teams: [], memberships: [], grants: [], restrictions: [] },
  products: { products: [], resources: [] },
};
const noChangeAnswer = (part) =>
  encode({ output: { revision: 1, changed: [], nextCursor: null, ...emptyTables[part] } });
