import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { leaseContracts } from '@cordee/contracts/access-lease';
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
import { Leases } from './leases.ts';

type Asked = { organizationId: `org_${string}`; since?: number; cursor?: string };
const id = <P extends 'org' | 'acc' | 'prd' | 'grt' | 'mem'>(prefix: P) => newId(prefix, new Date());
const [organizationId, nowhere, ben, anna, productId] = [id('org'), id('org'), id('acc'), id('acc'), id('prd')];
const at = new Date('2026-06-01T12:00:00Z');
const memberId = id('mem');
const mayBen = { accountId: ben, right: 'technical', productId, at };
const grant = (grantId = id('grt')) => ({
  grantId,
  holder: { kind: 'account', accountId: ben, memberId },
  object: { kind: 'product', productId, ownershipNumber: 1 },
  right: 'technical',
  endsAt: null,
});

/** The owner of grants as a test wants it; the other two have one person and one product that do not change. */
let grants: {
  revision: number;
  pages: ReturnType<typeof grant>[][];
  changes: Map<number, unknown>;
  isAway: boolean;
  asked: Asked[];
};
/** What products tells of the catalogue, and the type of the product. */
let type: string;
let types: { rights: string[]; isAway: boolean; asked: number };
let lease: { leaseMs: number; epoch: number; taken: number };
let identityLeaseMs: number;
let bus: LocalBus;
let access: AccessCache;

const open = (maxBytes = 1e8): AccessCache => {
  const rpc = new RpcClient(bus, 'reader');
  return new AccessCache(new Leases('process', rpc), rpc, maxBytes);
};

beforeEach(async () => {
  bus = new LocalBus();
  grants = { revision: 1, pages: [[grant()]], changes: new Map(), isAway: false, asked: [] };
  lease = { leaseMs: 60_000, epoch: 1, taken: 0 };
  identityLeaseMs = 60_000;
  const head = { organizationId, changed: null, nextCursor: null };
  await bus.serve(getMemberSnapshot.subject, 'identity', async ({ data }) =>
    encode({
      output: {
        ...head,
        revision: 1,
        people:
          (decode(data) as Asked).organizationId === nowhere
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
        ...head,
        revision: 1,
        products: [{ productId, type, name: 'x', isBlocked: false, ownershipNumber: 1 }],
        resources: [],
      },
    }),
  );
  type = 'web_hosting';
  types = { rights: ['technical'], isAway: false, asked: 0 };
  await bus.serve(getTypeRights.subject, 'products', async () => {
    types.asked += 1;
    return types.isAway
      ? encode({ error: { code: 'SERVICE_UNAVAILABLE', status: 503, title: 'away' } })
      : encode({ output: { data: [{ type: 'web_hosting', rights: types.rights }] } });
  });
  await bus.serve(getGrantSnapshot.subject, 'teams', async ({ data }) => {
    const asked = decode(data) as Asked;
    grants.asked.push(asked);
    if (grants.isAway) return encode({ error: { code: 'SERVICE_UNAVAILABLE', status: 503, title: 'away' } });
    const rows = { teams: [], memberships: [], grants: [], restrictions: [] };
    const changes = asked.since === undefined ? undefined : grants.changes.get(asked.since);
    if (changes) return encode({ output: { ...head, revision: grants.revision, ...rows, ...changes } });
    const page = Number(asked.cursor ?? 0);
    return encode({
      output: {
        ...head,
        revision: grants.revision,
        ...rows,
        grants: grants.pages[page],
        nextCursor: page + 1 < grants.pages.length ? String(page + 1) : null,
      },
    });
  });
  for (const owner of ['identity', 'teams', 'products'] as const) {
    await bus.serve(leaseContracts(owner).takeLease.subject, owner, async () => {
      if (owner === 'teams') lease.taken += 1;
      return encode({
        output: owner === 'teams' ? lease : { leaseMs: owner === 'identity' ? identityLeaseMs : 60_000, epoch: 1 },
      });
    });
  }
  access = open();
});

