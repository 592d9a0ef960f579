import { command, type Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { Call } from '@cordee/messaging/call';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { runOnce } from '@cordee/service/idempotency';
import type { EntityManager } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { OutboxFixture } from '../outbox/outbox.fixture.ts';

const commonFields = {
  access: 'account',
  summary: 'Moves a box',
  input: z.object({}),
  output: z.object({}),
  errors: {},
  example: { input: {}, output: {} },
} as const;
const moveBox: Contract = command({ ...commonFields, subject: 'rpc.storage.box.move.v1' });
const dropBox: Contract = command({ ...commonFields, subject: 'rpc.storage.box.drop.v1' });
const openBox: Contract = command({ ...commonFields, subject: 'rpc.storage.box.open.v1', hasSecretOutput: true });

let test: OutboxFixture;
let runs: number;
beforeAll(async () => {
  test = await OutboxFixture.start();
});
afterAll(() => test.stop());
beforeEach(async () => {
  await test.empty();
  runs = 0;
});

const anna = {
  kind: 'person',
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  sessionId: 'ses_01je5nryg0fgz9y05x3mqpmjrg',
  isStaff: false,
} as const;
const callOf = (changes: Partial<Call> = {}): Call => ({
  contract: moveBox,
  actor: anna,
  now: new Date(),
  requestId: 'r',
  deadline: Number.NaN,
  callerAddress: undefined,
  queueKey: undefined,
  traceparent: undefined,
  idempotencyKey: 'k1',
  language: 'en',
  reason: undefined,
  organizationId: undefined,
  token: undefined,
  ...changes,
});
const setContextOf = (em: EntityManager, { organizationId, actor }: Call): void =>
  setTenantContext(em, { organizationId, accountId: actor.kind === 'person' ? actor.accountId : undefined });
const countRun = async (): Promise<unknown> => ({ run: (runs += 1) });
const run = (
  changes: Partial<Call> = {},
  input: unknown = { box: 1 },
  work: () => Promise<unknown> = countRun,
): Promise<unknown> =>
  test.transaction((em) => {
    const call = callOf(changes);
    setContextOf(em, call);
    return runOnce(em, call, input, work, () => undefined);
  });
const codeOf = (reply: Promise<unknown>): Promise<string> =>
  reply.then(
    () => 'ok',
    (error: DomainError) => error.code,
  );

describe('an idempotency key', () => {
  it('returns the first reply to a repeat', async () => {
    expect([await run(), await run(), await run()]).toEqual([{ run: 1 }, { run: 1 }, { run: 1 }]);
    expect(runs).toBe(1);
  });

  it('returns the stored reply while another repeat of the finished call is running', async () => {
    await run();
    const [isInside, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slowRepeat = test.transaction(async (em) => {
      setContextOf(em, callOf());
      const reply = await runOnce(em, callOf(), { box: 1 }, countRun, () => undefined);
      isInside.resolve();
      await gate.promise;
      return reply;
    });
    await isInside.promise;
    expect(await run()).toEqual({ run: 1 });
    gate.resolve();
    expect(await slowRepeat).toEqual({ run: 1 });
  });

  it.each([
    ['nothing', undefined, null],
    ['null', null, null],
    ['a list', [1, { a: null }], [1, { a: null }]],
  ])('stores the reply %s', async (_, reply, stored) => {
    await run({}, {}, async () => reply);
    expect(await run({}, {})).toEqual(stored);
    expect(runs).toBe(0);
  });

  it('is rejected with another input', async () => {
    await run();
    expect(await codeOf(run({}, { box: 2 }))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(runs).toBe(1);
  });

  it('is rejected with a retry delay while the first request runs', async () => {
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const first = run({}, { box: 1 }, async () => {
      started.resolve();
      await gate.promise;
      return countRun();
    });
    await started.promise;
    await expect(run()).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_RUNNING', retryAfter: 1 });
    gate.resolve();
    expect(await first).toEqual({ run: 1 });
    expect(await run()).toEqual({ run: 1 });
  });

  it('lets one of 20 concurrent requests run the command', async () => {
    const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(run())));
    expect(codes.filter((code) => !['ok', 'IDEMPOTENCY_KEY_RUNNING'].includes(code))).toEqual([]);
    expect(runs).toBe(1);
  });

  it('can be used again after an error, also with another input', async () => {
    expect(
      await codeOf(
        run({}, { box: 1 }, async () => {
          throw new DomainError('SHELF_FULL');
        }),
      ),
    ).toBe('SHELF_FULL');
    expect(await run({}, { box: 2 })).toEqual({ run: 1 });
  });

  it.each<[string, Partial<Call>]>([
    ['another person', { actor: { ...anna, accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrh' } }],
    ['another organization', { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg' }],
    ['another command', { contract: dropBox }],
    ['another key', { idempotencyKey: 'k2' }],
  ])('does not apply to %s', async (_, changes) => {
    await run();
    expect(await run(changes)).toEqual({ run: 2 });
  });

  it('is stored for the caller when the command changes the tenant context', async () => {
    const runWithChangedContext = (): Promise<unknown> =>
      test.transaction((em) => {
        setContextOf(em, callOf());
        return runOnce(em, callOf(), {}, changeContext(em), () => undefined);
      });
    const changeContext = (em: EntityManager) => async () => {
      setTenantContext(em, { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg' });
      return countRun();
    };
    expect([await runWithChangedContext(), await runWithChangedContext()]).toEqual([{ run: 1 }, { run: 1 }]);
  });

  it('of an anonymous caller holds for one input: another input runs the command', async () => {
    const anonymous: Partial<Call> = { actor: { kind: 'anonymous' } };
    expect(await run(anonymous, { link: 'a' })).toEqual({ run: 1 });
    expect(await run(anonymous, { link: 'b' })).toEqual({ run: 2 });
    expect(await run(anonymous, { link: 'a' })).toEqual({ run: 1 });
  });

  it('of an anonymous caller does not block the key for other callers while the first request runs', async () => {
    const anonymous: Partial<Call> = { actor: { kind: 'anonymous' } };
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const first = run(anonymous, { link: 'a' }, async () => {
      started.resolve();
      await gate.promise;
      return {};
    });
    await started.promise;
    const other = await codeOf(run(anonymous, { link: 'b' }));
    gate.resolve();
    await first;
    expect(other).toBe('ok');
  });

  it.each<[string, Partial<Call>]>([
    ['a call without a key', { idempotencyKey: undefined }],
    ['a command with a secret reply', { contract: openBox }],
  ])('is not stored for %s', async (_, changes) => {
    await run(changes);
    expect(await run(changes)).toEqual({ run: 2 });
    expect((await test.admin.query('select from idempotency_key')).rowCount).toBe(0);
  });
});
