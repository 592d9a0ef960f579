import { FILE_CHUNK_BYTES, declareFileContracts } from '@cordee/contracts/file';
import { newId } from '@cordee/contracts/id';
import { migration } from '@cordee/service/database/migration';
import { ServiceConfig } from '@cordee/service/config';
import { fileEndpoints } from '@cordee/service/file-endpoints';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { openTables } from '@cordee/service/database/tenant-tables';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { TestService, uuid } from '../test-service.ts';

const openTable = { shelf: { may: ['select', 'insert'], reason: 'test' } } as const;

const SERVICE = 'shelves';
const contracts = declareFileContracts(SERVICE);

@Module({ controllers: [fileEndpoints(contracts, ['shelf.file_id'])] })
class ShelfModule {}

const definition: ServiceDefinition = {
  name: SERVICE,
  config: ServiceConfig,
  entities: [],
  module: ShelfModule,
  migrations: [
    migration('0001_shelves', `create table shelf (file_id uuid not null);${openTables(SERVICE, openTable)}`),
  ],
};

type OrganizationId = `org_${string}` | undefined;
const gateway = { service: 'gateway' };
const [ours, theirs] = [newId('org', new Date()), newId('org', new Date())];
let test: TestService;

beforeAll(async () => {
  test = await TestService.start(definition);
});
afterAll(() => test.stop());

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const chunkInput = (organizationId: OrganizationId, fileId: `fil_${string}`, text: string, position = 0) => ({
  ...(organizationId ? { organizationId } : {}),
  fileId,
  name: 'upload',
  contentType: 'text/plain',
  position,
  bytes: base64(text),
});

async function upload(organizationId: OrganizationId, text = 'words'): Promise<`fil_${string}`> {
  const fileId = newId('fil', new Date());
  await test.call(contracts.appendFileChunk, chunkInput(organizationId, fileId, text), gateway);
  return fileId;
}

async function read(organizationId: OrganizationId, fileId: `fil_${string}`): Promise<string | null> {
  const { bytes } = await test.call(
    contracts.readFileChunk,
    { ...(organizationId ? { organizationId } : {}), fileId, position: 0 },
    gateway,
  );
  return bytes && Buffer.from(bytes, 'base64').toString();
}

describe('a file', () => {
  it('is stored chunk by chunk in order, and repeated chunks are ignored', async () => {
    const fileId = newId('fil', new Date());
    const whole = 'a'.repeat(FILE_CHUNK_BYTES);
    const codes = [];
    for (const [text, position] of [
      ['b', 1],
      [whole, 0],
      ['b', 1],
      [whole, 0],
      ['c', 1],
      ['c', 3],
    ] as const)
      codes.push(await test.codeOf(contracts.appendFileChunk, chunkInput(ours, fileId, text, position), gateway));
    expect(codes).toEqual([
      'FILE_CHUNK_OUT_OF_ORDER',
      'ok',
      'ok',
      'ok',
      'IDEMPOTENCY_KEY_REUSED',
      'FILE_CHUNK_OUT_OF_ORDER',
    ]);
    expect(await test.rows('select size::int from file where id = $1', [uuid(fileId)])).toEqual([
      { size: FILE_CHUNK_BYTES + 1 },
    ]);
  });

  it('is durable when its last chunk is stored, because a call can use it after a crash of PostgreSQL', async () => {
    await test.database.query(`
      create table commit_setting (position int, source text);
      grant insert on commit_setting to public;
      create function record_setting() returns trigger language plpgsql as $$
        begin
          insert into commit_setting
          select new.position, source from pg_settings where name = 'synchronous_commit';
          return null;
        end $$;
      create trigger record_setting after insert on file_chunk for each row execute function record_setting()`);
    try {
      const fileId = newId('fil', new Date());
      for (const [position, text] of ['a'.repeat(FILE_CHUNK_BYTES), 'the rest'].entries())
        await test.call(contracts.appendFileChunk, chunkInput(ours, fileId, text, position), gateway);
      const rows = await test.rows('select source from commit_setting order by position');
      // The transaction of the last chunk has the setting of the server.
      expect(rows).toEqual([{ source: 'session' }, { source: expect.not.stringMatching('session') }]);
    } finally {
      await test.database.query(
        'drop trigger record_setting on file_chunk; drop function record_setting; drop table commit_setting',
      );
    }
  });

  it('is readable only by its organization; a file of staff is readable only without an organization', async () => {
    const files = {
      ours: await upload(ours, 'ours'),
      theirs: await upload(theirs, 'theirs'),
      unowned: await upload(undefined, 'nobody'),
    };
    const readAs = async (organizationId: OrganizationId) =>
      Promise.all(Object.values(files).map((fileId) => read(organizationId, fileId)));
    expect([await readAs(ours), await readAs(theirs), await readAs(undefined)]).toEqual([
      ['ours', null, null],
      [null, 'theirs', null],
      [null, null, 'nobody'],
    ]);
  });

  it('has the right size when its upload is repeated in parallel', async () => {
    const fileId = newId('fil', new Date());
    const texts = Array.from({ length: 12 }, (_, position) => 'x'.repeat(100 + position));
    const uploadAll = async (): Promise<string[]> => {
      const codes: string[] = [];
      for (const [position, text] of texts.entries())
        codes.push(await test.codeOf(contracts.appendFileChunk, chunkInput(ours, fileId, text, position), gateway));
      return codes;
    };
    const codes = await Promise.all([uploadAll(), uploadAll(), uploadAll(), uploadAll()]);
    expect(new Set(codes.flat())).toEqual(new Set(['ok']));
    expect(await test.rows('select size::int from file where id = $1', [uuid(fileId)])).toEqual([
      { size: texts.join('').length },
    ]);
  });

  it('cannot be changed by another organization', async () => {
    const fileId = await upload(ours, 'ours');
    expect(await test.codeOf(contracts.appendFileChunk, chunkInput(theirs, fileId, 'more', 1), gateway)).toBe(
      'FILE_CHUNK_OUT_OF_ORDER',
    );
    // The same id is another file in the other organization.
    expect(await test.codeOf(contracts.appendFileChunk, chunkInput(theirs, fileId, 'theirs'), gateway)).toBe('ok');
    expect([await read(ours, fileId), await read(theirs, fileId)]).toEqual(['ours', 'theirs']);
  });
});

