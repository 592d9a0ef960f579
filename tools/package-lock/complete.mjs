// Completes package-lock.json after `npm install`. npm omits optional packages of other platforms that the registry
// does not have. Other versions of npm then reject the lock file in `npm ci`. This script adds an entry without address
// for each omitted package; such an entry satisfies all versions of npm.
import fs from 'node:fs';
import path from 'node:path';

const file = path.resolve(import.meta.dirname, '../../package-lock.json');
const lock = JSON.parse(fs.readFileSync(file, 'utf8'));

/** True when the dependent finds the package in the lock file. Searches like Node: from its own folder upwards. */
function isLocked(dependent, name) {
  for (let folder = dependent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (!folder) return false;
  }
}

let addedCount = 0;
for (const [dependent, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(dependent, name)) continue;
    const os = /(darwin|win32|windows|freebsd|openbsd|netbsd|sunos|android|aix|linux|openharmony)/.exec(name)?.[1];
    const cpu = /(arm64|x64|ia32|arm|ppc64|s390x|riscv64|loong64|mips64el|wasm32)/.exec(name)?.[1];
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[\^~]/, ''),
      ...(dependent && entry.dev ? { dev: true } : {}),
      ...(cpu ? { cpu: [cpu] } : {}),
      ...(os ? { os: [os === 'windows' ? 'win32' : os] } : {}),
      optional: true,
    };
    addedCount += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${addedCount} entries added`);
