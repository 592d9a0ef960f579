import fs from 'node:fs';
import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { runRequired } from './run-command.mjs';

/** Runs `npm ci` when the installed packages differ from the lock file. Returns a text for the progress line. */
export async function installDependencies(logs) {
  if (isInstalled(readLock('package-lock.json'), readLock('node_modules/.package-lock.json'))) return 'up to date';
  await runRequired('npm ci', 'npm', ['ci', '--prefer-offline'], {
    cwd: cloneRoot,
    env: withoutOwnBinaries(),
    log: path.join(logs, 'npm-ci.log'),
  });
  return 'installed with npm ci';
}

/**
 * True when the installed packages match the lock file. `installed` comes from node_modules/.package-lock.json. npm
 * deletes this file before an installation and writes it at the end, so the file is missing after a crash. Optional
 * packages of other platforms are in the lock file but not installed.
 */
export function isInstalled(locked, installed) {
  if (!installed) return false;
  const lockedPackages = Object.entries(locked).filter(([folder]) => folder !== '');
  const hasAll = lockedPackages.every(([folder, { version, optional }]) =>
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

/**
 * Returns the environment without the programs in node_modules on PATH. npm must run with the Node of the machine,
 * because npm replaces the Node in node_modules.
 */
export function withoutOwnBinaries(env = process.env) {
  const folders = (env.PATH ?? '')
    .split(':')
    .filter((folder) => !folder.startsWith(path.join(cloneRoot, 'node_modules')));
  return { ...env, PATH: folders.join(':') };
}