describe('the copy of access facts', () => {
  const check = async (): Promise<boolean> => (await access.forOrganization(organizationId)).check(mayBen);

  it('is loaded when first needed, by all who ask at once together', async () => {
    expect(access.peek(organizationId)).toBeUndefined();
    expect(await Promise.all([check(), check(), check()])).toEqual([true, true, true]);
    expect(grants.asked).toEqual([{ organizationId }]);
    expect(access.peek(organizationId)?.check(mayBen)).toBe(true);
  });

  it('takes all pages, and what changed while they came', async () => {
    const [first, second] = [grant(), grant()];
    grants.pages = [[], [first], [second]];
    grants.changes.set(1, { changed: [first.grantId], grants: [{ ...first, hasEnded: true }] });
    expect(await check()).toBe(true);
    expect(grants.asked.map(({ since, cursor }) => [since, cursor])).toEqual([
      [undefined, undefined],
      [undefined, '1'],
      [undefined, '2'],
      [1, undefined],
    ]);
    expect((await access.forOrganization(organizationId)).grants.heldBy(memberId).map((held) => held.id)).toEqual([
      second.grantId,
    ]);
  });

  it('asks only for what has changed since, once it has heard of a change; told twice, late or out of order alike', async () => {
    await check();
    grants.revision = 3;
    grants.changes.set(1, {
      changed: [grants.pages[0]![0]!.grantId],
      grants: [{ ...grants.pages[0]![0]!, hasEnded: true }],
    });
    for (const revision of [3, 2, 3, 1]) access.onChange({ part: 'grants', organizationId, revision });
    expect(access.peek(organizationId)).toBeUndefined();
    expect(await check()).toBe(false);
    expect(grants.asked.slice(1)).toEqual([{ organizationId, since: 1 }]);
    access.onChange({ part: 'grants', organizationId, revision: 2 });
    expect(access.peek(organizationId)?.check(mayBen)).toBe(false);
  });

  it('takes everything again when the owner no longer knows what has changed since', async () => {
    await check();
    [grants.revision, grants.pages] = [9, [[]]];
    access.onChange({ part: 'grants', organizationId, revision: 9 });
    expect(await check()).toBe(false);
  });

  it('asks again for what is told while the answer is on its way', async () => {
    await check();
    grants.revision = 2;
    grants.changes.set(1, { changed: [] });
    access.onChange({ part: 'grants', organizationId, revision: 2 });
    const asking = check();
    [grants.revision] = [3];
    access.onChange({ part: 'grants', organizationId, revision: 3 });
    grants.changes.set(2, {
      changed: [grants.pages[0]![0]!.grantId],
      grants: [{ ...grants.pages[0]![0]!, hasEnded: true }],
    });
    grants.changes.set(1, {
      changed: [grants.pages[0]![0]!.grantId],
      grants: [{ ...grants.pages[0]![0]!, hasEnded: true }],
    });
    expect(await asking).toBe(false);
  });

  it('says nothing when the owner cannot be asked, and recovers', async () => {
    grants.isAway = true;
    await expect(check()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    grants.isAway = false;
    expect(await check()).toBe(true);
  });

  it('is not good without a lease: it is confirmed in the next one before it answers', async () => {
    lease = { ...lease, leaseMs: 0, epoch: 2 };
    grants.changes.set(1, { changed: [] });
    const resident = access.forOrganization(organizationId).catch((error: { code: string }) => error.code);
    // A lease that runs out at once leads nowhere.
    expect(await resident).toBe('SERVICE_UNAVAILABLE');
    expect(access.peek(organizationId)).toBeUndefined();
    lease = { ...lease, leaseMs: 60_000, epoch: 3 };
    expect(await check()).toBe(true);
    expect(access.peek(organizationId)).toBeDefined();
  });

  it('waits for no revision that it has, catches up with a newer one, and refuses one that does not exist', async () => {
    await check();
    await access.catchUp(organizationId, { grants: 1 });
    expect(grants.asked).toHaveLength(1);
    grants.revision = 2;
    grants.changes.set(1, {
      changed: [grants.pages[0]![0]!.grantId],
      grants: [{ ...grants.pages[0]![0]!, hasEnded: true }],
    });
    await access.catchUp(organizationId, { grants: 2 });
    expect(access.peek(organizationId)?.check(mayBen)).toBe(false);
    grants.changes.set(2, { changed: [] });
    await expect(access.catchUp(organizationId, { grants: 99 })).rejects.toMatchObject({
      code: 'ACCESS_REVISION_INVALID',
    });
    // A process that has not loaded the organization will load it, which is newer than any revision.
    await open().catchUp(organizationId, { grants: 99 });
  });

  it('answers from nothing older than an event that it has heard of, told of the change or not', async () => {
    const { grantId } = grants.pages[0]![0]!;
    expect(await check()).toBe(true);
    grants.revision = 2;
    grants.changes.set(1, { changed: [grantId], grants: [{ ...grant(grantId), hasEnded: true }] });
    expect(await check()).toBe(true);
    for (const [organizationid, word] of [
      [organizationId, undefined],
      [undefined, writeRevision(organizationId, { grants: 2 })],
      [nowhere, writeRevision(organizationId, { grants: 2 })],
      [organizationId, writeRevision(organizationId, { people: 1, grants: 1 })],
    ] as const) {
      access.hearEvent({ organizationid, accessrevision: word });
      expect(await check()).toBe(true);
    }
    access.hearEvent({
      organizationid: organizationId,
      accessrevision: writeRevision(organizationId, { people: 1, grants: 2 }),
    });
    expect(await check()).toBe(false);
    expect(grants.asked).toEqual([{ organizationId }, { organizationId, since: 1 }]);
  });

  it('waits for a newer revision that a call carries while it is loaded for the first time', async () => {
    const { grantId } = grants.pages[0]![0]!;
    const answering = check();
    while (grants.asked.length === 0) await Promise.resolve();
    grants.revision = 2;
    grants.changes.set(1, { changed: [grantId], grants: [{ ...grant(grantId), hasEnded: true }] });
    await access.catchUp(organizationId, { grants: 2 });
    expect(await check()).toBe(false);
    await answering;
  });

  it('answers from nothing older than an event that comes while it is loaded for the first time', async () => {
    const { grantId } = grants.pages[0]![0]!;
    const answering = check();
    while (grants.asked.length === 0) await Promise.resolve();
    grants.revision = 2;
    grants.changes.set(1, { changed: [grantId], grants: [{ ...grant(grantId), hasEnded: true }] });
    access.hearEvent({ organizationid: organizationId, accessrevision: writeRevision(organizationId, { grants: 2 }) });
    expect(await answering).toBe(false);
  });

  it('asks the owners where it must be no older than the call, though nothing was told', async () => {
    const { grantId } = grants.pages[0]![0]!;
    const fresh = async () => (await access.fresh(organizationId)).check(mayBen);
    const end = (): void => {
      grants.pages = [[]];
      grants.changes.set(1, { changed: [grantId], grants: [{ ...grant(grantId), hasEnded: true }] });
      grants.revision = 2;
    };
    expect(await fresh()).toBe(true);
    // A question that is under way already may be older than the call.
    const underWay = fresh();
    while (grants.asked.length < 2) await Promise.resolve();
    end();
    expect([await check(), await fresh(), await check()]).toEqual([true, false, false]);
    await underWay;
  });

  it('keeps to its memory by dropping what was not used for longest, never what is in use', async () => {
    const others = Array.from({ length: 5 }, () => id('org'));
    const one = await access.forOrganization(organizationId);
    access = open(one.weight * 3.5);
    for (const other of [organizationId, ...others]) {
      await access.forOrganization(other);
      access.peek(organizationId);
    }
    expect(access.size.organizations).toBeLessThanOrEqual(3);
    expect(
      [access.peek(organizationId), access.peek(others[4]!), access.peek(others[0]!)].map((each) => each !== undefined),
    ).toEqual([true, true, false]);
    access = open(1);
    expect(await check()).toBe(true);
    expect(access.size.organizations).toBe(1);
  });
});

describe('in bad times the copy of access facts', () => {
  it('follows an owner that was restored to an earlier moment', async () => {
    grants.revision = 7;
    await access.forOrganization(organizationId);
    access.onChange({ part: 'grants', organizationId, revision: 9 });
    grants.revision = 8;
    await expect(access.forOrganization(organizationId)).resolves.toBeDefined();
  });

  it('answers about more organizations at once than there is room for', async () => {
    access = open(8_000);
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

  it('keeps nothing of organizations that do not exist', async () => {
    for (let count = 0; count < 50; count += 1) expect((await access.people(nowhere)).size).toBe(0);
    expect(access.size.organizations).toBe(0);
  });

  it('does not take a session for good because an older list was still on its way', async () => {
    const rpc = new RpcClient(bus, 'reader');
    const [first, second] = [newId('ses', new Date()), newId('ses', new Date())];
    const lists: { answer: (ids: string[]) => void }[] = [];
    await bus.serve(
      listEndedSessions.subject,
      'identity',
      () =>
        new Promise((resolve) =>
          lists.push({ answer: (sessionIds) => resolve(encode({ output: { sessionIds, nextCursor: null } })) }),
        ),
    );
    identityLeaseMs = 40;
    const sessions = new EndedSessions(new Leases('process', rpc), rpc);
    const asked = sessions.has(second);
    while (lists.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    // The lease runs out while the first list is on its way; meanwhile the session ends, and this process does not hear of it.
    await new Promise((resolve) => setTimeout(resolve, 60));
    identityLeaseMs = 60_000;
    lists[0]!.answer([first]);
    while (lists.length === 1) await new Promise((resolve) => setTimeout(resolve, 1));
    lists[1]!.answer([first, second]);
    expect(await asked).toBe(true);
  });
});

describe('the copy of the rights of product types', () => {
  const may = async (right: string): Promise<boolean> =>
    (await access.forOrganization(organizationId)).check({ accountId: anna, right, productId, at });
  const pass = (ms: number): void => {
    const now = performance.now() + ms;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  };
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is loaded once for all organizations, and says no by role to a right that the type does not have', async () => {
    expect(await Promise.all([may('technical'), may('banana')])).toEqual([true, false]);
    await access.forOrganization(id('org'));
    expect([await may('technical'), types.asked]).toEqual([true, 1]);
    expect(
      (await access.forOrganization(organizationId)).decide({ accountId: anna, right: 'banana', productId, at }),
    ).toMatchObject({
      refusal: 'right_unknown',
    });
  });

  it('has a right that the catalogue gains after ten seconds', async () => {
    expect(await may('statistics')).toBe(false);
    types.rights = ['technical', 'statistics'];
    expect([await may('statistics'), types.asked]).toEqual([false, 1]);
    pass(10_000);
    expect([await may('statistics'), await may('technical'), types.asked]).toEqual([true, true, 2]);
  });

  it('is loaded again with a product of a type that is new', async () => {
    await access.forOrganization(organizationId);
    const other = id('org');
    type = 'drive';
    await access.forOrganization(other);
    expect(types.asked).toBe(2);
  });

  it('is used as it is while it cannot be loaded again, and is needed once', async () => {
    types.isAway = true;
    await expect(may('technical')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    types.isAway = false;
    expect(await may('technical')).toBe(true);
    types.isAway = true;
    pass(10_000);
    expect([await may('technical'), await may('banana')]).toEqual([true, false]);
  });
});

describe('a revision', () => {
  it('is one opaque word that says how far each part is, for its organization alone', () => {
    const word = writeRevision(organizationId, { people: 3, grants: 12 });
    expect(word).toMatch(/^[\w-]+$/);
    expect(readRevision(organizationId, word)).toEqual({ people: 3, grants: 12, products: 0 });
    expect(readRevision(id('org'), word)).toEqual({});
  });

  it.each([
    '',
    'x',
    'AAAA',
    Buffer.from('org_x.1.1.1').toString('base64url'),
    Buffer.from(`${organizationId}.1.-1.1`).toString('base64url'),
    Buffer.from(`${organizationId}.1.1e3.1`).toString('base64url'),
  ])('is refused when it is %j', (word) => {
    expect(() => readRevision(organizationId, word)).toThrow(
      expect.objectContaining({ code: 'ACCESS_REVISION_INVALID' }),
    );
  });
});