describe('row-level security', () => {
  /** Runs a statement as the runtime role; returns the rows or the error. */
  async function asRuntime(
    organizationId: OrganizationId,
    sql: string,
    parameters: unknown[] = [],
  ): Promise<unknown[] | string> {
    const { database } = test;
    await database.query(`begin; set local role cordee_${SERVICE}`);
    try {
      await database.query(`select set_config('cordee.organization_id', $1, true)`, [
        organizationId ? uuid(organizationId) : '',
      ]);
      return (await database.query<object>(sql, parameters)).rows.map((row) => Object.values(row)[0] as unknown);
    } catch (error) {
      return (error as Error).message;
    } finally {
      await database.query('rollback');
    }
  }

  it.each(['file', 'file_chunk'])('restricts all statements on the table %s', async (table) => {
    const files = { ours: await upload(ours), theirs: await upload(theirs), unowned: await upload(undefined) };
    const column = table === 'file' ? 'id' : 'file_id';
    const readAs = (organizationId: OrganizationId) =>
      asRuntime(organizationId, `select ${column} from ${table} where ${column} = any($1)`, [
        Object.values(files).map(uuid),
      ]);
    expect([await readAs(ours), await readAs(theirs), await readAs(undefined)]).toEqual([
      [uuid(files.ours)],
      [uuid(files.theirs)],
      [uuid(files.unowned)],
    ]);
    expect(
      await asRuntime(ours, `update ${table} set organization_id = $1 where ${column} = $2`, [
        uuid(theirs),
        uuid(files.ours),
      ]),
    ).toMatch(/row-level security/);
    expect(await asRuntime(ours, `delete from ${table}`)).toMatch(/permission denied/);
  });
});

describe('unreferenced files', () => {
  it('are deleted with their chunks after a day, for all organizations; referenced files stay', async () => {
    const [referencedFile, ...unreferencedFiles] = [
      await upload(ours),
      await upload(ours),
      await upload(theirs),
      await upload(undefined),
    ];
    await test.rows('insert into shelf values ($1)', [uuid(referencedFile)]);
    const remainingIds = async () => {
      const rows = await test.rows(
        `select id::text from file where id = any($1)
         union select file_id::text from file_chunk where file_id = any($1)`,
        [[referencedFile, ...unreferencedFiles].map(uuid)],
      );
      return rows.map((row) => row['id']);
    };
    const moveClockAhead = (hours: number) => test.moveClockTo(new Date(Date.now() + hours * 3_600_000).toISOString());
    moveClockAhead(23);
    const youngFile = await upload(ours);
    expect(await remainingIds()).toHaveLength(4);
    moveClockAhead(25);
    await test.until(async () => (await remainingIds()).length === 1, 'the deletion of unreferenced files');
    expect(await remainingIds()).toEqual([uuid(referencedFile)]);
    expect(await read(ours, youngFile)).toBe('words');
  });
});
