import './run/require-node.mjs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cloneRoot } from './infra/profile.mjs';
import { lockProfile, prepareClone, startServers, build } from './run/prepare.mjs';
import { step } from './run/progress.mjs';
import { stopRecordedProcesses } from './run/recorded-processes.mjs';
import { runMain } from './run/shutdown.mjs';
import { runScenario } from './run/scenario.mjs';

const help = `Runs the end-to-end scenario, from sign-up to search, on temporary data and with a moved clock.
Each step checks the answers of the API.

  npm run demo                 all services in one process
  npm run demo -- --services   each service in its own process
  npm run demo -- --kill       each service in its own process; each step first kills a service

Writes the pro forma, the invoice, a CSV export, the mails and the events to demo-output/.
`;

await runMain(async () => {
  const { values } = parseArgs({
    options: { services: { type: 'boolean' }, kill: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(help);
  const profileContext = await lockProfile('demo', 'npm run demo');
  await stopRecordedProcesses(profileContext.folder);
  const node = await prepareClone(profileContext);
  const [servers] = await Promise.all([
    startServers(profileContext, { fresh: true, durable: false }),
    step('build', () => build(node, profileContext).then(() => undefined)),
  ]);
  const isSeparate = Boolean(values.services || values.kill);
  const { code } = await runScenario({
    ...profileContext,
    node,
    servers,
    isSeparate,
    stepsPerKill: values.kill ? 1 : undefined,
    output: path.join(cloneRoot, 'demo-output'),
    onLine: (line) => console.log(line),
  });
  return code;
});
