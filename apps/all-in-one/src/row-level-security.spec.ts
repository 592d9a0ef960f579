import { randomUUID } from 'node:crypto';
import { MIGRATION_TABLE } from '@cordee/service/database/orm';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { OPEN_TABLE_COMMENT } from '@cordee/service/database/tenant-tables';
import { createTestDatabase } from '@cordee/testing/test-database';
import { serverUrl } from '@cordee/testing/test-environment';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { columnsOf, dropConstraints, insertStatement, makeRow, type Column } from '../test/table-rows.ts';
import { services } from './services.ts';

/** Tables whose rows every transaction of the service may read. An account may change only its own rows. */
const READABLE_BY_ALL = ['identity account'];

/** The tables without row-level security that every service has. */
const OPEN_PLATFORM_TABLES = [
  'access_change',
  'access_lease',
  'access_revision',
  'dead_letter',
  'inbox',
  'outbox',
  'outbox_sequence',
  'outbox_store',
];
/** The other tables without row-level security, by service. The comment of each table has the reason. */
const OPEN_TABLES: Partial<Record<string, string[]>> = {
  identity: ['attempt_count', 'clock', 'guess_burst', 'password_reset', 'sign_up'],
  products: ['attempt_count', 'price', 'product_type', 'product_type_right', 'resource_kind'],
  billing: [
    'bank_booking',
    'bank_file',
    'bank_file_import',
    'bank_file_import_progress',
    'bank_movement_rule',
    'bank_movement_rule_change',
    'bank_statement',
    'card_simulator',
    'card_simulator_notification',
    'journal_account',
    'clearing_entry',
    'number_series',
    'official_rate',
    'outgoing_payment_movement',
    'payer_account',
    'payment_file',
    'suspense_resolution',
  ],
};

/** The views that run with the rights of their owner. The view filters by the organization in the tenant context. */
const OWNER_VIEWS: Partial<Record<string, string[]>> = { billing: ['paying_account'] };

interface Table {
  name: string;
  comment: string | null;
  isEnabled: boolean;
  isForced: boolean;
  policies: { name: string; command: string; roles: string }[];
}

/** A database of a service, as the administrator and as the runtime role. */
interface Database {
  admin: Client;
  runtime: Client;
  tables: Table[];
  close: () => Promise<void>;
}

async function openDatabase({ name, migrations }: (typeof services)[number]): Promise<Database> {
  const urls = await createTestDatabase(name, migrations);
  const adminUrl = new URL(serverUrl('DATABASE_ADMIN_URL'));
  adminUrl.pathname = new URL(urls.runtime).pathname;
  const [admin, runtime] = [adminUrl.href, urls.runtime].map((url) => new Client({ connectionString: url }));
  await Promise.all([admin!.connect(), runtime!.connect()]);
  const { rows: tables } = await admin!.query<Table>(
    `select relname as name, obj_description(oid, 'pg_class') as comment,
            relrowsecurity as "isEnabled", relforcerowsecurity as "isForced",
            (select coalesce(json_agg(json_build_object('name', policyname, 'command', cmd, 'roles', roles)), '[]')
             from pg_policies where schemaname = 'public' and tablename = relname) as policies
     from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> $1
     order by relname`,
    [MIGRATION_TABLE],
  );
  const close = async (): Promise<void> => {
    await Promise.all([admin!.end(), runtime!.end()]);
    await urls.drop();
  };
  return { admin: admin!, runtime: runtime!, tables, close };
}

