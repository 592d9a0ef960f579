import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inviteMember } from '@cordee/contracts/identity/invitation';
import { changeMember, getMemberSnapshot, listMembers, removeMember } from '@cordee/contracts/identity/member';
import { createOrganization, getOrganization } from '@cordee/contracts/identity/organization';
import {
  enterSupportAccess,
  grantSupportAccess,
  leaveSupportAccess,
  listLiveSupportAccesses,
  listSupportAccesses,
  listSupportActions,
  recordSupportAction,
  revokeSupportAccess,
} from '@cordee/contracts/identity/support-access';
import { newId } from '@cordee/contracts/id';
import { uuid, type TestService } from '@cordee/testing/test-service';
import type * as z from 'zod';
import { IdentityFixture, type JoinedPerson, type Person } from '../../test/identity.fixture.ts';

const HOUR_MS = 3_600_000;
let fixture: IdentityFixture;
let test: TestService;

type OrganizationId = `org_${string}`;
type GrantInput = Partial<Omit<z.input<typeof grantSupportAccess.input>, 'organizationId'>>;

/** Two members of staff (Sam, Tom), three people of the customer (Anna, Ben, Eva), and a stranger (Ivo). */
let sam: Person, tom: Person, anna: Person, ben: Person, eva: Person, ivo: Person;
/** The customer with a manager, a collaborator with rights on one site, and an external. */
let customer: {
  organizationId: OrganizationId;
  manager: Person;
  ben: JoinedPerson;
  eva: JoinedPerson;
  site: `prd_${string}`;
  mail: `prd_${string}`;
};

beforeAll(async () => {
  fixture = await IdentityFixture.start({ STAFF_EMAILS: 'sam@provider.example,tom@provider.example' });
  test = fixture.service;
  sam = await fixture.signUp('Sam Support', 'sam@provider.example');
  tom = await fixture.signUp('Tom Support', 'tom@provider.example');
  for (const staff of [sam, tom]) staff.as = { staff: staff.accountId };
  [anna, ben, eva, ivo] = [
    await fixture.signUp('Anna Keller'),
    await fixture.signUp('Ben Rossi'),
    await fixture.signUp('Eva Frei'),
    await fixture.signUp('Ivo Fremd'),
  ];
});
afterAll(() => test.stop());

beforeEach(async () => {
  await fixture.forgetAttempts();
  const { id: organizationId } = await test.call(createOrganization, { name: 'Alpine Rescue' }, anna.as);
  const manager = { ...anna, organizationId };
  const [site, mail] = [newId('prd', new Date()), newId('prd', new Date())];
  test.stubbedSnapshots.products.set(organizationId, [
    { productId: site, type: 'web_hosting', name: 'alpine.example' },
    { productId: mail, type: 'mail_service', name: 'Mail' },
  ]);
  customer = {
    organizationId,
    manager,
    ben: await fixture.join(manager, 'collaborator', ben),
    eva: await fixture.join(manager, 'external', eva),
    site,
    mail,
  };
  test.stubbedSnapshots.grants.set(organizationId, {
    grants: [customer.ben, customer.eva].map(({ accountId, memberId }) => ({
      grantId: newId('grt', new Date()),
      holder: { kind: 'account', accountId, memberId },
      object: { kind: 'product', productId: site },
      right: 'technical',
      endsAt: null,
    })),
  });
});

const grantInput = (input: GrantInput = {}) => ({
  organizationId: customer.organizationId,
  level: 'read' as const,
  productIds: null,
  hours: 24,
  reason: 'The site answers with an error',
  ticket: 'T-4711',
  ...input,
});
const grant = (input: GrantInput = {}, by = customer.manager) =>
  test.call(grantSupportAccess, grantInput(input), by.as);
const enter = (supportAccessId: `sup_${string}`, staff = sam) =>
  test.call(enterSupportAccess, { supportAccessId }, staff.as);
const readOrganization = (staff = sam) =>
  test.codeOf(getOrganization, { organizationId: customer.organizationId }, staff.as);
const supportInSnapshot = async (input: { since?: number; at?: string } = {}) =>
  (await test.call(getMemberSnapshot, { organizationId: customer.organizationId, ...input }, { service: 'teams' }))
    .support;
