import { newId, toUuid } from '@cordee/contracts/id';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { setRole, setTenantContext } from '@cordee/service/database/tenant-context';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { moved, OutboxFixture, SERVICE } from './outbox.fixture.ts';

const roles = databaseRoles(SERVICE);
const [ours, theirs] = [newId('org', new Date()), newId('org', new Date())];
let test: OutboxFixture;
beforeAll(async () => {
  test = await OutboxFixture.start();
  await test.publishEvent(moved('a', 1));
  await test.admin.query('insert into box values ($1, $3), ($2, $3)', [toUuid(ours), toUuid(theirs), 'box']);
});
afterAll(() => test.stop());

type RoleName = 'runtime' | 'relay' | 'sweep' | 'staff' | 'reader';
const rollBack = new Error('rolled back');

/** Returns `allowed`, `denied` or another error of PostgreSQL; the transaction is rolled back. */
const tryAs = (role: RoleName, sql: string): Promise<string> =>
  test
    .transaction(async (em) => {
      if (role !== 'runtime') setRole(em, roles[role]);
      await em.execute(sql);
      throw rollBack;
    })
    .catch((error: unknown) =>
      error === rollBack ? 'allowed' : /permission denied/.test(String(error)) ? 'denied' : String(error),
    );

const statements = {
  read: 'select * from outbox',
  mark: 'update outbox set published_at = created_at',
  change: `update outbox set body = '{}'`,
  drop: 'delete from outbox',
  insert: `insert into outbox (event_id, subject, entity_id, sequence, body, created_at)
           values (gen_random_uuid(), 's', 'x', 1, '{}', '2026-11-22')`,
  'read dead letters': 'select * from dead_letter',
  'drop keys': 'delete from idempotency_key',
} as const;

describe('roles', () => {
  it.each<[RoleName, (keyof typeof statements)[]]>([
    ['runtime', ['insert']],
    ['relay', ['read', 'mark', 'change', 'drop']],
    ['sweep', ['insert', 'read dead letters', 'drop keys']],
    ['staff', ['insert', 'read dead letters']],
    ['reader', []],
  ])('%s has exactly these rights on the platform tables: %s', async (role, allowed) => {
    for (const [name, sql] of Object.entries(statements)) {
      expect([name, await tryAs(role, sql)]).toEqual([
        name,
        allowed.includes(name as keyof typeof statements) ? 'allowed' : 'denied',
      ]);
    }
  });

  it('a service cannot switch to a role of another service, to an unknown role, or to its owner role', async () => {
    await expect(test.transaction((em) => setRole(em, 'cordee_identity_owner'))).rejects.toThrow();
    for (const role of ['postgres', 'cordee_x; drop table box', 'cordee_X', ''])
      await expect(test.transaction((em) => setRole(em, role))).rejects.toThrow('not a role of a service');
    await expect(test.transaction((em) => setRole(em, roles.owner))).rejects.toThrow();
  });

  it('a role is reset at the end of the transaction', async () => {
    await test.transaction((em) => setRole(em, roles.relay));
    expect(await tryAs('runtime', statements.read)).toBe('denied');
  });
});

describe('rows of customers', () => {
  const organizations = (role: RoleName, scope?: `org_${string}`): Promise<string[]> =>
    test.transaction(async (em) => {
      if (role !== 'runtime') setRole(em, roles[role]);
      if (scope) setTenantContext(em, { organizationId: scope });
      return (await em.execute<{ organization_id: string }[]>('select organization_id from box order by 1')).map(
        ({ organization_id: id }) => id,
      );
    });

  it.each<[RoleName, string, () => [`org_${string}` | undefined, string[]]]>([
    ['runtime', 'no rows without a tenant context', () => [undefined, []]],
    ['runtime', 'only the rows of the organization in the tenant context', () => [ours, [toUuid(ours)]]],
    ['sweep', 'all rows', () => [undefined, [toUuid(ours), toUuid(theirs)].toSorted()]],
    ['staff', 'all rows', () => [undefined, [toUuid(ours), toUuid(theirs)].toSorted()]],
  ])('the role %s reads %s', async (role, _, expected) => {
    const [scope, expectedIds] = expected();
    expect(await organizations(role, scope)).toEqual(expectedIds);
  });

  it('rows of another organization cannot be written', async () => {
    const write = (sql: string): Promise<unknown> =>
      test.transaction(async (em) => {
        setTenantContext(em, { organizationId: ours });
        return em.execute(sql, [toUuid(theirs)]);
      });
    await expect(write(`insert into box values (?, 'mine')`)).rejects.toThrow(/row-level security/);
    expect(await write(`update box set id = 'mine' where organization_id = ? returning id`)).toEqual([]);
    expect(await write(`delete from box where organization_id = ? returning id`)).toEqual([]);
  });

  it('rows are readable only until the end of the transaction with the tenant context', async () => {
    await test.transaction((em) => setTenantContext(em, { organizationId: ours }));
    expect(await organizations('runtime')).toEqual([]);
  });
});
