import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { notRun } from './checks/check.mjs';
import { runJest } from './checks/jest-check.mjs';
import { documentsCheck, longStaticChecks, staticChecks } from './checks/static-checks.mjs';
import { scenarioChecks } from './checks/scenario-checks.mjs';
import { lockProfile, prepareClone, startServers } from './run/prepare.mjs';
import { reportLine, print, withProgress } from './run/progress.mjs';
import { isShuttingDown, runMain } from './run/shutdown.mjs';
import { showFailure } from './run/step-failure.mjs';

const help = `Runs every check of this clone: lock file, format, build and types, lint, boundaries,
all suites and the end-to-end scenario on real servers, generated documents.

  npm test                   all checks
  npm test -- <pattern>...   only the suites whose path matches a pattern, on the same kind of servers

DATABASE_ADMIN_URL, NATS_URL, REDIS_URL and CORDEE_SERVERS select other servers: node tools/infra/cli.mjs --help
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
  print();
  reportLine(
    total.failed === 0 ? '✔' : '✘',
    'all checks',
    performance.now() - startedAt,
    total.failedChecks.length > 0 ? `failed: ${total.failedChecks.join(', ')}` : '',
  );
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
});

/** Runs all checks, even after a failure, so that one run shows all failures. */
async function runChecks(patterns) {
  const profileContext = await lockProfile('test', 'npm test');
  const node = await prepareClone(profileContext);
  const servers = startServers(profileContext, { fresh: true, durable: false }).catch((error) => error);
  const context = { node, logs: profileContext.logs, env: { ...process.env, NODE_ENV: 'test', TZ: 'UTC' } };
  const runTests = () =>
    check('tests', () =>
      onServers(servers, (env) => runJest({ ...context, env: { ...context.env, ...env } }, patterns)),
    );
  if (patterns.length > 0) return runTests();
  const runStatic = (checks) => inOrder(checks, ({ run }) => run(context));
  const runScenarios = () =>
    inOrder(scenarioChecks, ({ run }) =>
      onServers(servers, async () => run({ ...profileContext, node, servers: await servers })),
    );
  await runStatic(staticChecks);
  await runTests();
  // The scenarios mostly wait for restarted services; the processors are free for other checks.
  await Promise.all([runScenarios(), runStatic(longStaticChecks)]);
  await runStatic([documentsCheck]);
}

async function inOrder(checks, run) {
  for (const each of checks) await check(each.name, () => run(each));
}

/** Runs a check on the servers. When a server is missing, the check counts as failed, not as skipped. */
async function onServers(starting, run) {
  const servers = await starting;
  if (servers instanceof Error) return notRun(servers.message);
  if (servers.missing.length > 0) return notRun(servers.missing.map(({ reason }) => reason).join(' '));
  return run(servers.env);
}

async function check(name, run) {
  const started = performance.now();
  const result = await withProgress(name, () => run().catch((error) => notRun(error.message)));
  if (isShuttingDown()) throw new Error('stopping');
  reportLine(result.failed === 0 ? '✔' : '✘', name, performance.now() - started, result.detail);
  for (const line of result.lines) print(`    ${line}`);
  count(name, result);
}

function count(name, { passed, failed }) {
  total.passed += passed;
  total.failed += failed;
  if (failed > 0) total.failedChecks.push(name);
}
