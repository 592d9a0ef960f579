import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { InfraError } from './infra-error.mjs';
import { cloneRoot } from './profile.mjs';
import { filledOnce } from './user-cache.mjs';

const nobody = 65534;
const newUser = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`];

/**
 * PostgreSQL refuses to run as root. Answers how to start its programs and where they and their data are to be.
 * A user namespace is enough where the kernel allows one: outside of it the files stay root's own.
 * Else the processes run as `nobody`, who may not look into a private home: then programs and data live elsewhere.
 */
export async function asUnprivileged(program, profile, data) {
  const asIs = { prefix: [], identity: {}, owner: process.getuid(), binaries: program.binaries, data };
  if (process.getuid() !== 0) return asIs;
  if (hasUserNamespaces()) return { ...asIs, prefix: newUser };
  return {
    prefix: [],
    identity: { uid: nobody, gid: nobody },
    owner: nobody,
    binaries: await reachableBinaries(program),
    data: isReachable(path.dirname(data)) ? data : path.join(outsideOfHomes(profile), path.basename(data)),
  };
}

/** Where the data of a profile is when `nobody` cannot enter the clone. */
export function outsideOfHomes(profile) {
  const clone = crypto.createHash('sha256').update(cloneRoot).digest('hex').slice(0, 12);
  return path.join('/var/lib/cordee', clone, profile);
}

/** A folder others can pass through, and the data folder itself for `owner` alone. */
export function makeDataFolder(folder, owner) {
  makeOpen(path.dirname(folder));
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  giveTo(folder, owner);
}

/** The same data may have been used the other way before. */
export function giveTo(folder, owner) {
  if (process.getuid() !== 0 || fs.statSync(folder).uid === owner) return;
  for (const name of fs.readdirSync(folder, { recursive: true })) fs.lchownSync(path.join(folder, name), owner, owner);
  fs.chownSync(folder, owner, owner);
}

function hasUserNamespaces() {
  // CORDEE_USER_NAMESPACE=off tries the other way on a kernel that allows this one.
  return (
    process.env.CORDEE_USER_NAMESPACE !== 'off' && spawnSync(newUser[0], [...newUser.slice(1), 'true']).status === 0
  );
}

async function reachableBinaries({ binaries, movable, version }) {
  if (isReachable(binaries)) return binaries;
  if (!movable) throw new InfraError(`${binaries} cannot be reached by the user nobody, as whom PostgreSQL has to run`);
  const copy = `/var/cache/cordee/postgres-${version.join('.')}`;
  makeOpen(path.dirname(copy));
  await filledOnce(copy, (folder) => fs.cpSync(movable, folder, { recursive: true, verbatimSymlinks: true }));
  return path.join(copy, 'bin');
}

function isReachable(folder) {
  for (let part = folder; ; part = path.dirname(part)) {
    if ((fs.statSync(part).mode & 0o001) === 0) return false;
    if (part === '/') return true;
  }
}

function makeOpen(folder) {
  if (fs.existsSync(folder)) return;
  makeOpen(path.dirname(folder));
  fs.mkdirSync(folder);
  fs.chmodSync(folder, 0o755);
}
