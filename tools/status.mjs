import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { isRunning } from './infra/processes.mjs';
import { openProfileFolder } from './infra/profile.mjs';
import { parseOpsAddresses } from './load/ops/ops-addresses.mjs';
import { readProcesses } from './run/recorded-processes.mjs';
import { processNames } from './run/services.mjs';
import { runMain } from './run/shutdown.mjs';
import { StepFailure } from './run/step-failure.mjs';
import { readStatus } from './status/read-status.mjs';
import { formatStatus } from './status/format-status.mjs';

const help = `Shows the processes of Cordée: versions, health, events and jobs that wait.

  npm run status                             the processes of npm start in this folder
  npm run status -- --ops 9100-9107          the processes with these ops ports on 127.0.0.1
  npm run status -- --ops teams=http://10.0.0.5:9100,http://10.0.0.6:9100
  npm run status -- --json                   as JSON

  outbox       events that are not published yet
  oldest       age of the oldest event that is not published yet
  lag          published events that the service has not handled yet; replicas show the same events
  dead         events that could not be handled: npm run events -- dead-letters
  jobs         jobs that wait for a worker
  pool         used connections to the database, and requests that wait for one
  –            the process has no such figure: the gateway has no database, billing consumes no events

The exit code is 0 when all processes are ready.
`;

await runMain(async () => {
  const { values } = parseArgs({
    options: { ops: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(help);
  const addresses = values.ops === undefined ? localAddresses() : parseOpsAddresses(values.ops, 'http://127.0.0.1');
  const rows = await Promise.all(addresses.map(readStatus)).then((lists) => lists.flat());
  console.log(values.json ? JSON.stringify(rows, null, 2) : formatStatus(rows));
  return rows.every(({ state }) => state === 'ready') ? 0 : 1;
});

function localAddresses() {
  const processes = readProcesses(openProfileFolder('local')).filter(
    (recorded) => recorded.opsPort !== undefined && isRunning(recorded),
  );
  if (processes.length === 0)
    throw new StepFailure('Cordée does not run in this folder. npm start starts it; --ops names other processes.');
  // A replaced process has another port, but keeps its row.
  const order = processNames(true);
  processes.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name) || Number(a.opsPort) - Number(b.opsPort));
  return processes.map(({ name, opsPort }) => ({ name, url: `http://127.0.0.1:${opsPort}/metrics` }));
}
