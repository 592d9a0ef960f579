import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { InfraError } from './infra-error.mjs';
import { cloneRoot } from './profile.mjs';
import { fillOnce } from './user-cache.mjs';

const nobodyId = 65534;
const runInUserNamespace = ['unshare', '--user', `--map-user=${nobodyId}`, `--map-group=${nobodyId}`];

/**
 * PostgreSQL does not run as root. Returns the command prefix, the user, and the folders of programs and data. With
 * root it runs in a user namespace if the kernel allows it; the files then belong to root. Otherwise it runs as the
 * user `nobody`, who cannot read private home folders: programs and data are then in other folders.
 */
export async function asUnprivilegedUser(program, profile, data) {
  const asIs = { prefix: [], identity: {}, owner: process.getuid(), binaries: program.binaries, data };
  if (process.getuid() !== 0) return asIs;
  if (hasUserNamespaces()) return { ...asIs, prefix: runInUserNamespace };
  return {
    prefix: [],
    identity: { uid: nobodyId, gid: nobodyId },
    owner: nobodyId,
    binaries: await accessibleBinaries(program),
    data: isAccessibleToOthers(path.dirname(data))
      ? data
      : path.join(dataFolderOutsideHomes(profile), path.basename(data)),
  };
}

/** Returns the data folder of a profile for the case that `nobody` cannot enter the clone. */
export function dataFolderOutsideHomes(profile) {
  const clone = crypto.createHash('sha256').update(cloneRoot).digest('hex').slice(0, 12);
  return path.join('/var/lib/cordee', clone, profile);
}

/** Creates a data folder that only `owner` can read, in a folder that others can enter. */
export function makeDataFolder(folder, owner) {
  makeAccessible(path.dirname(folder));
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  changeOwner(folder, owner);
}

/** Changes the owner of existing data, because an earlier run can have used another user. */
export function changeOwner(folder, owner) {
  if (process.getuid() !== 0 || fs.statSync(folder).uid === owner) return;
  for (const name of fs.readdirSync(folder, { recursive: true })) fs.lchownSync(path.join(folder, name), owner, owner);
  fs.chownSync(folder, owner, owner);
}

function hasUserNamespaces() {
  // CORDEE_USER_NAMESPACE=off tests the user `nobody` on a kernel with user namespaces.
  if (process.env.CORDEE_USER_NAMESPACE === 'off') return false;
  return spawnSync(runInUserNamespace[0], [...runInUserNamespace.slice(1), 'true']).status === 0;
}

async function accessibleBinaries({ binaries, copyRoot, version }) {
  if (isAccessibleToOthers(binaries)) return binaries;
  if (!copyRoot) throw new InfraError(`the user nobody, who runs PostgreSQL, cannot read ${binaries}`);
  const copy = `/var/cache/cordee/postgres-${version.join('.')}`;
  makeAccessible(path.dirname(copy));
  await fillOnce(copy, (folder) => fs.cpSync(copyRoot, folder, { recursive: true, verbatimSymlinks: true }));
  return path.join(copy, 'bin');
}

function isAccessibleToOthers(folder) {
  for (let part = folder; ; part = path.dirname(part)) {
    if ((fs.statSync(part).mode & 0o001) === 0) return false;
    if (part === '/') return true;
  }
}

function makeAccessible(folder) {
  if (fs.existsSync(folder)) return;
  makeAccessible(path.dirname(folder));
  fs.mkdirSync(folder);
  fs.chmodSync(folder, 0o755);
}
