import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { isListening, statusOf, waitFor } from './wait-for-port.mjs';
import { lastLines } from './run-command.mjs';
import { clearRecordedProcesses } from './recorded-processes.mjs';
import { processEnvironment } from './service-environment.mjs';
import { ServiceProcess } from './service-process.mjs';
import { onShutdown } from './shutdown.mjs';
import { StepFailure } from './step-failure.mjs';

const separateServices = ['identity', 'teams', 'products', 'billing', 'renewals', 'reminders', 'search', 'gateway'];
const readyTimeoutMs = 60_000;

/** Address of the debugger port that `--inspect` opens. The same port is in .vscode/launch.json. */
const inspectAddress = '127.0.0.1:9229';

/** Returns the names of the processes. A process has the name of its app. */
export const processNames = (isSeparate) => (isSeparate ? separateServices : ['all-in-one']);

export const appFile = (app, name) => path.join(cloneRoot, 'apps', app, 'dist', `${name}.js`);

/** Returns a TypeScript file of the demonstration or of the end-to-end scenario. Node runs it without a build. */
export const scenarioFile = (name) => path.join(cloneRoot, 'apps/all-in-one/test', `${name}.ts`);

/**
 * Starts the mail catcher and the services and waits until the gateway is ready. `setUpResult` is the result of the
 * set-up command: `env` is the environment of all services, and `services.<name>` is the environment of one service.
 * Returns `services`, `failed`, a promise that rejects when a process ends repeatedly, and `stop()`, which stops all
 * processes.
 */
export async function startServices({ node, folder, ports, env, setUpResult, isSeparate, inspect }) {
  const processes = [];
  const stop = async () => {
    await Promise.all(processes.map((service) => service.stop()));
    clearRecordedProcesses(folder);
  };
  onShutdown(stop);
  let onFailure;
  const failed = new Promise((_, reject) => (onFailure = reject));
  // The race below and the caller handle the failure.
  failed.catch(() => {});
  const start = (name, file, processEnv) => {
    const nodeOptions = name === inspect ? [`--inspect=${inspectAddress}`] : [];
    const environment = { ...env, ...setUpResult.env, ...processEnv };
    processes.push(new ServiceProcess({ name, node, nodeOptions, file, folder, onFailure, env: environment }));
  };

  start('mail-catcher', appFile('all-in-one', 'mail-catcher'), {});
  for (const name of processNames(isSeparate))
    start(name, appFile(name, 'main'), { ...processEnvironment(name, ports, env), ...setUpResult.services?.[name] });
  await Promise.race([failed, waitUntilReady(ports, processes)]);
  for (const service of processes) service.markReady();
  return { services: processes, failed, stop };
}

async function waitUntilReady(ports, processes) {
  const [catcher] = processes;
  // The last process is the gateway, or the process with all services.
  const gateway = processes.at(-1);
  if (!(await waitFor(() => isListening(ports.mailSmtp), readyTimeoutMs))) throw notReady(catcher);
  const isReady = async () => (await statusOf(readyUrl(ports))) === 200;
  if (!(await waitFor(isReady, readyTimeoutMs))) throw notReady(gateway);
}

const readyUrl = ({ gateway }) => `http://127.0.0.1:${gateway}/health/ready`;

function notReady({ log }) {
  return new StepFailure(`not ready after ${readyTimeoutMs / 1000} s; the log is ${log}`, lastLines(log));
}
