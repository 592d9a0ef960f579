import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { waitFor } from '@cordee/testing/wait-for';
import { RegistryServer } from '../../../test/registry-server.ts';
import { LimitedRegistry } from './limited-registry.ts';
import { ViesRegistry } from './vies-registry.ts';

const NUMBER = 'DE123456789';
/** Much longer than a test takes. */
const TIMEOUT_MS = 60_000;

let server: RegistryServer;
let registry: LimitedRegistry;
beforeAll(async () => {
  server = await RegistryServer.start();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
  server.behaviour = 'valid';
  registry = new LimitedRegistry(new ViesRegistry(server.url, undefined), TIMEOUT_MS, {
    maxRunning: 1,
    maxPerMinute: 3,
  });
});

it('a question is not asked while the registry has not answered the earlier ones', async () => {
  server.behaviour = 'slow';
  const first = registry.ask('one', NUMBER);
  expect(await Promise.all(Array.from({ length: 20 }, () => registry.ask('two', NUMBER)))).toEqual(
    Array.from({ length: 20 }, () => undefined),
  );
  await waitFor(async () => server.requests.length > 0, 'the first question');
  server.behaviour = 'valid';
  server.answerSlow();
  expect(await first).toMatchObject({ status: 'valid' });
  expect(server.requests).toHaveLength(1);
  expect(await registry.ask('two', NUMBER)).toMatchObject({ status: 'valid' });
});

it('an organization asks a few questions in a minute; other organizations are not affected', async () => {
  const answers = [];
  for (let count = 0; count < 5; count += 1) answers.push((await registry.ask('one', NUMBER))?.status);
  expect(answers).toEqual(['valid', 'valid', 'valid', undefined, undefined]);
  expect(await registry.ask('two', NUMBER)).toMatchObject({ status: 'valid' });
  expect(server.requests).toHaveLength(4);
});
