import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { StepFailure } from './run/step-failure.mjs';
import { claimPorts } from './run/ports.mjs';
import { build, occupyProfile, prepareClone, startServers } from './run/prepare.mjs';
import { say, step } from './run/progress.mjs';
import { stopLeftovers } from './run/own-processes.mjs';
import { describeFallbacks, serviceEnvironment } from './run/service-environment.mjs';
import { processNames, startServices } from './run/services.mjs';
import { loadDemonstration, setUpDatabases } from './run/set-up.mjs';
import { runMain } from './run/shutdown.mjs';
import { printSummary } from './run/summary.mjs';

const help = `Starts Cordée on this machine, with demonstration data. Installs nothing outside of this folder and the user's cache.

  npm start                  every service in one process
  npm run start:services     every service in a process of its own
  npm start -- --fresh       from empty data, without asking
  npm run start:services -- --inspect teams
                             with a debugger port on 127.0.0.1:9229 for one of the processes

  PORT                       port of the gateway on 127.0.0.1 (3000); it has to be free
  MAIL_PAGE_PORT, MAIL_SMTP_PORT, QUEUE_BOARD_PORT
                             other ports than 3025, 2525 and 3030; where one is taken, the next free one is
  DATABASE_ADMIN_URL, NATS_URL, REDIS_URL
                             servers to use instead of own ones
  CORDEE_SERVERS             where own ones may come from: node tools/infra/cli.mjs --help

Data survives: npm run reset clears it. Logs are in .cordee/local/logs.
`;

const options = {
  fresh: { type: 'boolean', default: false },
  services: { type: 'boolean', default: false },
  inspect: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
};

await runMain(async () => {
  const { fresh, services: isSeparate, inspect, help: isHelpWanted } = parseArgs({ options }).values;
  if (isHelpWanted) {
    console.log(help);
    return 0;
  }
  if (inspect !== undefined && !processNames(isSeparate).includes(inspect))
    throw new StepFailure(`--inspect takes one of: ${processNames(isSeparate).join(', ')}`);
  const startedAt = performance.now();
  const local = await occupyProfile('local', isSeparate ? 'npm run start:services' : 'npm start');
  await stopLeftovers(local.folder);
  const ports = await claimPorts(processNames(isSeparate));

  const node = await prepareClone(local);
  const [servers] = await Promise.all([
    startServers(local, { fresh }),
    step('build', () => build(node, local).then(() => undefined)),
  ]);
  const fallbacks = describeFallbacks(servers);
  if (fallbacks && isSeparate)
    throw new StepFailure(`Separate processes need NATS and Valkey/Redis. ${servers.missing[0].reason}`);
  if (fallbacks) say(`  ! ${fallbacks}`);

  // A database that was given is not ours to remove, but the set-up may clear its own part of it.
  const run = { node, ports, isSeparate, ...local, env: serviceEnvironment({ servers, ports }) };
  const given = await step('databases', () =>
    setUpDatabases({ ...run, env: { ...run.env, ...(fresh ? { CORDEE_FRESH: '1' } : {}) } }),
  );
  const { failed } = await step(isSeparate ? 'services' : 'services in one process', () =>
    startServices({ ...run, given, inspect }),
  );
  const { logins = [] } = await step('demonstration data', () => loadDemonstration({ ...run, given }));
  await printSummary({ ports, logins, startedAt, profile: local.profile });
  return failed;
});
