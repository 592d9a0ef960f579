import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { attackCheck } from './checks/attack-check.mjs';
import { notRun } from './checks/check.mjs';
import { runJest } from './checks/jest-check.mjs';
import { loadCheck } from './checks/load-check.mjs';
import { documentsCheck, longStaticChecks, staticChecks } from './checks/static-checks.mjs';
import { scenarioChecks } from './checks/scenario-checks.mjs';
import { build, lockProfile, prepareClone, startServers } from './run/prepare.mjs';
import { print, reportLine, step, withProgress } from './run/progress.mjs';
import { isShuttingDown, runMain } from './run/shutdown.mjs';
import { showFailure } from './run/step-failure.mjs';

const help = `Runs every check of this clone: the lock file, format, build and types, contracts, lint, boundaries,
style, the generator, docker-compose.yml, the OpenAPI document, all test suites, the end-to-end scenario, a short load
and the short attacks on real servers, and the generated documents.

  npm test                   all checks
  npm test -- <pattern>...   only the test suites whose path matches a pattern, also on real servers

DATABASE_ADMIN_URL, NATS_URL, REDIS_URL and CORDEE_SERVERS select other servers: node tools/infra/cli.mjs --help
Logs are in .cordee/test/logs.
`;

const totals = { passed: 0, failed: 0, failedChecks: [] };

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
    addToTotals('set-up', { passed: 0, failed: 1 });
  }
  print();
  reportLine(
    totals.failed === 0 ? '✔' : '✘',
    'all checks',
    performance.now() - startedAt,
    totals.failedChecks.length > 0 ? `failed: ${totals.failedChecks.join(', ')}` : '',
  );
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 ? 0 : 1;
});

/** Runs all checks, even after a failure, so that one run shows all failures. */
async function runChecks(patterns) {
  const profileContext = await lockProfile('test', 'npm test');
  const node = await prepareClone(profileContext);
  const startingServers = startServers(profileContext, { fresh: true, durable: false }).catch((error) => error);
  const context = { node, logs: profileContext.logs, env: { ...process.env, NODE_ENV: 'test', TZ: 'UTC' } };
  const runTests = () =>
    runCheck('tests', () =>
      onServers(startingServers, (env) => runJest({ ...context, env: { ...context.env, ...env } }, patterns)),
    );
  if (patterns.length > 0) {
    // Some suites run commands of this clone, which need its build.
    await step('build', () => build(node, profileContext));
    return runTests();
  }
  const runStatic = (checks) => inOrder(checks, ({ run }) => run(context));
  const runScenarios = () =>
    inOrder([...scenarioChecks, loadCheck, attackCheck], ({ run }) =>
      onServers(startingServers, async () => run({ ...profileContext, node, servers: await startingServers })),
    );
  await runStatic(staticChecks);
  await runTests();
  // The scenarios mostly wait for restarted services; the processors are free for other checks.
  await Promise.all([runScenarios(), runStatic(longStaticChecks)]);
  await runStatic([documentsCheck]);
}

async function inOrder(checks, run) {
  for (const each of checks) await runCheck(each.name, () => run(each));
}

/** Runs a check on the servers. When a server is missing, the check counts as failed, not as skipped. */
async function onServers(startingServers, run) {
  const servers = await startingServers;
  if (servers instanceof Error) return notRun(servers.message);
  if (servers.missing.length > 0) return notRun(servers.missing.map(({ reason }) => reason).join(' '));
  return run(servers.env);
}

async function runCheck(name, run) {
  const startedAt = performance.now();
  const result = await withProgress(name, () => run().catch((error) => notRun(error.message)));
  if (isShuttingDown()) throw new Error('stopping');
  reportLine(result.failed === 0 ? '✔' : '✘', name, performance.now() - startedAt, result.detail);
  for (const line of result.lines) print(`    ${line}`);
  addToTotals(name, result);
}

function addToTotals(name, { passed, failed }) {
  totals.passed += passed;
  totals.failed += failed;
  if (failed > 0) totals.failedChecks.push(name);
}