const eventsOf = async (supportAccessId: string) =>
  (await test.outbox()).filter(({ data }) => data['supportAccessId'] === supportAccessId);
const afterHours = (hours: number): string =>
  new Date(test.process.clock.now().getTime() + hours * HOUR_MS).toISOString();

describe('the grant of a support access (SUP-3)', () => {
  type Giver = 'manager' | 'ben' | 'eva';
  type Coverage = 'whole' | 'site' | 'mail' | 'foreign';
  it.each<[Giver, Coverage, boolean, string]>([
    ['manager', 'whole', false, 'ok'],
    ['manager', 'whole', true, 'ok'],
    ['manager', 'site', true, 'ok'],
    ['manager', 'foreign', false, 'PRODUCT_NOT_FOUND'],
    ['ben', 'whole', false, 'SUPPORT_ACCESS_TOO_WIDE'],
    ['ben', 'site', false, 'ok'],
    ['ben', 'site', true, 'SUPPORT_ACCESS_TOO_WIDE'],
    ['ben', 'mail', false, 'PRODUCT_NOT_FOUND'],
    ['ben', 'foreign', false, 'PRODUCT_NOT_FOUND'],
    ['eva', 'whole', false, 'PERMISSION_DENIED'],
    ['eva', 'site', false, 'PERMISSION_DENIED'],
  ])('by %s for %s with content %s returns %s', async (giver, coverage, withContent, code) => {
    const productIds =
      coverage === 'whole' ? null : [coverage === 'foreign' ? newId('prd', new Date()) : customer[coverage]];
    expect(
      await test.codeOf(
        grantSupportAccess,
        grantInput({ productIds, withContent, level: 'write' }),
        customer[giver].as,
      ),
    ).toBe(code);
  });

  it.each<[string, GrantInput, string]>([
    ['less than an hour', { hours: 0 }, 'INPUT_INVALID'],
    ['an hour', { hours: 1 }, 'ok'],
    ['thirty days', { hours: 720 }, 'ok'],
    ['more than thirty days', { hours: 721 }, 'INPUT_INVALID'],
    ['no reason', { reason: ' ' }, 'INPUT_INVALID'],
    ['no product', { productIds: [] }, 'INPUT_INVALID'],
    ['no ticket', { ticket: null }, 'ok'],
  ])('with %s: %j returns %s', async (_, input, code) => {
    expect(await test.codeOf(grantSupportAccess, grantInput(input), customer.manager.as)).toBe(code);
  });

  it('returns a pointer per error', async () => {
    const input = grantInput({ productIds: [customer.site, newId('prd', new Date())] });
    await expect(test.call(grantSupportAccess, input, customer.ben.as)).rejects.toMatchObject({
      code: 'PRODUCT_NOT_FOUND',
      errors: [{ pointer: '/productIds/1' }],
    });
  });

  it('is rejected for a stranger and for staff', async () => {
    expect(await test.codeOf(grantSupportAccess, grantInput(), ivo.as)).toBe('ORGANIZATION_NOT_FOUND');
    expect(await test.codeOf(grantSupportAccess, grantInput(), sam.as)).toBe('ORGANIZATION_NOT_FOUND');
    await enter((await grant({ level: 'write', withContent: true })).id);
    expect(await test.codeOf(grantSupportAccess, grantInput(), sam.as)).toBe('PERMISSION_DENIED');
  });

  it('is idempotent with a key and publishes one event', async () => {
    const key = { idempotencyKey: newId('job', new Date()) };
    const input = grantInput({ productIds: [customer.site, customer.site], level: 'write' });
    const first = await test.call(grantSupportAccess, input, customer.ben.as, key);
    expect(await test.call(grantSupportAccess, input, customer.ben.as, key)).toEqual(first);
    expect(first).toMatchObject({
      status: 'live',
      level: 'write',
      withContent: false,
      products: [{ productId: customer.site, name: 'alpine.example' }],
      givenBy: { accountId: customer.ben.accountId, name: 'Ben Rossi' },
      ticket: 'T-4711',
      entries: [],
    });
    expect((await eventsOf(first.id)).map(({ type, data }) => [type, data['productIds'], data['endsAt']])).toEqual([
      ['identity.support_access.granted', [customer.site], first.endsAt],
    ]);
  });
});

