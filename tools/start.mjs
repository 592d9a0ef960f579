import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { StepFailure } from './run/step-failure.mjs';
import { claimPorts } from './run/ports.mjs';
import { build, lockProfile, prepareClone, startServers } from './run/prepare.mjs';
import { print, step } from './run/progress.mjs';
import { stopRecordedProcesses } from './run/recorded-processes.mjs';
import { describeFallbacks, serviceEnvironment } from './run/service-environment.mjs';
import { processNames, startServices } from './run/services.mjs';
import { loadDemonstration, setUpDatabases } from './run/set-up.mjs';
import { runMain } from './run/shutdown.mjs';
import { printSummary } from './run/summary.mjs';

const help = `Starts Cordée on this machine, with demonstration data.
Files are written only to this folder and the user's cache folder.

  npm start                  all services in one process
  npm run start:services     each service in its own process
  npm start -- --fresh       deletes all data first, without asking
  npm run start:services -- --inspect teams
                             opens a debugger port for one process on 127.0.0.1:9229

  PORT                       port of the gateway on 127.0.0.1; must be free (default: 3000)
  MAIL_PAGE_PORT, MAIL_SMTP_PORT, QUEUE_BOARD_PORT
                             other ports (default: 3025, 2525, 3030); a port in use is replaced by the next free one
  DATABASE_ADMIN_URL, NATS_URL, REDIS_URL
                             addresses of existing servers to use
  CORDEE_SERVERS             sources of the other servers: node tools/infra/cli.mjs --help

Data is kept: npm run reset deletes it. Logs are in .cordee/local/logs.
`;

const options = {
  fresh: { type: 'boolean', default: false },
  services: { type: 'boolean', default: false },
  inspect: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
};

await runMain(async () => {
  const { fresh, services: isSeparate, inspect, help: showHelp } = parseArgs({ options }).values;
  if (showHelp) {
    console.log(help);
    return 0;
  }
  if (inspect !== undefined && !processNames(isSeparate).includes(inspect))
    throw new StepFailure(`--inspect must be one of: ${processNames(isSeparate).join(', ')}`);
  const startedAt = performance.now();
  const local = await lockProfile('local', isSeparate ? 'npm run start:services' : 'npm start');
  await stopRecordedProcesses(local.folder);
  const ports = await claimPorts(processNames(isSeparate));

  const node = await prepareClone(local);
  const [servers] = await Promise.all([
    startServers(local, { fresh }),
    step('build', () => build(node, local).then(() => undefined)),
  ]);
  const fallbacks = describeFallbacks(servers);
  if (fallbacks && isSeparate)
    throw new StepFailure(`Separate processes need NATS and Valkey/Redis. ${servers.missing[0].reason}`);
  if (fallbacks) print(`  ! ${fallbacks}`);

  // The set-up drops Cordée's databases even on a server that DATABASE_ADMIN_URL names; the server itself stays.
  const run = { node, ports, isSeparate, ...local, env: serviceEnvironment({ servers, ports }) };
  const setUpResult = await step('databases', () =>
    setUpDatabases({ ...run, env: { ...run.env, ...(fresh ? { CORDEE_FRESH: '1' } : {}) } }),
  );
  const { failed } = await step(isSeparate ? 'services' : 'services in one process', () =>
    startServices({ ...run, setUpResult, inspect }),
  );
  const { logins = [] } = await step('demonstration data', () => loadDemonstration({ ...run, setUpResult }));
  await printSummary({ ports, logins, startedAt, profile: local.profile });
  return failed;
});
