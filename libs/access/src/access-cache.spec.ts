import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { declareLeaseContracts } from '@cordee/contracts/access-lease';
import { newId } from '@cordee/contracts/id';
import { listEndedSessions } from '@cordee/contracts/identity/session';
import { getMemberSnapshot } from '@cordee/contracts/identity/member';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { getTypeRights } from '@cordee/contracts/products/product-type';
import { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { LocalBus } from '@cordee/messaging/local-bus';
import { decode, encode } from '@cordee/messaging/reply';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { AccessCache } from './access-cache.ts';
import { readRevision, writeRevision } from './access-revision.ts';
import { EndedSessions } from './ended-sessions.ts';
import { HeldLeases } from './held-leases.ts';

type SnapshotInput = { organizationId: `org_${string}`; since?: number; cursor?: string };
const id = <P extends 'org' | 'acc' | 'prd' | 'grt' | 'mem'>(prefix: P) => newId(prefix, new Date());
const [organizationId, unknownOrganization, ben, anna, productId] = [
  id('org'),
  id('org'),
  id('acc'),
  id('acc'),
  id('prd'),
];
const at = new Date('2026-06-01T12:00:00Z');
const memberId = id('mem');
const benQuestion = { accountId: ben, right: 'technical', productId, at };
const grant = (grantId = id('grt')) => ({
  grantId,
  holder: { kind: 'account', accountId: ben, memberId },
  object: { kind: 'product', productId, ownershipNumber: 1 },
  right: 'technical',
  endsAt: null,
});

/**
 * The stubbed owner of grants. The stubbed identity has two members and the stubbed products service has one product;
 * they do not change.
 */
let grants: {
  revision: number;
  /** The pages of the complete snapshot. */
  pages: ReturnType<typeof grant>[][];
  /** The changes since a revision, by this revision. Without an entry, the owner sends the complete snapshot. */
  changes: Map<number, unknown>;
  isUnavailable: boolean;
  requests: SnapshotInput[];
};
/** The type of the product. */
let productType: string;
/** The stubbed catalogue, which has one product type. */
let catalogue: { rights: string[]; isUnavailable: boolean; requests: number };
/** The lease that the owner of grants gives. */
let teamsLease: { leaseMs: number; epoch: number };
/** The duration of the leases that the stubbed identity gives. */
let identityLeaseMs: number;
let bus: LocalBus;
let access: AccessCache;

const openCache = (maxBytes = 1e8): AccessCache => {
  const rpc = new RpcClient(bus, 'reader');
  return new AccessCache(new HeldLeases('process', rpc), rpc, maxBytes);
};

const advanceTime = (ms: number): void => {
  const now = performance.now() + ms;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
};
afterEach(() => {
  jest.restoreAllMocks();
});

beforeEach(async () => {
  bus = new LocalBus();
  grants = { revision: 1, pages: [[grant()]], changes: new Map(), isUnavailable: false, requests: [] };
  teamsLease = { leaseMs: 60_000, epoch: 1 };
  identityLeaseMs = 60_000;
  const snapshotHeader = { organizationId, changed: null, nextCursor: null };
  await bus.serve(getMemberSnapshot.subject, 'identity', async ({ data }) =>
    encode({
      output: {
        ...snapshotHeader,
        revision: 1,
        people:
          (decode(data) as SnapshotInput).organizationId === unknownOrganization
            ? []
            : [
                { accountId: ben, memberId, role: 'collaborator', flags: [], isBlocked: false },
                { accountId: anna, memberId: id('mem'), role: 'administrator', flags: [], isBlocked: false },
              ],
        support: [],
      },
    }),
  );
  await bus.serve(getProductSnapshot.subject, 'products', async () =>
    encode({
      output: {
        ...snapshotHeader,
        revision: 1,
        products: [{ productId, type: productType, name: 'x', isBlocked: false, ownershipNumber: 1 }],
        resources: [],
      },
    }),
  );
  productType = 'web_hosting';
  catalogue = { rights: ['technical'], isUnavailable: false, requests: 0 };
  await bus.serve(getTypeRights.subject, 'products', async () => {
    catalogue.requests += 1;
    return catalogue.isUnavailable
      ? encode({ error: { code: 'SERVICE_UNAVAILABLE', status: 503, title: 'unavailable' } })
      : encode({ output: { data: [{ type: 'web_hosting', rights: catalogue.rights }] } });
  });
  await bus.serve(getGrantSnapshot.subject, 'teams', async ({ data }) => {
    const input = decode(data) as SnapshotInput;
    grants.requests.push(input);
    if (grants.isUnavailable)
      return encode({ error: { code: 'SERVICE_UNAVAILABLE', status: 503, title: 'unavailable' } });
    const rows = { teams: [], memberships: [], grants: [], restrictions: [] };
    const changes = input.since === undefined ? undefined : grants.changes.get(input.since);
    if (changes) return encode({ output: { ...snapshotHeader, revision: grants.revision, ...rows, ...changes } });
    const page = Number(input.cursor ?? 0);
    return encode({
      output: {
        ...snapshotHeader,
        revision: grants.revision,
        ...rows,
        grants: grants.pages[page],
        nextCursor: page + 1 < grants.pages.length ? String(page + 1) : null,
      },
    });
  });
  for (const owner of ['identity', 'teams', 'products'] as const) {
    await bus.serve(declareLeaseContracts(owner).takeLease.subject, owner, async () =>
      encode({
        output: owner === 'teams' ? teamsLease : { leaseMs: owner === 'identity' ? identityLeaseMs : 60_000, epoch: 1 },
      }),
    );
  }
  access = openCache();
});

describe('the access cache', () => {
  const check = async (): Promise<boolean> => (await access.forOrganization(organizationId)).check(benQuestion);

  it('loads an organization once when several callers need it at the same time', async () => {
    expect(access.peek(organizationId)).toBeUndefined();
    expect(await Promise.all([check(), check(), check()])).toEqual([true, true, true]);
    expect(grants.requests).toEqual([{ organizationId }]);
    expect(access.peek(organizationId)?.check(benQuestion)).toBe(true);
  });

  it('applies all pages, and the changes that happened while the pages were read', async () => {
    const [first, second] = [grant(), grant()];
    grants.pages = [[], [first], [second]];
    grants.changes.set(1, { changed: [first.grantId], grants: [{ ...first, hasEnded: true }] });
    expect(await check()).toBe(true);
    expect(grants.requests.map(({ since, cursor }) => [since, cursor])).toEqual([
      [undefined, undefined],
      [undefined, '1'],
      [undefined, '2'],
      [1, undefined],
    ]);
    expect((await access.forOrganization(organizationId)).grants.heldBy(memberId).map((held) => held.id)).toEqual([
      second.grantId,
    ]);
  });

  it('reads only the changes since its revision, and ignores repeated, late or reordered notifications', async () => {
    await check();
    grants.revision = 3;
    grants.changes.set(1, {
      changed: [grants.pages[0]![0]!.grantId],
      grants: [{ ...grants.pages[0]![0]!, hasEnded: true }],
    });
    for (const revision of [3, 2, 3, 1]) access.onChange({ part: 'grants', organizationId, revision });
    expect(access.peek(organizationId)).toBeUndefined();
    expect(await check()).toBe(false);
    expect(grants.requests).toEqual([{ organizationId }, { organizationId, since: 1 }]);
    access.onChange({ part: 'grants', organizationId, revision: 2 });
    expect(access.peek(organizationId)?.check(benQuestion)).toBe(false);
  });

  it('loads the complete snapshot when the owner no longer has the changes since the cached revision', async () => {
    await check();
    [grants.revision, grants.pages] = [9, [[]]];
    access.onChange({ part: 'grants', organizationId, revision: 9 });
    expect(await check()).toBe(false);
  });

  it('includes a change that is notified after a call has started and before its request is sent', async () => {
    await check();
    grants.revision = 2;
    grants.changes.set(1, { changed: [] });
    access.onChange({ part: 'grants', organizationId, revision: 2 });
    const pendingCheck = check();
    grants.revision = 3;
    access.onChange({ part: 'grants', organizationId, revision: 3 });
    grants.changes.set(2, {
      changed: [grants.pages[0]![0]!.grantId],
      grants: [{ ...grants.pages[0]![0]!, hasEnded: true }],
    });
    grants.changes.set(1, {
      changed: [grants.pages[0]![0]!.grantId],
      grants: [{ ...grants.pages[0]![0]!, hasEnded: true }],
    });
    expect(await pendingCheck).toBe(false);
  });

  it('fails while the owner does not respond, and recovers', async () => {
    grants.isUnavailable = true;
    await expect(check()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    grants.isUnavailable = false;
    expect(await check()).toBe(true);
  });

  it('rejects without a lease, and answers under the next lease', async () => {
    teamsLease = { leaseMs: 0, epoch: 2 };
    grants.changes.set(1, { changed: [] });
    const outcome = access.forOrganization(organizationId).catch((error: { code: string }) => error.code);
    // A lease that ends at once never becomes valid.
    expect(await outcome).toBe('SERVICE_UNAVAILABLE');
    expect(access.peek(organizationId)).toBeUndefined();
    teamsLease = { leaseMs: 60_000, epoch: 3 };
    expect(await check()).toBe(true);
    expect(access.peek(organizationId)).toBeDefined();
  });

  it('uses no data of an expired lease, even when the owner gives the next lease the same epoch', async () => {
    await check();
    grants.revision = 2;
    grants.changes.set(1, {
      changed: [grants.pages[0]![0]!.grantId],
      grants: [{ ...grants.pages[0]![0]!, hasEnded: true }],
    });
    advanceTime(120_000);
    await access.forOrganization(id('org'));
    expect(access.peek(organizationId)).toBeUndefined();
    expect(await check()).toBe(false);
  });

  it('keeps a cached revision in `catchUp`, loads a newer one and rejects a revision that never existed', async () => {
    await check();
    await access.catchUp(organizationId, { grants: 1 });
    expect(grants.requests).toHaveLength(1);
    grants.revision = 2;
    grants.changes.set(1, {
      changed: [grants.pages[0]![0]!.grantId],
      grants: [{ ...grants.pages[0]![0]!, hasEnded: true }],
    });
    await access.catchUp(organizationId, { grants: 2 });
    expect(access.peek(organizationId)?.check(benQuestion)).toBe(false);
    grants.changes.set(2, { changed: [] });
    await expect(access.catchUp(organizationId, { grants: 99 })).rejects.toMatchObject({
      code: 'ACCESS_REVISION_INVALID',
    });
    // A process that has not cached the organization accepts any revision and loads nothing: the first use loads the
    // newest data.
    await openCache().catchUp(organizationId, { grants: 99 });
  });

  it('reloads, without a notification, only for an event of the organization with a newer revision', async () => {
    const { grantId } = grants.pages[0]![0]!;
    expect(await check()).toBe(true);
    grants.revision = 2;
    grants.changes.set(1, { changed: [grantId], grants: [{ ...grant(grantId), hasEnded: true }] });
    expect(await check()).toBe(true);
    for (const [organizationid, accessrevision] of [
      [organizationId, undefined],
      // An event without an organization.
      [undefined, writeRevision(organizationId, { grants: 2 })],
      // The token belongs to another organization than the event.
      [unknownOrganization, writeRevision(organizationId, { grants: 2 })],
      // The cache already has these revisions.
      [organizationId, writeRevision(organizationId, { people: 1, grants: 1 })],
    ] as const) {
      access.recordEventRevision({ organizationid, accessrevision });
      expect(await check()).toBe(true);
    }
    access.recordEventRevision({
      organizationid: organizationId,
      accessrevision: writeRevision(organizationId, { people: 1, grants: 2 }),
    });
    expect(await check()).toBe(false);
    expect(grants.requests).toEqual([{ organizationId }, { organizationId, since: 1 }]);
  });

  it('loads again when a call requires a newer revision during the first load', async () => {
    const { grantId } = grants.pages[0]![0]!;
    const firstCheck = check();
    while (grants.requests.length === 0) await Promise.resolve();
    grants.revision = 2;
    grants.changes.set(1, { changed: [grantId], grants: [{ ...grant(grantId), hasEnded: true }] });
    await access.catchUp(organizationId, { grants: 2 });
    expect(await check()).toBe(false);
    await firstCheck;
  });

  it('loads again after an event with a newer revision has arrived during the first load', async () => {
    const { grantId } = grants.pages[0]![0]!;
    const firstCheck = check();
    while (grants.requests.length === 0) await Promise.resolve();
    grants.revision = 2;
    grants.changes.set(1, { changed: [grantId], grants: [{ ...grant(grantId), hasEnded: true }] });
    access.recordEventRevision({
      organizationid: organizationId,
      accessrevision: writeRevision(organizationId, { grants: 2 }),
    });
    expect(await check()).toBe(false);
    await firstCheck;
  });

  it('answers a call although a change is notified during each load', async () => {
    const { grantId } = grants.pages[0]![0]!;
    const firstCheck = check();
    for (let revision = 2; revision < 30; revision += 1) {
      const count = grants.requests.length;
      grants.revision = revision;
      grants.changes.set(revision - 1, { changed: [grantId], grants: [grant(grantId)] });
      access.onChange({ part: 'grants', organizationId, revision: revision + 1 });
      for (let turn = 0; turn < 50 && grants.requests.length === count; turn += 1) await Promise.resolve();
    }
    expect(await firstCheck).toBe(true);
    expect(grants.requests.length).toBeLessThan(3);
  });

  it('asks the owners on every call of `loadNewest`, without a notification', async () => {
    const { grantId } = grants.pages[0]![0]!;
    const checkNewest = async () => (await access.loadNewest(organizationId)).check(benQuestion);
    const endGrant = (): void => {
      grants.pages = [[]];
      grants.changes.set(1, { changed: [grantId], grants: [{ ...grant(grantId), hasEnded: true }] });
      grants.revision = 2;
    };
    expect(await checkNewest()).toBe(true);
    // This read starts before the grant ends and may return the grant, so a later `loadNewest` must not use its result.
    const pendingRead = checkNewest();
    while (grants.requests.length < 2) await Promise.resolve();
    endGrant();
    expect([await check(), await checkNewest(), await check()]).toEqual([true, false, false]);
    await pendingRead;
  });

  it('evicts the least recently used organizations above its limit, but never the organization in use', async () => {
    const otherOrganizations = Array.from({ length: 5 }, () => id('org'));
    const firstAccess = await access.forOrganization(organizationId);
    // Three organizations fit into the limit.
    access = openCache(firstAccess.sizeInBytes * 3.5);
    for (const loaded of [organizationId, ...otherOrganizations]) {
      await access.forOrganization(loaded);
      // Marks the first organization as recently used.
      access.peek(organizationId);
    }
    expect(access.size.organizations).toBeLessThanOrEqual(3);
    expect(
      [access.peek(organizationId), access.peek(otherOrganizations[4]!), access.peek(otherOrganizations[0]!)].map(
        (cachedAccess) => cachedAccess !== undefined,
      ),
    ).toEqual([true, true, false]);
    // No organization fits into a limit of one byte.
    access = openCache(1);
    expect(await check()).toBe(true);
    expect(access.size.organizations).toBe(1);
  });
});

describe('the access cache under failures', () => {
  it('accepts the older revision of an owner that was restored from a backup', async () => {
    grants.revision = 7;
    await access.forOrganization(organizationId);
    access.onChange({ part: 'grants', organizationId, revision: 9 });
    // The backup is older than the notified revision.
    grants.revision = 8;
    await expect(access.forOrganization(organizationId)).resolves.toBeDefined();
  });

  it('answers for more organizations at the same time than fit into its limit', async () => {
    // One organization fits into the limit.
    access = openCache(8_000);
    const organizations = Array.from({ length: 200 }, () => id('org'));
    const answers = await Promise.all(
      organizations.map((each) =>
        access.forOrganization(each).then(
          () => 'ok',
          (error: { code: string }) => error.code,
        ),
      ),
    );
    expect(answers.filter((answer) => answer !== 'ok')).toEqual([]);
  });

  it('stores nothing for an organization that does not exist', async () => {
    for (let count = 0; count < 50; count += 1) expect((await access.people(unknownOrganization)).size).toBe(0);
    expect(access.size.organizations).toBe(0);
  });
});

describe('the cache of ended sessions', () => {
  it('reports an ended session even when an older list without the session arrives late', async () => {
    const rpc = new RpcClient(bus, 'reader');
    const [earlierSession, laterSession] = [newId('ses', new Date()), newId('ses', new Date())];
    const pendingRequests: { answer: (ids: string[]) => void }[] = [];
    await bus.serve(
      listEndedSessions.subject,
      'identity',
      () =>
        new Promise((resolve) =>
          pendingRequests.push({
            answer: (sessionIds) => resolve(encode({ output: { sessionIds, nextCursor: null } })),
          }),
        ),
    );
    identityLeaseMs = 40;
    const sessions = new EndedSessions(new HeldLeases('process', rpc), rpc);
    const answer = sessions.has(laterSession);
    while (pendingRequests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    // The lease of 40 ms ends during the first request. Then the later session ends, and identity does not notify this
    // process, because it has no lease.
    await new Promise((resolve) => setTimeout(resolve, 60));
    identityLeaseMs = 60_000;
    pendingRequests[0]!.answer([earlierSession]);
    while (pendingRequests.length === 1) await new Promise((resolve) => setTimeout(resolve, 1));
    pendingRequests[1]!.answer([earlierSession, laterSession]);
    expect(await answer).toBe(true);
  });
});

describe('the cache of type rights', () => {
  /** Anna is an administrator: her role gives every right that the product type has. */
  const annaMay = async (right: string): Promise<boolean> =>
    (await access.forOrganization(organizationId)).check({ accountId: anna, right, productId, at });

  it('loads once for all organizations, and denies managers a right that the type does not have', async () => {
    expect(await Promise.all([annaMay('technical'), annaMay('banana')])).toEqual([true, false]);
    await access.forOrganization(id('org'));
    expect([await annaMay('technical'), catalogue.requests]).toEqual([true, 1]);
    expect(
      (await access.forOrganization(organizationId)).decide({ accountId: anna, right: 'banana', productId, at }),
    ).toMatchObject({
      refusal: 'right_unknown',
    });
  });

  it('uses a new right of the catalogue after ten seconds', async () => {
    expect(await annaMay('statistics')).toBe(false);
    catalogue.rights = ['technical', 'statistics'];
    expect([await annaMay('statistics'), catalogue.requests]).toEqual([false, 1]);
    advanceTime(10_000);
    expect([await annaMay('statistics'), await annaMay('technical'), catalogue.requests]).toEqual([true, true, 2]);
  });

  it('loads again when a product of an unknown type appears', async () => {
    await access.forOrganization(organizationId);
    const secondOrganization = id('org');
    productType = 'drive';
    await access.forOrganization(secondOrganization);
    expect(catalogue.requests).toBe(2);
  });

  it('keeps its data when a reload fails, and rejects before the first successful load', async () => {
    catalogue.isUnavailable = true;
    await expect(annaMay('technical')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    catalogue.isUnavailable = false;
    expect(await annaMay('technical')).toBe(true);
    catalogue.isUnavailable = true;
    advanceTime(10_000);
    expect([await annaMay('technical'), await annaMay('banana')]).toEqual([true, false]);
  });
});

describe('an access revision', () => {
  it('is an opaque token with the revision of each part, for one organization', () => {
    const token = writeRevision(organizationId, { people: 3, grants: 12 });
    expect(token).toMatch(/^[\w-]+$/);
    expect(readRevision(organizationId, token)).toEqual({ people: 3, grants: 12, products: 0 });
    expect(readRevision(id('org'), token)).toEqual({});
  });

  it.each([
    '',
    'x',
    'AAAA',
    // A malformed organization id, a negative revision, and a revision with an exponent.
    Buffer.from('org_x.1.1.1').toString('base64url'),
    Buffer.from(`${organizationId}.1.-1.1`).toString('base64url'),
    Buffer.from(`${organizationId}.1.1e3.1`).toString('base64url'),
  ])('is rejected when it is %j', (token) => {
    expect(() => readRevision(organizationId, token)).toThrow(
      expect.objectContaining({ code: 'ACCESS_REVISION_INVALID' }),
    );
  });
});
