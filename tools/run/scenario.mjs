import { fork } from 'node:child_process';
import fs from 'node:fs';
import readline from 'node:readline';
import { nextFree } from '../infra/ports.mjs';
import { serviceEnvironment } from './service-environment.mjs';
import { scenarioFile, processNames, startServices } from './services.mjs';
import { setUpDatabases } from './set-up.mjs';
import { onShutdown } from './shutdown.mjs';

const firstPort = 3100;

/** Runs the end-to-end scenario on new databases. Returns its exit code and the number of passed steps. */
export async function runScenario({ node, folder, logs, servers, isSeparate, killsServices, output, onLine }) {
  const ports = await claimFreePorts(processNames(isSeparate));
  const env = {
    ...serviceEnvironment({ servers, ports }),
    LOG_LEVEL: 'warn',
    PUBLIC_URL: `http://127.0.0.1:${ports.gateway}`,
    SMTP_URL: `smtp://127.0.0.1:${ports.mailSmtp}`,
  };
  const run = { node, folder, logs, ports, isSeparate, env };
  const setUpResult = await setUpDatabases({ ...run, env: { ...env, CORDEE_FRESH: '1' } });
  const { services, failed, stop } = await startServices({ ...run, setUpResult });
  fs.rmSync(output, { recursive: true, force: true });
  const scenario = fork(scenarioFile('e2e-scenario/run-scenario'), [], {
    execPath: node,
    execArgv: ['--enable-source-maps'],
    env: { ...env, ...setUpResult.env, OUTPUT: output },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onShutdown(() => scenario.kill());
  let passedSteps = 0;
  readline.createInterface({ input: scenario.stdout }).on('line', onLine);
  scenario.on('message', ({ step }) => {
    // The scenario sends the index of a step before it runs the step: the index is the number of passed steps.
    passedSteps = step;
    if (killsServices) killNextService(services, step, onLine);
  });
  const code = await Promise.race([
    failed,
    new Promise((resolve) => scenario.on('exit', (status) => resolve(status ?? 1))),
  ]);
  await stop();
  // The scenario sends no message after the last step.
  return { code, passedSteps: code === 0 ? passedSteps + 1 : passedSteps };
}

/** Kills a different service at each step. `ServiceProcess` restarts the service, as a container platform does. */
function killNextService(services, step, onLine) {
  const candidates = services.filter(({ name }) => name !== 'mail-catcher');
  const victim = candidates[step % candidates.length];
  onLine(`    (${victim.name} is killed)`);
  victim.kill();
}

async function claimFreePorts(names) {
  const claimed = new Set();
  const claim = async () => {
    const port = await nextFree(firstPort + claimed.size, claimed);
    claimed.add(port);
    return port;
  };
  const ports = {
    gateway: await claim(),
    mailPage: await claim(),
    mailSmtp: await claim(),
    queueBoard: await claim(),
    ops: {},
  };
  for (const name of names) ports.ops[name] = await claim();
  return ports;
}