describe('staff', () => {
  it('see only the access, and nothing else of the organization, before they enter the access', async () => {
    const { id } = await grant({ productIds: [customer.site], level: 'write' });
    const listedAccess = (await test.call(listLiveSupportAccesses, {}, sam.as)).data.find((row) => row.id === id)!;
    expect(listedAccess).toEqual({
      id,
      organizationId: customer.organizationId,
      organizationName: 'Alpine Rescue',
      level: 'write',
      withContent: false,
      products: [{ productId: customer.site, name: 'alpine.example' }],
      reason: 'The site answers with an error',
      ticket: 'T-4711',
      endsAt: listedAccess.endsAt,
      isEntered: false,
    });
    expect(await readOrganization()).toBe('ORGANIZATION_NOT_FOUND');
    expect(await test.codeOf(listLiveSupportAccesses, {}, customer.manager.as)).toBe('NOT_FOUND');
    expect(await test.codeOf(enterSupportAccess, { supportAccessId: id }, customer.manager.as)).toBe('NOT_FOUND');
  });

  it('have access from entering until leaving; entering and leaving are idempotent and affect no other', async () => {
    const { id } = await grant();
    expect(await enter(id)).toEqual(await enter(id));
    expect([await readOrganization(sam), await readOrganization(tom)]).toEqual(['ok', 'ORGANIZATION_NOT_FOUND']);
    expect((await test.call(listLiveSupportAccesses, {}, sam.as)).data.find((row) => row.id === id)).toMatchObject({
      isEntered: true,
    });
    for (let time = 0; time < 2; time += 1) await test.call(leaveSupportAccess, { supportAccessId: id }, sam.as);
    expect(await readOrganization()).toBe('ORGANIZATION_NOT_FOUND');
    expect((await eventsOf(id)).map(({ type, event }) => [type.split('.').at(-1), event.actorid])).toEqual([
      ['granted', customer.manager.accountId],
      ['entered', sam.accountId],
      ['left', sam.accountId],
    ]);
    await enter(id);
    expect(await readOrganization()).toBe('ok');
  });

  it.each<[string, () => Promise<`sup_${string}`>]>([
    ['unknown', async () => newId('sup', new Date())],
    [
      'revoked',
      async () => {
        const { id } = await grant();
        await test.call(
          revokeSupportAccess,
          { organizationId: customer.organizationId, supportAccessId: id },
          customer.manager.as,
        );
        return id;
      },
    ],
  ])('cannot enter or leave an access that is %s', async (_, createAccess) => {
    const supportAccessId = await createAccess();
    expect([
      await test.codeOf(enterSupportAccess, { supportAccessId }, sam.as),
      await test.codeOf(leaveSupportAccess, { supportAccessId }, sam.as),
    ]).toEqual(['SUPPORT_ACCESS_NOT_FOUND', 'SUPPORT_ACCESS_NOT_FOUND']);
  });

  it('may read members, and may not change roles even with the level write', async () => {
    const {
      organizationId,
      ben: { memberId },
    } = customer;
    await enter((await grant({ level: 'write', withContent: true })).id);
    expect(await test.codeOf(listMembers, { organizationId }, sam.as)).toBe('ok');
    expect(await test.codeOf(changeMember, { organizationId, memberId, role: 'administrator' }, sam.as)).toBe(
      'PERMISSION_DENIED',
    );
    expect(
      await test.codeOf(inviteMember, { organizationId, email: 'new@example.ch', role: 'collaborator' }, sam.as),
    ).toBe('PERMISSION_DENIED');
    expect(await test.codeOf(removeMember, { organizationId, memberId }, sam.as)).toBe('PERMISSION_DENIED');
  });

  it('get one entry when they enter an access several times concurrently', async () => {
    const { id } = await grant();
    await Promise.all([enter(id), enter(id), enter(id)]);
    expect(await test.rows('select from support_entry where support_access_id = $1', [uuid(id)])).toHaveLength(1);
    expect((await eventsOf(id)).filter(({ type }) => type === 'identity.support_access.entered')).toHaveLength(1);
  });
});

