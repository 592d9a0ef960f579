import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { DemonstrationClient, findOrderToPay } from './pay/demonstration-order.mjs';
import { writeDemonstration } from './pay/stored-demonstration.mjs';
import { StepFailure } from './run/step-failure.mjs';
import { startControl } from './run/control.mjs';
import { claimPorts, requireGatewayPort } from './run/ports.mjs';
import { build, lockProfile, prepareClone, startServers } from './run/prepare.mjs';
import { print, step } from './run/progress.mjs';
import { stopRecordedProcesses } from './run/recorded-processes.mjs';
import { describeFallbacks, serviceEnvironment } from './run/service-environment.mjs';
import { processNames, startServices } from './run/services.mjs';
import { loadDemonstration, setUpDatabases } from './run/set-up.mjs';
import { onShutdown, runMain } from './run/shutdown.mjs';
import { printSummary } from './run/summary.mjs';

const help = `Starts Cordée on this machine, with demonstration data.
Files are written only to this folder and to the cache folder of the user.

  npm start                  all services in one process
  npm run start:services     each service in its own process
  npm start -- --fresh       deletes all data first, without asking
  npm run start:services -- --inspect teams
                             opens the debugger port 127.0.0.1:9229 of one process

  PORT                       port of the gateway on 127.0.0.1; must be free (default: 3000)
  MAIL_PAGE_PORT, MAIL_SMTP_PORT, QUEUE_BOARD_PORT, OPS_PORT
                             other ports (default: 3025, 2525, 3030, and 9100 for the first process); the next free
                             port replaces a port in use
  DATABASE_ADMIN_URL, NATS_URL, REDIS_URL
                             addresses of existing servers that Cordée uses
  CORDEE_SERVERS             sources of the other servers: node tools/infra/cli.mjs --help

The data remains after a stop; npm run reset deletes the data. Logs are in .cordee/local/logs.
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
  // Fails before the build and the start of the servers, which take long.
  await requireGatewayPort();

  const node = await prepareClone(local);
  const [servers] = await Promise.all([
    startServers(local, { fresh }),
    step('build', () => build(node, local).then(() => undefined)),
  ]);
  const fallbacks = describeFallbacks(servers);
  if (fallbacks && isSeparate)
    throw new StepFailure(`Separate processes need NATS and Valkey/Redis. ${servers.missing[0].reason}`);
  if (fallbacks) print(`  ! ${fallbacks}`);

  // Other programs can take a port until the processes listen, so the ports are claimed as late as possible.
  const ports = await claimPorts(processNames(isSeparate));
  // With --fresh, the set-up also drops the databases of Cordée on an existing server in DATABASE_ADMIN_URL.
  const run = { node, ports, isSeparate, ...local, env: serviceEnvironment({ servers, ports }) };
  const setUpResult = await step('databases', () =>
    setUpDatabases({ ...run, env: { ...run.env, ...(fresh ? { CORDEE_FRESH: '1' } : {}) } }),
  );
  const { failed, roll } = await step(isSeparate ? 'services' : 'services in one process', () =>
    startServices({ ...run, setUpResult, inspect }),
  );
  const { logins = [] } = await step('demonstration data', () => loadDemonstration({ ...run, setUpResult }));
  if (isSeparate) {
    const stopControl = await startControl(local.folder, {
      roll: serialized((name) => rollWithNewCode(name, { run, setUpResult, roll })),
    });
    onShutdown(stopControl);
  }
  const order = await storeLoginsAndFindOrder(local.folder, ports, logins);
  await printSummary({ ports, logins, order, startedAt, profile: local.profile });
  // Keeps running: this promise never resolves, and rejects when a process ends repeatedly.
  return failed;
});

/** Returns a function whose calls wait for the earlier calls: two concurrent rolls would leave a process behind. */
function serialized(work) {
  let lastCall = Promise.resolve();
  return (argument) => {
    const result = lastCall.then(() => work(argument));
    lastCall = result.catch(() => {});
    return result;
  };
}

/** Stores the logins for `npm run pay`. Returns an order that a visitor can pay, or undefined. */
async function storeLoginsAndFindOrder(folder, ports, logins) {
  const url = `http://127.0.0.1:${ports.gateway}`;
  writeDemonstration(folder, { url, logins });
  try {
    return await findOrderToPay(await new DemonstrationClient(url, logins).signInAs('administrator'), folder);
  } catch (error) {
    // The demonstration works without the order, for example when somebody has changed the data.
    print(`  ! no order to pay: ${error.message}`);
    return undefined;
  }
}

/** Builds the code and runs the new migrations of the service, and then replaces its process. */
async function rollWithNewCode(name, { run, setUpResult, roll }) {
  await step('build', () => build(run.node, run).then(() => undefined));
  if (name !== 'gateway')
    await step(`database of ${name}`, () =>
      // The result of the set-up has the URLs of the databases, so their passwords do not change.
      setUpDatabases({ ...run, setUpResult, env: { ...run.env, SET_UP_SERVICES: name } }).then(() => undefined),
    );
  return step(`roll ${name}`, () => roll(name));
}
