import { execFile } from 'node:child_process';
import path from 'node:path';
import { newId } from '@cordee/contracts/id';
import { sessionEnded } from '@cordee/contracts/identity/session';
import { encode } from '@cordee/messaging/reply';
import { ServiceConfig } from '@cordee/service/config';
import { Consumes } from '@cordee/service/handler-decorators';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { PrivateBroker } from '../messaging/private-broker.ts';
import { environmentWith } from '../test-environment.ts';
import { TestService } from '../test-service.ts';
import { waitFor } from '../wait-for.ts';

const root = path.resolve(import.meta.dirname, '../../../..');

let isBroken = true;

/** A reaction of a service that runs alone: the other services of Cordée do not answer. */
@Controller()
class BrokenReactions {
  @Consumes(sessionEnded)
  async fail(): Promise<void> {
    if (isBroken) throw new Error('the ink is out');
  }
}

@Module({ controllers: [BrokenReactions] })
class BrokenModule {}

let broker: PrivateBroker;
let test: TestService;
beforeAll(async () => {
  broker = await PrivateBroker.start();
  test = await TestService.start(
    { name: 'search', config: ServiceConfig, entities: [], migrations: [], module: BrokenModule },
    { NATS_URL: broker.url },
  );
  await test.rows(
    `insert into dead_letter (subject, body, reason, attempts, created_at)
     values ($1, $2, 'not a CloudEvent', 1, '2026-01-31')`,
    [sessionEnded.subject, Buffer.from(encode('nothing'))],
  );
  const data = {
    sessionId: newId('ses', new Date()),
    accountId: newId('acc', new Date()),
    cause: 'signed_out' as const,
  };
  await test.publishEvent(sessionEnded, data);
  await waitFor(async () => (await countLetters()) === 2, 'the dead letter');
});
afterAll(async () => {
  await test.stop();
  await broker.remove();
});

const countLetters = async (): Promise<number> => (await test.rows('select 1 from dead_letter')).length;

/** Runs `tools/events.mjs` as a broker user. Does not block this process, because the service runs in this process. */
async function runAs(
  user: string,
  ...args: string[]
): Promise<{ status: number | null; out: string; problem: string }> {
  const options = { cwd: root, env: environmentWith({ NATS_URL: broker.urlOf(user) }) };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['tools/events.mjs', ...args], options, (_, out, problem) =>
      resolve({ status: child.exitCode, out, problem }),
    );
  });
}
const run = async (...options: string[]): ReturnType<typeof runAs> => runAs('events', 'dead-letters', ...options);
const runForSearch = async (...options: string[]): ReturnType<typeof runAs> => run('--service', 'search', ...options);

it('the command dead-letters lists the dead letters of running services, and names the stopped services', async () => {
  const { status, out, problem } = await run();
  expect(out).toMatch(/ 1 {2}2026-01-31T.* not an event {2}1 attempt: not a CloudEvent/);
  expect(out).toMatch(/ 2 {2}.*\/identity\/ses_\w+ #1 {2}\d attempts: the ink is out/);
  expect(out).toContain('search: 2 dead letters');
  expect(problem).toContain('billing: billing is not running');
  expect(status).toBe(1);
});

it('the command dead-letters lists dead letters as NDJSON, and shows one dead letter', async () => {
  const { out } = await runForSearch('--json');
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id),
  ).toEqual(['1', '2']);
  expect(JSON.parse((await runForSearch('--show', '2')).out)).toMatchObject({ id: '2', reason: 'the ink is out' });
  expect(await runForSearch('--show', '9')).toMatchObject({ status: 2, problem: 'search has no dead letter 9.\n' });
});

it('the command dead-letters replays and discards dead letters, and prints the results', async () => {
  const { status, out } = await runForSearch('--all');
  expect(out).toMatch(/^1: DEAD_LETTER_UNREADABLE: not a CloudEvent.*\n2: DEAD_LETTER_FAILED_AGAIN: the ink is out\n$/);
  expect(status).toBe(1);
  isBroken = false;
  expect(await runForSearch('--replay', '2')).toMatchObject({ status: 0, out: '2: handled\n' });
  expect(await runForSearch('--discard', '1')).toMatchObject({ status: 0, out: '1: discarded\n' });
  expect(await runForSearch('--discard', '1')).toMatchObject({
    status: 1,
    out: '1: DEAD_LETTER_NOT_FOUND: The dead letter does not exist, or has been replayed\n',
  });
  expect(await runForSearch('--all')).toMatchObject({ status: 0, out: 'search: no dead letters\n' });
  expect(await countLetters()).toBe(0);
});

it.each([
  [['--show', '1'], '--show, --replay, --discard and --all need --service.'],
  [['--service', 'serch'], '--service serch is not one of identity,'],
  [['--service', 'search', '--replay', 'x'], 'x is not the number of a dead letter.'],
  [
    ['--service', 'search', '--replay', '1', '--discard', '2'],
    'Use only one of --show, --replay, --discard and --all.',
  ],
  [['1'], 'dead-letters does not take "1"'],
])('the command dead-letters refuses the arguments %j', async (options, text) => {
  const { status, problem } = await run(...options);
  expect(problem).toContain(text);
  expect(status).toBe(2);
});

it.each(['dead-letters', 'validate', 'tail'])('the command %s names the broker user that it needs', async (command) => {
  const { status, problem } = await runAs('teams', command);
  expect(problem).toContain('The user "teams" of NATS_URL may not do this: use the user "events"');
  expect(status).toBe(2);
});
