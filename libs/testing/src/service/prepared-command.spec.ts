import { command } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { ServiceConfig } from '@cordee/service/config';
import { migration } from '@cordee/service/database/migration';
import { openTables } from '@cordee/service/database/tenant-tables';
import {
  Handles,
  HandlesAfterPreparing,
  type CommandContext,
  type PreparationContext,
} from '@cordee/service/handler-decorators';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import * as z from 'zod';
import { TestService } from '../test-service.ts';

const openTable = { loaf: { may: ['select', 'insert', 'delete'], reason: 'test' } } as const;

const SERVICE = 'bakery';
const operation = (verb: string) =>
  command({
    subject: `rpc.bakery.loaf.${verb}.v1`,
    access: 'public',
    summary: 'Bakes',
    input: z.object({ name: z.string() }),
    output: z.object({ loaves: z.int() }),
    errors: { LOAF_BURNT: { status: 422, title: 'The loaf is burnt' } },
    example: { input: { name: 'rye' }, output: { loaves: 1 } },
  });
const [bake, count] = [operation('bake'), operation('count')];

/** For each running preparation of a slow loaf, the function that lets it continue. */
let continuations: (() => void)[] = [];
let preparations = 0;
let conflictsToThrow = 0;

const countLoaves = async (em: CommandContext['em']): Promise<number> =>
  Number((await em.execute<{ count: string }[]>('select count(*) from loaf'))[0]!.count);

@Controller()
class TestHandlers {
  @HandlesAfterPreparing(bake)
  async bake({ name }: z.output<typeof bake.input>, { read }: PreparationContext) {
    preparations += 1;
    const loavesBefore = await read(countLoaves);
    if (name === 'burnt') throw new DomainError('LOAF_BURNT');
    if (name === 'written') await read((em) => em.execute(`insert into loaf values ('written')`));
    if (name === 'slow') await new Promise<void>((resolve) => continuations.push(resolve));
    return async ({ em }: CommandContext) => {
      await em.execute('insert into loaf values (?)', [name]);
      if (conflictsToThrow > 0) {
        conflictsToThrow -= 1;
        throw new UniqueConstraintViolationException(new Error('another transaction committed first'));
      }
      return { loaves: loavesBefore + 1 };
    };
  }

  @Handles(count)
  async count(_: unknown, { em }: CommandContext) {
    return { loaves: await countLoaves(em) };
  }
}

@Module({ controllers: [TestHandlers] })
class TestModule {}

const definition: ServiceDefinition = {
  name: SERVICE,
  config: ServiceConfig,
  entities: [],
  module: TestModule,
  migrations: [migration('0001_bakery', `create table loaf (name text not null); ${openTables(SERVICE, openTable)}`)],
};

let test: TestService;
beforeAll(async () => {
  test = await TestService.start(definition, { DATABASE_POOL_SIZE: '2' });
});
afterAll(() => test.stop());
beforeEach(async () => {
  await test.rows('delete from loaf');
  [continuations, preparations, conflictsToThrow] = [[], 0, 0];
});

describe('a command with a preparation', () => {
  it('has neither a connection nor a place in a queue while it prepares', async () => {
    const slow = Array.from({ length: 40 }, () => test.codeOf(bake, { name: 'slow' }, 'nobody'));
    await test.until(async () => continuations.length === 40, 'forty running preparations');
    expect(await test.call(count, { name: 'all' }, 'nobody')).toEqual({ loaves: 0 });
    for (const continuePreparation of continuations) continuePreparation();
    expect(new Set(await Promise.all(slow))).toEqual(new Set(['ok']));
    expect(await test.call(count, { name: 'all' }, 'nobody')).toEqual({ loaves: 40 });
  });

  it('prepares once when its transaction is repeated after a conflict', async () => {
    conflictsToThrow = 2;
    expect(await test.call(bake, { name: 'rye' }, 'nobody')).toEqual({ loaves: 1 });
    expect([preparations, conflictsToThrow]).toEqual([1, 0]);
    expect(await test.call(count, { name: 'all' }, 'nobody')).toEqual({ loaves: 1 });
  });

  it('returns the stored reply for a repeated idempotency key', async () => {
    const bakeOnce = () => test.call(bake, { name: 'rye' }, 'nobody', { idempotencyKey: 'bake' });
    expect([await bakeOnce(), await bakeOnce()]).toEqual([{ loaves: 1 }, { loaves: 1 }]);
    expect(await test.call(count, { name: 'all' }, 'nobody')).toEqual({ loaves: 1 });
  });

  it('is rejected when its preparation throws; a preparation cannot write', async () => {
    expect(await test.codeOf(bake, { name: 'burnt' }, 'nobody')).toBe('LOAF_BURNT');
    expect(await test.codeOf(bake, { name: 'written' }, 'nobody')).toBe('INTERNAL');
    expect(await test.call(count, { name: 'all' }, 'nobody')).toEqual({ loaves: 0 });
  });
});
