import path from 'node:path';
import { bringUp } from '../infra/bring-up.mjs';
import { takeLock } from '../infra/lock.mjs';
import { prefetchServers } from '../infra/prefetch.mjs';
import { cloneRoot, openProfileFolder } from '../infra/profile.mjs';
import { runRequired } from './run-command.mjs';
import { installDependencies } from './dependencies.mjs';
import { describeMachine, findNode } from './find-node.mjs';
import { reportLine, step } from './progress.mjs';
import { onShutdown, isShuttingDown, withTimeout } from './shutdown.mjs';

/** Locks the folder of a profile for this process until it ends. */
export async function lockProfile(profile, purpose) {
  const folder = openProfileFolder(profile);
  const release = await takeLock(folder, 'occupied', { purpose });
  onShutdown(release);
  return { profile, folder, logs: path.join(folder, 'logs') };
}

/** Installs the dependencies and starts the download of the servers. Returns the Node that runs all processes. */
export async function prepareClone({ logs }) {
  await step('machine', describeMachine);
  void prefetchServers();
  await step('dependencies', () => installDependencies(logs));
  return findNode();
}

/** Starts the servers of the profile. At shutdown, the servers that this call has started are stopped. */
export async function startServers({ profile }, options) {
  const abortController = new AbortController();
  const starting = bringUp({ profile, report: reportServer, signal: abortController.signal, ...options });
  // A shutdown can happen while the servers start. It then aborts the start and stops the servers that have started.
  onShutdown(async () => {
    abortController.abort();
    const servers = await withTimeout(
      20_000,
      starting.catch(() => undefined),
    );
    await servers?.stop();
  });
  return starting;
}

function reportServer({ title, how, address, ms, reason }) {
  if (isShuttingDown()) return;
  if (reason) reportLine('✘', title, ms, 'not available');
  else reportLine('✔', title, ms, `${address}  ${how}`);
}

/** Transpiles the sources without checking their types. `npm test` checks the types. */
export function build(node, { logs }) {
  return runRequired('The build', node, [path.join(cloneRoot, 'tools/transpile.mjs')], {
    cwd: cloneRoot,
    log: path.join(logs, 'build.log'),
  });
}
