import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { withoutOwnBinaries } from '../../run/dependencies.mjs';
import { progress } from './progress.mjs';

const folder = path.resolve(import.meta.dirname, '../peers');
let installing;

/** A package that Cordée is compared with; undefined when it is not installed and cannot be. */
export async function loadPeer(specifier) {
  installing ??= install();
  if (!(await installing)) return undefined;
  // As `import` finds it: the entry for modules where the package has one.
  return import(pathToFileURL(resolve(specifier)).href);
}

export const notInstalled = 'not installed';

async function install() {
  const wanted = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).dependencies;
  const isThere = Object.entries(wanted).every(([name, version]) => versionOf(name) === version);
  if (isThere) return true;
  progress('installing what is compared with (npm ci in tools/bench/peers)');
  try {
    await promisify(execFile)('npm', ['ci', '--prefer-offline'], { cwd: folder, env: withoutOwnBinaries() });
    return true;
  } catch (error) {
    progress(`the peers cannot be installed: ${error.message.split('\n')[0]}`);
    return false;
  }
}

function versionOf(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

const resolve = (specifier) => {
  const require = createRequire(path.join(folder, 'package.json'));
  return require.resolve(specifier, { conditions: new Set(['node', 'import']) });
};
