import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { isListening, statusOf, until } from './wait-for-port.mjs';
import { lastLines } from './child.mjs';
import { forgetProcesses } from './own-processes.mjs';
import { ownEnvironment } from './service-environment.mjs';
import { ServiceProcess } from './service-process.mjs';
import { atShutdown } from './shutdown.mjs';
import { StepFailure } from './step-failure.mjs';

const separateServices = ['identity', 'teams', 'products', 'billing', 'renewals', 'reminders', 'search', 'gateway'];
const patience = 60_000;

/** Where a debugger attaches to the process that `--inspect` names; .vscode/launch.json knows it. */
const inspectAddress = '127.0.0.1:9229';

/** Names of the processes the services run in, and of the apps these are built from. */
export const processNames = (isSeparate) => (isSeparate ? separateServices : ['all-in-one']);

export const appFile = (app, name) => path.join(cloneRoot, 'apps', app, 'dist', `${name}.js`);

/**
 * Starts the mail catcher and the services and waits until the gateway is ready.
 * `given` is what the set-up command has answered: `env` for all, and `services.<name>` for one.
 * The promise `failed` in the answer rejects when one of them cannot be kept running; `stop` stops them before the process ends.
 */
export async function startServices({ node, folder, ports, env, given, isSeparate, inspect }) {
  const processes = [];
  const stop = async () => {
    await Promise.all(processes.map((service) => service.stop()));
    forgetProcesses(folder);
  };
  atShutdown(stop);
  let onFailure;
  const failed = new Promise((_, reject) => (onFailure = reject));
  failed.catch(() => {}); // is looked at below and by the caller
  const start = (name, file, own) => {
    const nodeOptions = name === inspect ? [`--inspect=${inspectAddress}`] : [];
    const environment = { ...env, ...given.env, ...own };
    processes.push(new ServiceProcess({ name, node, nodeOptions, file, folder, onFailure, env: environment }));
  };

  start('mail-catcher', appFile('all-in-one', 'mail-catcher'), {});
  for (const name of processNames(isSeparate))
    start(name, appFile(name, 'main'), { ...ownEnvironment(name, ports), ...given.services?.[name] });
  await Promise.race([failed, areReady(ports, processes)]);
  for (const service of processes) service.markReady();
  return { services: processes, failed, stop };
}

async function areReady(ports, processes) {
  const [catcher] = processes;
  const gateway = processes.at(-1);
  if (!(await until(() => isListening(ports.mailSmtp), patience))) throw tooSlow(catcher);
  if (!(await until(async () => (await statusOf(readyUrl(ports))) === 200, patience))) throw tooSlow(gateway);
}

const readyUrl = ({ gateway }) => `http://127.0.0.1:${gateway}/health/ready`;

function tooSlow({ log }) {
  return new StepFailure(`not ready after ${patience / 1000} s; the log is ${log}`, lastLines(log));
}
