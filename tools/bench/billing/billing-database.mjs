import { billingService } from '@cordee/billing/billing.service';
import { migrate } from '@cordee/service/database/migrate';
import { setUpDatabase } from '@cordee/service/database/set-up-database';
import pg from 'pg';
import { copyRows } from '../harness/copy-rows.mjs';

const DATABASE = 'cordee_bench_billing';
const PASSWORD = 'bench';
/** The tables that an import or a run of renewals writes; each table comes after the tables that it references. */
const TABLES = [
  'order',
  'pro_forma',
  'invoice',
  'document_line',
  'charge',
  'prepaid_account',
  'payment_reference',
  'number_series',
  'ledger_booking',
  'ledger_entry',
  'bank_file',
  'bank_booking',
  'clearing_entry',
  'payer_account',
  'outbox_sequence',
  'outbox',
];
/** Tables that are emptied with the others, because their rows refer to them. */
const OTHER_TABLES = [
  'late_payment',
  'suspense_resolution',
  'bank_statement',
  'place_evidence',
  'file',
  'file_chunk',
  'bank_file_import',
  'bank_file_import_progress',
  'credit_note',
];

const quote = pg.escapeIdentifier;
const seedTableOf = (table) => quote(`seed_${table}`);

/** The database of billing with the rows from which each round starts, and the rows that a round has written. */
export class BillingDatabase {
  constructor(client, runtimeUrl) {
    this.client = client;
    this.runtimeUrl = runtimeUrl;
  }

  /** Creates the database with `rowsByTable`: for each table, objects with the values of the columns. */
  static async create(rowsByTable, name = DATABASE) {
    const adminUrl = process.env.DATABASE_ADMIN_URL;
    const admin = await connect(adminUrl);
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
    const { owner, runtime } = await setUpDatabase(adminUrl, 'billing', { database: name, password: PASSWORD });
    await migrate('billing', owner, billingService.migrations);
    const database = await BillingDatabase.connect(runtime);
    await database.seed(rowsByTable);
    return database;
  }

  /** Connects to a migrated database as the administrator. */
  static async connect(runtimeUrl) {
    const url = new URL(process.env.DATABASE_ADMIN_URL);
    url.pathname = new URL(runtimeUrl).pathname;
    return new BillingDatabase(await connect(url.href), runtimeUrl);
  }

  /** Sets the rows from which each round starts. */
  async seed(rowsByTable) {
    for (const table of TABLES) {
      await this.client.query(`drop table if exists ${seedTableOf(table)}`);
      await this.client.query(`create table ${seedTableOf(table)} (like ${quote(table)})`);
    }
    for (const [table, rows] of Object.entries(rowsByTable)) {
      if (rows.length === 0) continue;
      const columns = Object.keys(rows[0]);
      await copyRows(
        this.client,
        seedTableOf(table),
        columns.map(quote),
        rows.map((row) => columns.map((column) => toText(row[column]))),
      );
    }
    await this.client.query(`select setval('payment_reference_number', 1000000000)`);
  }

  /** Restores the rows from which each round starts. */
  async reset() {
    await this.client.query(`truncate ${[...TABLES, ...OTHER_TABLES].map(quote).join(', ')} cascade`);
    for (const table of TABLES) {
      const { writableColumns } = await this.columnsOf(table);
      const columns = writableColumns.map(({ name }) => quote(name)).join(', ');
      await this.client.query(`insert into ${quote(table)} (${columns}) select ${columns} from ${seedTableOf(table)}`);
    }
    await this.client.query(`vacuum (analyze) ${TABLES.map(quote).join(', ')}`);
    await this.client.query('checkpoint');
  }

  /**
   * Reads the rows that differ from those of the start. Returns for each table the statement that writes a batch of
   * these rows, and the rows: as columns of texts, inserts before updates.
   */
  async readWrites() {
    const writes = [];
    for (const table of TABLES) {
      const { writableColumns, keys } = await this.columnsOf(table);
      const sameKey = keys.map((name) => `seed.${quote(name)} = row.${quote(name)}`).join(' and ');
      const select = (columns, condition) =>
        this.client.query({
          text: `select ${columns.map(({ name }) => `row.${quote(name)}::text`).join(', ')}
                 from ${quote(table)} row ${condition}
                 order by ${isGrouped(table) ? 'min(row.ctid) over (partition by row.booking_id), ' : ''}row.ctid`,
          rowMode: 'array',
        });
      const { rows: newRows } = await select(
        writableColumns,
        `where not exists (select from ${seedTableOf(table)} seed where ${sameKey})`,
      );
      if (newRows.length > 0)
        writes.push({
          name: `insert ${table}`,
          sql: insertSql(table, writableColumns),
          columns: transpose(newRows),
          groups: groupsOf(table, writableColumns, newRows),
        });
      const updates = await this.readUpdates(table, writableColumns, keys, sameKey, select);
      if (updates) writes.push(updates);
    }
    return writes;
  }

