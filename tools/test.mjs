import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { notRun } from './checks/check.mjs';
import { runJest } from './checks/jest-check.mjs';
import { documentsCheck, staticChecks } from './checks/static-checks.mjs';
import { storyChecks } from './checks/story-checks.mjs';
import { occupyProfile, prepareClone, startServers } from './run/prepare.mjs';
import { reportLine, say, underWay } from './run/progress.mjs';
import { isShuttingDown, runMain } from './run/shutdown.mjs';
import { showFailure } from './run/step-failure.mjs';

const help = `Runs every check of this clone: lock file, build and types, lint, boundaries, all suites and the story on real servers, generated documents.

  npm test                   everything
  npm test -- <pattern>      only the suites whose path matches, on the same servers

DATABASE_ADMIN_URL, NATS_URL, REDIS_URL and CORDEE_SERVERS choose other servers: node tools/infra/cli.mjs --help
Logs are in .cordee/test/logs.
`;

const total = { passed: 0, failed: 0, failedChecks: [] };

await runMain(async () => {
  const { values, positionals: patterns } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) return console.log(help);
  const startedAt = performance.now();
  try {
    await runChecks(patterns);
  } catch (error) {
    if (isShuttingDown()) throw error;
    showFailure(error);
    count('set-up', { passed: 0, failed: 1 });
  }
  say();
  reportLine(
    total.failed === 0 ? '✔' : '✘',
    'all checks',
    performance.now() - startedAt,
    total.failedChecks.length > 0 ? `failed: ${total.failedChecks.join(', ')}` : '',
  );
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
});

/** Every check runs, also after another has failed: one run shows all there is to do. */
async function runChecks(patterns) {
  const own = await occupyProfile('test', 'npm test');
  const node = await prepareClone(own);
  const servers = startServers(own, { fresh: true, durable: false }).catch((error) => error);
  const context = { node, logs: own.logs, env: { ...process.env, NODE_ENV: 'test', TZ: 'UTC' } };
  if (patterns.length === 0) for (const { name, run } of staticChecks) await check(name, () => run(context));
  await check('tests', () =>
    onServers(servers, (env) => runJest({ ...context, env: { ...context.env, ...env } }, patterns)),
  );
  if (patterns.length === 0)
    for (const { name, run } of storyChecks)
      await check(name, () => onServers(servers, async () => run({ ...own, node, servers: await servers })));
  if (patterns.length === 0) await check(documentsCheck.name, () => documentsCheck.run(context));
}

/** A suite without its server would be a suite skipped: then none runs, and it counts as failed. */
async function onServers(starting, run) {
  const servers = await starting;
  if (servers instanceof Error) return notRun(servers.message);
  if (servers.missing.length > 0) return notRun(servers.missing.map(({ reason }) => reason).join(' '));
  return run(servers.env);
}

async function check(name, run) {
  const started = performance.now();
  const result = await underWay(name, () => run().catch(brokenCheck));
  if (isShuttingDown()) throw new Error('stopping');
  reportLine(result.failed === 0 ? '✔' : '✘', name, performance.now() - started, result.detail);
  for (const line of result.lines) say(`    ${line}`);
  count(name, result);
}

/** A check that cannot be run has not passed; the others still are. */
function brokenCheck(error) {
  return notRun(error.message);
}

function count(name, { passed, failed }) {
  total.passed += passed;
  total.failed += failed;
  if (failed > 0) total.failedChecks.push(name);
}
