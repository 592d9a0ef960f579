import { newId, toUuid } from '@cordee/contracts/id';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { setRole, setTenantContext } from '@cordee/service/database/tenant-context';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boxMovedEvent, OutboxFixture, SERVICE } from './outbox.fixture.ts';

const roles = databaseRoles(SERVICE);
const [ownOrganizationId, otherOrganizationId] = [newId('org', new Date()), newId('org', new Date())];
let test: OutboxFixture;
beforeAll(async () => {
  test = await OutboxFixture.start();
  await test.commitEvents(boxMovedEvent('a', 1));
  await test.admin.query('insert into box values ($1, $3), ($2, $3)', [
    toUuid(ownOrganizationId),
    toUuid(otherOrganizationId),
    'box',
  ]);
});
afterAll(() => test.stop());

type RoleName = 'runtime' | 'relay' | 'sweep' | 'staff' | 'reader';
const rollbackError = new Error('rolled back');

/** Returns `allowed`, `denied` or another error of PostgreSQL; the transaction is rolled back. */
const tryAs = (role: RoleName, sql: string): Promise<string> =>
  test
    .transaction(async (em) => {
      if (role !== 'runtime') setRole(em, roles[role]);
      await em.execute(sql);
      throw rollbackError;
    })
    .catch((error: unknown) =>
      error === rollbackError ? 'allowed' : /permission denied/.test(String(error)) ? 'denied' : String(error),
    );

const statements = {
  'read events': 'select * from outbox',
  'mark events as published': 'update outbox set published_at = created_at',
  'change events': `update outbox set body = '{}'`,
  'delete events': 'delete from outbox',
  'insert events': `insert into outbox (event_id, subject, entity_id, sequence, body, created_at)
           values (gen_random_uuid(), 's', 'x', 1, '{}', '2026-11-22')`,
  'read dead letters': 'select * from dead_letter',
  'delete keys': 'delete from idempotency_key',
} as const;

describe('a database role', () => {
  it.each<[RoleName, (keyof typeof statements)[]]>([
    ['runtime', ['insert events']],
    ['relay', ['read events', 'mark events as published', 'change events', 'delete events']],
    ['sweep', ['insert events', 'read dead letters', 'delete keys']],
    ['staff', ['insert events', 'read dead letters']],
    ['reader', []],
  ])('with the name %s has exactly these rights on the platform tables: %s', async (role, allowed) => {
    for (const [name, sql] of Object.entries(statements)) {
      expect([name, await tryAs(role, sql)]).toEqual([
        name,
        allowed.includes(name as keyof typeof statements) ? 'allowed' : 'denied',
      ]);
    }
  });

  it('of another service, an unknown role and the owner role cannot be used by a service', async () => {
    await expect(test.transaction((em) => setRole(em, 'cordee_identity_owner'))).rejects.toThrow();
    for (const role of ['postgres', 'cordee_x; drop table box', 'cordee_X', ''])
      await expect(test.transaction((em) => setRole(em, role))).rejects.toThrow('not a role of a service');
    await expect(test.transaction((em) => setRole(em, roles.owner))).rejects.toThrow();
  });

  it('is reset at the end of the transaction', async () => {
    await test.transaction((em) => setRole(em, roles.relay));
    expect(await tryAs('runtime', statements['read events'])).toBe('denied');
  });
});

describe('row-level security', () => {
  const listOrganizationIds = (role: RoleName, contextOrganizationId?: `org_${string}`): Promise<string[]> =>
    test.transaction(async (em) => {
      if (role !== 'runtime') setRole(em, roles[role]);
      if (contextOrganizationId) setTenantContext(em, { organizationId: contextOrganizationId });
      return (await em.execute<{ organization_id: string }[]>('select organization_id from box order by 1')).map(
        ({ organization_id: id }) => id,
      );
    });

  it.each<[RoleName, string, () => [`org_${string}` | undefined, string[]]]>([
    ['runtime', 'no rows without a tenant context', () => [undefined, []]],
    [
      'runtime',
      'only the rows of the organization in the tenant context',
      () => [ownOrganizationId, [toUuid(ownOrganizationId)]],
    ],
    ['sweep', 'all rows', () => [undefined, [toUuid(ownOrganizationId), toUuid(otherOrganizationId)].toSorted()]],
    ['staff', 'all rows', () => [undefined, [toUuid(ownOrganizationId), toUuid(otherOrganizationId)].toSorted()]],
  ])('lets the role %s read %s', async (role, _, expected) => {
    const [contextOrganizationId, expectedIds] = expected();
    expect(await listOrganizationIds(role, contextOrganizationId)).toEqual(expectedIds);
  });

  it('prevents changes of rows of another organization', async () => {
    const write = (sql: string): Promise<unknown> =>
      test.transaction(async (em) => {
        setTenantContext(em, { organizationId: ownOrganizationId });
        return em.execute(sql, [toUuid(otherOrganizationId)]);
      });
    await expect(write(`insert into box values (?, 'mine')`)).rejects.toThrow(/row-level security/);
    expect(await write(`update box set id = 'mine' where organization_id = ? returning id`)).toEqual([]);
    expect(await write(`delete from box where organization_id = ? returning id`)).toEqual([]);
  });

  it('lets rows be read only until the end of the transaction with the tenant context', async () => {
    await test.transaction((em) => setTenantContext(em, { organizationId: ownOrganizationId }));
    expect(await listOrganizationIds('runtime')).toEqual([]);
  });
});
