import { Client } from 'pg';
import { openOrm } from './orm.ts';
import { platformMigration, type MigrationClass } from './migration.ts';

/** Brings a service's database to the newest migration, as its owner role; returns the names of those that ran. Two at once take turns. */
export async function migrate(service: string, ownerUrl: string, migrations: readonly MigrationClass[]): Promise<string[]> {
  const turn = new Client({ connectionString: ownerUrl });
  await turn.connect();
  const orm = await openOrm({ url: ownerUrl, entities: [], migrations: [platformMigration(service), ...migrations], poolSize: 1 });
  try {
    await turn.query('select pg_advisory_lock(hashtext($1))', [`cordee migrations ${service}`]);
    const ran = await orm.migrator.up();
    return ran.map(({ name }) => name);
  } finally {
    await turn.end();
    await orm.close(true);
  }
}
