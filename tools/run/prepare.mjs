import path from 'node:path';
import { bringUp } from '../infra/bring-up.mjs';
import { takeLock } from '../infra/lock.mjs';
import { prefetchServers } from '../infra/prefetch.mjs';
import { cloneRoot, openProfileFolder } from '../infra/profile.mjs';
import { mustRun } from './child.mjs';
import { installDependencies } from './dependencies.mjs';
import { describeMachine, findNode } from './machine.mjs';
import { reportLine, step } from './progress.mjs';
import { atShutdown, isShuttingDown, within } from './shutdown.mjs';

/** The folder of a profile, for this process alone until it ends. */
export async function occupyProfile(profile, purpose) {
  const folder = openProfileFolder(profile);
  const release = await takeLock(folder, 'occupied', { purpose });
  atShutdown(release);
  return { profile, folder, logs: path.join(folder, 'logs') };
}

/** Dependencies and Node 24, with the download of the servers beside. Answers the Node to run everything on. */
export async function prepareClone({ logs }) {
  await step('machine', describeMachine);
  void prefetchServers();
  await step('dependencies', () => installDependencies(logs));
  return findNode();
}

/** The servers of the profile, stopped at the end if this call started them. */
export async function startServers({ profile }, options) {
  const stopping = new AbortController();
  const bringing = bringUp({ profile, report: reportServer, signal: stopping.signal, ...options });
  // The end may come while they start: then they are stopped as soon as they can be.
  atShutdown(async () => {
    stopping.abort();
    const servers = await within(
      20_000,
      bringing.catch(() => undefined),
    );
    await servers?.stop();
  });
  return bringing;
}

function reportServer({ title, how, address, ms, reason }) {
  if (isShuttingDown()) return;
  if (reason) reportLine('✘', title, ms, 'cannot be had here');
  else reportLine('✔', title, ms, `${address}  ${how}`);
}

/** What runs. Types are for `npm test`. */
export function build(node, { logs }) {
  return mustRun('The build', node, [path.join(cloneRoot, 'tools/transpile.mjs')], {
    cwd: cloneRoot,
    log: path.join(logs, 'build.log'),
  });
}
