import fs from 'node:fs';
import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { mustRun } from './child.mjs';

/** Installs what the lock file says, unless exactly that is installed. Answers what it found or did. */
export async function installDependencies(logs) {
  if (isInstalled(readLock('package-lock.json'), readLock('node_modules/.package-lock.json'))) return 'up to date';
  await mustRun('npm ci', 'npm', ['ci', '--prefer-offline'], {
    cwd: cloneRoot,
    env: withoutOwnBinaries(),
    log: path.join(logs, 'npm-ci.log'),
  });
  return 'installed with npm ci';
}

/**
 * npm writes down what it has installed when it has finished, and removes that file first: after a crash it is missing.
 * Optional packages of other platforms are locked and not installed.
 */
export function isInstalled(locked, installed) {
  if (!installed) return false;
  const wanted = Object.entries(locked).filter(([folder]) => folder !== '');
  const hasAll = wanted.every(([folder, { version, optional }]) =>
    installed[folder] ? installed[folder].version === version : optional,
  );
  return hasAll && Object.keys(installed).every((folder) => folder in locked);
}

function readLock(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(cloneRoot, name), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm must run on the machine's own Node: it is about to replace the one in node_modules. */
export function withoutOwnBinaries(env = process.env) {
  const folders = (env.PATH ?? '')
    .split(':')
    .filter((folder) => !folder.startsWith(path.join(cloneRoot, 'node_modules')));
  return { ...env, PATH: folders.join(':') };
}