describe('a support access ends', () => {
  const revoke = (supportAccessId: `sup_${string}`, by: Person, organizationId = customer.organizationId) =>
    test.codeOf(revokeSupportAccess, { organizationId, supportAccessId }, by.as);

  it('once when it is revoked, and staff lose access on their next request', async () => {
    const { id } = await grant();
    await Promise.all([enter(id, sam), enter(id, tom)]);
    expect(await revoke(id, customer.manager)).toBe('ok');
    expect([await readOrganization(sam), await readOrganization(tom)]).toEqual([
      'ORGANIZATION_NOT_FOUND',
      'ORGANIZATION_NOT_FOUND',
    ]);
    expect(await revoke(id, customer.manager)).toBe('ok');
    expect((await eventsOf(id)).filter(({ type }) => type === 'identity.support_access.ended')).toMatchObject([
      { data: { cause: 'revoked' }, event: { actorid: customer.manager.accountId } },
    ]);
    const [revoked] = (
      await test.call(
        listSupportAccesses,
        { organizationId: customer.organizationId, status: 'past' },
        customer.manager.as,
      )
    ).data;
    expect(revoked).toMatchObject({
      id,
      status: 'revoked',
      endedBy: customer.manager.accountId,
      entries: [{ leftAt: revoked!.endedAt }, { leftAt: revoked!.endedAt }],
    });
  });

  it('when its giver or a manager revokes it; other people do not find it', async () => {
    const [byManager, byBen, alsoByBen] = [
      await grant(),
      await grant({ productIds: [customer.site] }, customer.ben),
      await grant({ productIds: [customer.site] }, customer.ben),
    ];
    expect(await revoke(byManager.id, customer.ben)).toBe('SUPPORT_ACCESS_NOT_FOUND');
    expect(await revoke(newId('sup', new Date()), customer.ben)).toBe('SUPPORT_ACCESS_NOT_FOUND');
    expect(await revoke(byManager.id, ivo, ivo.organizationId)).toBe('SUPPORT_ACCESS_NOT_FOUND');
    expect(await revoke(byManager.id, customer.eva)).toBe('PERMISSION_DENIED');
    expect(await revoke(byBen.id, customer.ben)).toBe('ok');
    expect(await revoke(alsoByBen.id, customer.manager)).toBe('ok');
  });

  it('at its end time, and a job records the end', async () => {
    const { id, endsAt } = await grant({ hours: 1 });
    const longer = await grant({ hours: 2, productIds: [customer.site] });
    await enter(id);
    await enter(longer.id);
    expect(await test.codeOf(listMembers, { organizationId: customer.organizationId }, sam.as)).toBe('ok');
    test.moveClockTo(endsAt);
    // The longer access is still valid. The expired access does not allow reading the members any more.
    expect([
      await readOrganization(),
      await test.codeOf(listMembers, { organizationId: customer.organizationId }, sam.as),
    ]).toEqual(['ok', 'PERMISSION_DENIED']);
    expect(await test.codeOf(enterSupportAccess, { supportAccessId: id }, tom.as)).toBe('SUPPORT_ACCESS_NOT_FOUND');
    const ended = await test.until(
      async () => (await eventsOf(id)).find(({ type }) => type === 'identity.support_access.ended'),
      'the end of the access',
    );
    expect(ended).toMatchObject({ data: { cause: 'expired' }, event: { actorid: 'service:identity' } });
    expect(
      await test.rows(
        `select end_cause, ended_at, left_at
         from support_access join support_entry on support_access_id = id where id = $1`,
        [uuid(id)],
      ),
    ).toEqual([{ end_cause: 'expired', ended_at: new Date(endsAt), left_at: new Date(endsAt) }]);
    expect(await revoke(id, customer.manager)).toBe('ok');
    expect(
      (await test.call(listSupportAccesses, { organizationId: customer.organizationId }, customer.manager.as)).data,
    ).toMatchObject([
      { id: longer.id, status: 'live' },
      { id, status: 'expired', endedAt: endsAt, endedBy: null },
    ]);
  });

  it('permanently, also when staff enter it concurrently', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await grant();
      const [, ...entered] = await Promise.all([
        revoke(id, customer.manager),
        ...[sam, tom, sam].map((staff) => test.codeOf(enterSupportAccess, { supportAccessId: id }, staff.as)),
      ]);
      for (const code of entered) expect(['ok', 'SUPPORT_ACCESS_NOT_FOUND']).toContain(code);
      expect(
        await test.rows('select from support_entry where support_access_id = $1 and left_at is null', [uuid(id)]),
      ).toEqual([]);
      expect([await readOrganization(sam), await readOrganization(tom)]).toEqual([
        'ORGANIZATION_NOT_FOUND',
        'ORGANIZATION_NOT_FOUND',
      ]);
    }
  });
});

