import { fork } from 'node:child_process';
import fs from 'node:fs';
import readline from 'node:readline';
import { scenarioFile } from './services.mjs';
import { onShutdown } from './shutdown.mjs';
import { startTemporaryInstallation } from './temporary-installation.mjs';

/**
 * Runs the end-to-end scenario on new databases. `stepsPerKill: 3` kills a service at every third step, each time
 * another one. Returns the exit code of the scenario and the number of passed steps.
 */
export async function runScenario({ node, folder, logs, servers, isSeparate, stepsPerKill, output, onLine }) {
  const installation = { node, folder, logs, servers, isSeparate };
  const { env, services, failed, stop } = await startTemporaryInstallation(installation);
  fs.rmSync(output, { recursive: true, force: true });
  const scenario = fork(scenarioFile('e2e-scenario/run-scenario'), [], {
    execPath: node,
    execArgv: ['--enable-source-maps'],
    env: { ...env, OUTPUT: output },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onShutdown(() => scenario.kill());
  let passedSteps = 0;
  readline.createInterface({ input: scenario.stdout }).on('line', onLine);
  scenario.on('message', ({ step }) => {
    // The scenario sends the index of a step before it runs the step: the index is the number of passed steps.
    passedSteps = step;
    if (stepsPerKill && step % stepsPerKill === 0) killService(services, step / stepsPerKill, onLine);
  });
  const code = await Promise.race([
    failed,
    new Promise((resolve) => scenario.on('exit', (status) => resolve(status ?? 1))),
  ]);
  await stop();
  // The scenario sends no message after the last step.
  return { code, passedSteps: code === 0 ? passedSteps + 1 : passedSteps };
}

/** Kills one of the services. `ServiceProcess` restarts the service, as a container platform does. */
function killService(services, index, onLine) {
  const candidates = services.filter(({ name }) => name !== 'mail-catcher');
  const killedService = candidates[index % candidates.length];
  onLine(`    (${killedService.name} is killed)`);
  killedService.kill();
}