  async readUpdates(table, columns, keys, sameKey, select) {
    const isChanged = (name) => `seed.${quote(name)} is distinct from row.${quote(name)}`;
    const nonKeyColumns = columns.filter(({ name }) => !keys.includes(name));
    if (nonKeyColumns.length === 0) return undefined;
    const { rows: counts } = await this.client.query({
      text: `select ${nonKeyColumns.map(({ name }) => `count(*) filter (where ${isChanged(name)})::int`).join(', ')}
             from ${quote(table)} row join ${seedTableOf(table)} seed on ${sameKey}`,
      rowMode: 'array',
    });
    const changedColumns = nonKeyColumns.filter((_, index) => counts[0][index] > 0);
    if (changedColumns.length === 0) return undefined;
    const readColumns = [...columns.filter(({ name }) => keys.includes(name)), ...changedColumns];
    const condition = changedColumns.map(({ name }) => isChanged(name)).join(' or ');
    const { rows } = await select(readColumns, `join ${seedTableOf(table)} seed on ${sameKey} where ${condition}`);
    // The changed columns depend on the kind of document.
    const name = `update ${table} ${changedColumns.length}`;
    return {
      name,
      sql: updateSql(table, readColumns, keys),
      columns: transpose(rows),
      groups: rows.map((_, index) => index),
    };
  }

  /** Returns the columns of a table that an insert may set, with their types, and the columns of its primary key. */
  async columnsOf(table) {
    const { rows } = await this.client.query(
      `select attname as name, format_type(atttypid, null) as type, attidentity <> '' as is_generated,
              attnum = any(conkey) as is_key
       from pg_attribute join pg_constraint on conrelid = attrelid and contype = 'p'
       where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
      [quote(table)],
    );
    const columns = rows.map(({ name, type, is_generated: isGenerated }) => ({ name, type, isGenerated }));
    const keys = rows.filter((row) => row.is_key && !row.is_generated).map(({ name }) => name);
    return {
      writableColumns: columns.filter(({ isGenerated, name }) => !isGenerated && name !== 'published_at'),
      // The outbox has a generated key; its events are unique too.
      keys: keys.length > 0 ? keys : ['event_id'],
    };
  }

  /** Deletes the events of a round, so that the relay has no work during the next round. */
  deleteEvents() {
    return this.client.query('truncate outbox');
  }

  close() {
    return this.client.end();
  }
}

async function connect(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

const toText = (value) => (value !== null && typeof value === 'object' ? JSON.stringify(value) : value);

const transpose = (rows) => rows[0].map((_, column) => rows.map((row) => row[column]));

/** The database checks the sum of a booking after each statement, so the entries of a booking are written together. */
const isGrouped = (table) => table === 'ledger_entry';

/** Returns the group of each row. */
function groupsOf(table, columns, rows) {
  if (!isGrouped(table)) return rows.map((_, index) => index);
  const position = columns.findIndex(({ name }) => name === 'booking_id');
  return rows.map((row) => row[position]);
}

// `unnest` would flatten an array of arrays, so a value of an array column is a text.
const isList = ({ type }) => type.endsWith('[]');
const unnestSql = (columns) =>
  `unnest(${columns.map((column, index) => `$${index + 1}::${isList(column) ? 'text' : column.type}[]`).join(', ')})`;
const valueSql = (column) => (isList(column) ? `${quote(column.name)}::${column.type}` : quote(column.name));

function insertSql(table, columns) {
  const names = columns.map(({ name }) => quote(name)).join(', ');
  return `insert into ${quote(table)} (${names})
          select ${columns.map(valueSql).join(', ')} from ${unnestSql(columns)} as row (${names})`;
}

function updateSql(table, columns, keys) {
  const names = columns.map(({ name }) => quote(name));
  const assignments = names.filter((_, index) => !keys.includes(columns[index].name));
  return `update ${quote(table)} target set ${assignments.map((name) => `${name} = row.${name}`).join(', ')}
          from ${unnestSql(columns)} as row (${names.join(', ')})
          where ${keys.map((key) => `target.${quote(key)} = row.${quote(key)}`).join(' and ')}`;
}