describe('the member snapshot', () => {
  it('contains the current support entries, the changed entries, or the entries at an instant', async () => {
    const { organizationId, site } = customer;
    const before = test.process.clock.now().toISOString();
    const access = await grant({ productIds: [site], level: 'write', withContent: true });
    expect(await supportInSnapshot()).toEqual([]);
    const { revision: since } = await test.call(getMemberSnapshot, { organizationId }, { service: 'teams' });
    test.moveClockTo(afterHours(1));
    await enter(access.id);
    const entry = {
      supportAccessId: access.id,
      accountId: sam.accountId,
      level: 'write',
      withContent: true,
      products: [{ productId: site, ownershipNumber: 1 }],
      grantedByMemberId: expect.stringMatching(/^mem_/),
      endsAt: access.endsAt,
    };
    expect(await supportInSnapshot()).toEqual([entry]);
    expect(await test.call(getMemberSnapshot, { organizationId, since }, { service: 'teams' })).toMatchObject({
      changed: [access.id],
      people: [],
      support: [entry],
    });
    const during = test.process.clock.now().toISOString();
    test.moveClockTo(afterHours(1));
    const { revision: revisionAfterEntry } = await test.call(
      getMemberSnapshot,
      { organizationId },
      { service: 'teams' },
    );
    await test.call(leaveSupportAccess, { supportAccessId: access.id }, sam.as);
    expect(
      await test.call(getMemberSnapshot, { organizationId, since: revisionAfterEntry }, { service: 'teams' }),
    ).toMatchObject({
      changed: [access.id],
      support: [],
    });
    expect([
      await supportInSnapshot({ at: before }),
      await supportInSnapshot({ at: during }),
      await supportInSnapshot({ at: access.endsAt }),
      await supportInSnapshot(),
    ]).toEqual([[], [entry], [], []]);
    const about = (accountId: `acc_${string}`) =>
      test.call(getMemberSnapshot, { organizationId, at: during, about: { accountId } }, { service: 'teams' });
    expect([(await about(sam.accountId)).support, (await about(tom.accountId)).support]).toEqual([[entry], []]);
  });
});

