import net from 'node:net';
import path from 'node:path';
import util from 'node:util';
import { cloneRoot } from '../infra/profile.mjs';
import { isListening, statusOf, waitFor } from './wait-for-port.mjs';
import { rollService } from './roll-service.mjs';
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
 * Returns `services`; `failed`, a promise that rejects when a process ends repeatedly; `roll(name)`, which replaces a
 * process as `rollService` does; and `stop()`, which stops all processes.
 */
export async function startServices({ node, folder, ports, env, setUpResult, isSeparate, inspect }) {
  // This module reads the configuration schemas, which exist only after the build.
  const { ownVariables } = await import('./own-variables.mjs');
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
  const socket = isSeparate ? openSocket(ports.gateway) : undefined;
  const create = (name, file, processEnv, options = {}) =>
    new ServiceProcess({
      name,
      node,
      nodeOptions: name === inspect ? [`--inspect=${inspectAddress}`] : [],
      file,
      folder,
      onFailure,
      env: ownVariables(name, {
        ...env,
        ...setUpResult.env,
        ...processEnv,
        ...(name === 'gateway' ? { LISTEN_FD: '3' } : {}),
      }),
      ...(name === 'gateway' ? { socketFd: socket.fd } : {}),
      ...options,
    });
  const createService = (name, processEnv, options) =>
    create(
      name,
      appFile(name, 'main'),
      { ...processEnvironment(name, ports, env), ...setUpResult.services?.[name], ...processEnv },
      options,
    );
  const roll = async (name) => {
    const index = processes.findIndex((service) => service.name === name);
    const previousPid = processes[index].pid;
    const ignoreFailure = () => {};
    processes[index] = await rollService(processes[index], (opsPort) =>
      createService(name, { OPS_PORT: String(opsPort) }, { keepsLog: true, onFailure: ignoreFailure }),
    );
    return { previousPid, pid: processes[index].pid };
  };

  processes.push(create('mail-catcher', appFile('all-in-one', 'mail-catcher'), {}));
  for (const name of processNames(isSeparate)) processes.push(createService(name, {}));
  await Promise.race([failed, waitUntilReady(ports, processes)]);
  for (const service of processes) service.markReady();
  return { services: processes, failed, roll, stop };
}

/**
 * Binds the port of the gateway. The processes of the gateway inherit the socket, so that no connection is lost while
 * one process replaces another. Node has no public function that binds a port without accepting connections.
 */
function openSocket(port) {
  const handle = net._createServerHandle('127.0.0.1', port, 4);
  if (typeof handle === 'number')
    throw new StepFailure(`Port ${port} cannot be used: ${util.getSystemErrorName(handle)}.`);
  return handle;
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
