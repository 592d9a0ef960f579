import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { withoutOwnBinaries } from '../../run/dependencies.mjs';
import { progress } from './progress.mjs';

const folder = path.resolve(import.meta.dirname, '../peers');
let installation;

/** Imports a package that Cordée is compared with. Returns undefined when the peers cannot be installed. */
export async function loadPeer(specifier) {
  installation ??= install();
  if (!(await installation)) return undefined;
  return import(pathToFileURL(resolveAsImport(specifier)).href);
}

export const NOT_INSTALLED = 'not installed';

async function install() {
  const { dependencies } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const isInstalled = Object.entries(dependencies).every(([name, version]) => installedVersion(name) === version);
  if (isInstalled) return true;
  progress('installing the peers (npm ci in tools/bench/peers)');
  try {
    await promisify(execFile)('npm', ['ci', '--prefer-offline'], { cwd: folder, env: withoutOwnBinaries() });
    return true;
  } catch (error) {
    progress(`the peers cannot be installed: ${error.message.split('\n')[0]}`);
    return false;
  }
}

function installedVersion(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

/** Resolves a package as `import` does: to its ESM entry if the package has one. */
const resolveAsImport = (specifier) => {
  const require = createRequire(path.join(folder, 'package.json'));
  return require.resolve(specifier, { conditions: new Set(['node', 'import']) });
};