describe('the audit log of staff', () => {
  const actions = (supportAccessId: `sup_${string}`, by: Person, more: { limit?: number; cursor?: string } = {}) =>
    test.call(listSupportActions, { organizationId: customer.organizationId, supportAccessId, ...more }, by.as);

  it('shows the giver and managers every action of staff, including reads, with the member of staff', async () => {
    const { organizationId, manager, site } = customer;
    const { id } = await grant({ productIds: [site], level: 'write' }, ben);
    await enter(id);
    const withRequestId = (requestId: string) => ({
      causedBy: { requestId, token: undefined, traceparent: undefined, language: 'en' as const, reason: undefined },
    });
    for (const requestId of ['one', 'two', 'three'])
      await test.call(getOrganization, { organizationId }, sam.as, withRequestId(requestId));
    await test.call(
      recordSupportAction,
      {
        organizationId,
        accountId: sam.accountId,
        supportAccessIds: [id],
        subject: 'rpc.products.product.get.v1',
        about: [site],
      },
      { service: 'products' },
      withRequestId('four'),
    );
    const first = await actions(id, ben, { limit: 2 });
    const second = await actions(id, manager, { limit: 2, cursor: first.nextCursor! });
    expect([...first.data, ...second.data].map(({ requestId }) => requestId)).toEqual(['four', 'three', 'two', 'one']);
    expect(second.nextCursor).toBeNull();
    expect(first.data[0]).toMatchObject({
      accountId: sam.accountId,
      name: 'Sam Support',
      ticket: 'T-4711',
      subject: 'rpc.products.product.get.v1',
      about: [site],
    });
    expect(first.data[1]).toMatchObject({ subject: getOrganization.subject, about: [] });
    expect((await test.call(listSupportAccesses, { organizationId }, ben.as)).data).toMatchObject([
      { id, entries: [{ accountId: sam.accountId, name: 'Sam Support', leftAt: null, actionCount: 4 }] },
    ]);

    const byManager = await grant();
    expect((await test.call(listSupportAccesses, { organizationId }, ben.as)).data.map((access) => access.id)).toEqual([
      id,
    ]);
    expect(
      (await test.call(listSupportAccesses, { organizationId }, manager.as)).data.map((access) => access.id),
    ).toEqual([byManager.id, id]);
    for (const [person, code] of [
      [ben, 'SUPPORT_ACCESS_NOT_FOUND'],
      [manager, 'ok'],
      [eva, 'PERMISSION_DENIED'],
      [sam, 'PERMISSION_DENIED'],
    ] as const) {
      expect(await test.codeOf(listSupportActions, { organizationId, supportAccessId: byManager.id }, person.as)).toBe(
        code,
      );
    }
  });

  it('is written only for staff who have entered a live access of the organization', async () => {
    const { organizationId } = customer;
    const { id } = await grant();
    const record = async (accountId: `acc_${string}`, inOrganization = organizationId) =>
      (
        await test.call(
          recordSupportAction,
          { organizationId: inOrganization, accountId, supportAccessIds: [id], subject: 'rpc.a.b.c.v1', about: [] },
          { service: 'products' },
        )
      ).supportAccessIds;
    expect(await record(sam.accountId)).toEqual([]);
    await enter(id);
    expect([
      await record(sam.accountId),
      await record(tom.accountId),
      await record(sam.accountId, sam.organizationId),
    ]).toEqual([[id], [], []]);
    await test.rows('update account set is_staff = false where id = $1', [uuid(sam.accountId)]);
    expect(await record(sam.accountId)).toEqual([]);
    await test.rows('update account set is_staff = true where id = $1', [uuid(sam.accountId)]);
    await test.call(revokeSupportAccess, { organizationId, supportAccessId: id }, customer.manager.as);
    expect(await record(sam.accountId)).toEqual([]);
    expect((await actions(id, customer.manager)).data).toHaveLength(1);
  });

  it('cannot be changed by the roles of the service, and accesses cannot be deleted', async () => {
    const rights = await test.rows(
      `select grantee, table_name, string_agg(privilege_type, ' ' order by privilege_type) as may
       from information_schema.role_table_grants
       where table_name in ('support_action', 'support_access')
         and grantee in ('cordee_identity', 'cordee_identity_staff', 'cordee_identity_sweep')
       group by 1, 2 order by 2, 1`,
    );
    expect(rights.map(({ table_name, may }) => [table_name, may])).toEqual([
      ...Array.from({ length: 3 }, () => ['support_access', 'INSERT SELECT UPDATE']),
      ...Array.from({ length: 3 }, () => ['support_action', 'INSERT SELECT']),
    ]);
  });

  it('lists accesses in pages, newest first, filtered by status', async () => {
    const { organizationId, manager } = customer;
    const grantedIds: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      test.moveClockTo(new Date(test.process.clock.now().getTime() + 1_000).toISOString());
      grantedIds.unshift((await grant()).id);
    }
    const revokedId = grantedIds[1]!;
    await test.call(revokeSupportAccess, { organizationId, supportAccessId: revokedId }, manager.as);
    const listIds = async (status?: 'live' | 'past'): Promise<string[]> => {
      const ids: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const { data, nextCursor } = await test.call(
          listSupportAccesses,
          { organizationId, status, limit: 2, ...(cursor ? { cursor } : {}) },
          manager.as,
        );
        ids.push(...data.map(({ id }) => id));
        cursor = nextCursor;
      }
      return ids;
    };
    expect([await listIds(), await listIds('past'), await listIds('live')]).toEqual([
      grantedIds,
      [revokedId],
      grantedIds.filter((id) => id !== revokedId),
    ]);
    expect(await test.codeOf(listSupportAccesses, { organizationId, cursor: 'x' }, manager.as)).toBe('INPUT_INVALID');
    const liveIds: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await test.call(listLiveSupportAccesses, { limit: 3, ...(cursor ? { cursor } : {}) }, tom.as);
      liveIds.push(...page.data.filter((row) => row.organizationId === organizationId).map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(liveIds).toEqual(grantedIds.filter((id) => id !== revokedId));
  });
});
