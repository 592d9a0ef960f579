import fs from 'node:fs';
import path from 'node:path';
import { newId, toUuid } from '@cordee/contracts/id';
import { openReads } from '@cordee/service/database/orm';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OutboxFixture } from '../outbox/outbox.fixture.ts';

let fixture: OutboxFixture;
beforeAll(async () => {
  fixture = await OutboxFixture.start();
});
afterAll(() => fixture.stop());

/** The text of the server's log: the file of a server that the tools have started, or the file in POSTGRES_LOG. */
async function serverLog(): Promise<string> {
  const { rows } = await fixture.admin.query<{ folder: string }>(`select current_setting('data_directory') as folder`);
  const file = process.env['POSTGRES_LOG'] ?? path.join(path.dirname(rows[0]!.folder), 'logs', 'postgres.log');
  return fs.readFileSync(file, 'utf8');
}

it('a failed statement leaves no value in the log of the database', async () => {
  const organizationId = newId('org', new Date());
  const secret = `secret-${organizationId}`;
  const insert = [`insert into box (organization_id, id) values (?, ?)`, [toUuid(organizationId), secret]] as const;
  const marker = `failing_${organizationId}`;
  // PostgreSQL names the values of a failed row only for tables without row-level security, such as the inbox.
  const insertTwice = `insert into inbox (durable, entity_id, sequence) select ?, 'e', 1 from generate_series(1, 2)`;
  // Each of these statements logs an error.
  const failures = [
    fixture.transaction((em) => em.execute(insertTwice, [secret])),
    fixture.transaction((em) => em.execute(`insert into inbox (durable, entity_id) values (?, 'e')`, [secret])),
    fixture.transaction(async (em) => {
      setTenantContext(em, { organizationId });
      await em.execute(...insert);
      await em.execute(`${insert[0]} -- ${marker}`, insert[1]);
    }),
    fixture.transaction((em) => em.execute(...insert)),
    openReads(fixture.orm.em).execute(...insert),
  ];
  const outcomes = new Set((await Promise.allSettled(failures)).map(({ status }) => status));
  expect([...outcomes]).toEqual(['rejected']);
  const log = await serverLog();
  // The log has the text of the failed statement, so this is the log of this server.
  expect(log).toContain(marker);
  expect(log).not.toContain(secret);
});