describe.each(services)('the tables of $name', (service) => {
  const { runtime: runtimeRole } = databaseRoles(service.name);
  const [ours, theirs] = [
    { organization: randomUUID(), account: randomUUID() },
    { organization: randomUUID(), account: randomUUID() },
  ];
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase(service);
    await dropConstraints(database.admin);
  });
  afterAll(() => database.close());

  const quoted = ({ name }: Table): string => `"${name}"`;
  const protectedTables = (): Table[] => database.tables.filter(({ isEnabled }) => isEnabled);

  /** Runs a statement in a tenant context. Returns the count of rows, or `denied`. Rolls back the transaction. */
  async function tryAs(
    context: { organization: string; account: string },
    sql: string,
    values: unknown[] = [],
  ): Promise<number | 'denied'> {
    const { runtime } = database;
    await runtime.query('begin');
    try {
      await runtime.query(
        `select set_config('cordee.organization_id', $1, true), set_config('cordee.account_id', $2, true)`,
        [context.organization, context.account],
      );
      return (await runtime.query(sql, values)).rowCount ?? 0;
    } catch (error) {
      if ((error as { code?: string }).code === '42501') return 'denied';
      throw error;
    } finally {
      await runtime.query('rollback');
    }
  }

  const keyValues = (owner: { organization: string; account: string }, table: Table) => ({
    organization_id: owner.organization,
    account_id: owner.account,
    ...(table.name === 'account' ? { id: owner.account } : {}),
  });

  /** Inserts the only row of the table. */
  async function insertRow(table: Table, columns: readonly Column[], owner: typeof ours): Promise<void> {
    await database.admin.query(`truncate ${quoted(table)} cascade`);
    await database.admin.query(...insertStatement(quoted(table), makeRow(columns, keyValues(owner, table))));
  }

  it('each have forced row-level security with a policy, or a comment with the reason for none', () => {
    const undeclared = database.tables.filter(({ comment, isEnabled, isForced, policies }) => {
      const isOpen = !isEnabled && (comment?.startsWith(OPEN_TABLE_COMMENT) ?? false);
      return !isOpen && !(isEnabled && isForced && policies.some(({ roles }) => roles.includes(runtimeRole)));
    });
    expect(undeclared.map(({ name }) => name)).toEqual([]);
  });

  it('have row-level security, except for the listed tables', () => {
    expect(database.tables.filter(({ isEnabled }) => !isEnabled).map(({ name }) => name)).toEqual(
      [...OPEN_PLATFORM_TABLES, ...(OPEN_TABLES[service.name] ?? [])].toSorted(),
    );
  });

  it('have no view that runs with the rights of its owner, except for the listed views', async () => {
    const { rows } = await database.admin.query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')
         and not coalesce('security_invoker=true' = any(reloptions), false)
       order by relname`,
    );
    expect(rows.map(({ name }) => name)).toEqual(OWNER_VIEWS[service.name] ?? []);
  });

  it('have no function that runs with the rights of its owner', async () => {
    const { rows } = await database.admin.query(
      `select proname as name from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`,
    );
    expect(rows).toEqual([]);
  });

  it('show the runtime role no row of another organization or account', async () => {
    for (const table of protectedTables()) {
      await insertRow(table, await columnsOf(database.admin, quoted(table)), theirs);
      const expected = READABLE_BY_ALL.includes(`${service.name} ${table.name}`) ? [1, 1] : [0, 0];
      const ownCount = await tryAs(ours, `select from ${quoted(table)}`);
      const countWithoutContext = await tryAs({ organization: '', account: '' }, `select from ${quoted(table)}`);
      const actual = [ownCount, countWithoutContext].map((count) => (count === 'denied' ? 0 : count));
      expect([table.name, ...actual]).toEqual([table.name, ...expected]);
    }
  });

  it('refuse changes of rows of another organization or account by the runtime role', async () => {
    for (const table of protectedTables()) {
      const columns = await columnsOf(database.admin, quoted(table));
      await insertRow(table, columns, theirs);
      const writableColumn = columns.find(
        ({ isGenerated, name }) => !isGenerated && !name.endsWith('_id') && name !== 'id',
      );
      const column = `"${(writableColumn ?? columns[0]!).name}"`;
      const results = [
        await tryAs(ours, `update ${quoted(table)} set ${column} = ${column}`),
        await tryAs(ours, `delete from ${quoted(table)}`),
      ].map((result) => (result === 'denied' ? 0 : result));
      expect([table.name, ...results]).toEqual([table.name, 0, 0]);
      if (table.name === 'account') continue;
      await database.admin.query(`truncate ${quoted(table)} cascade`);
      expect([
        table.name,
        await tryAs(ours, ...insertStatement(quoted(table), makeRow(columns, keyValues(theirs, table)))),
      ]).toEqual([table.name, 'denied']);
    }
  });

  it('refuse changes of own rows in another organization', async () => {
    const ownAccountElsewhere = { organization: theirs.organization, account: ours.account };
    for (const table of protectedTables()) {
      const columns = await columnsOf(database.admin, quoted(table));
      const names = columns.map(({ name }) => name);
      // An API token belongs to its account, which may end the token in every organization.
      if (!names.includes('organization_id') || !names.includes('account_id') || table.name === 'api_token') continue;
      await database.admin.query(`truncate ${quoted(table)} cascade`);
      const inserted = await tryAs(
        ours,
        ...insertStatement(quoted(table), makeRow(columns, keyValues(ownAccountElsewhere, table))),
      );
      await insertRow(table, columns, ownAccountElsewhere);
      const results = [
        inserted,
        await tryAs(ours, `update ${quoted(table)} set organization_id = organization_id`),
        await tryAs(ours, `delete from ${quoted(table)}`),
      ].map((result) => (result === 'denied' ? 0 : result));
      expect([table.name, ...results]).toEqual([table.name, 0, 0, 0]);
    }
  });
});
