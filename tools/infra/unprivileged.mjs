import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { InfraError } from './infra-error.mjs';
import { cloneRoot } from './profile.mjs';
import { fillOnce } from './user-cache.mjs';

const nobodyId = 65534;
/** The bit of a folder mode that lets other users enter the folder. */
const othersMayEnter = 0o001;
const runInUserNamespace = ['unshare', '--user', `--map-user=${nobodyId}`, `--map-group=${nobodyId}`];

/**
 * Returns the command prefix, the user, and the folders of programs and data, with which PostgreSQL does not run as
 * root. PostgreSQL refuses to run as root. When the caller is root and the kernel allows user namespaces, PostgreSQL
 * runs in a user namespace, and its files belong to root. On other kernels PostgreSQL runs as the user `nobody`, who
 * cannot read private home folders; programs and data are then in other folders.
 */
export async function asUnprivilegedUser(program, profile, dataFolder) {
  const unchanged = { prefix: [], identity: {}, owner: process.getuid(), binaries: program.binaries, dataFolder };
  if (process.getuid() !== 0) return unchanged;
  if (hasUserNamespaces()) return { ...unchanged, prefix: runInUserNamespace };
  return {
    prefix: [],
    identity: { uid: nobodyId, gid: nobodyId },
    owner: nobodyId,
    binaries: await accessibleBinaries(program),
    dataFolder: isAccessibleToOthers(path.dirname(dataFolder))
      ? dataFolder
      : path.join(dataFolderOutsideHomes(profile), path.basename(dataFolder)),
  };
}

/** Returns the data folder of a profile for the case that `nobody` cannot enter the clone. */
export function dataFolderOutsideHomes(profile) {
  const cloneHash = crypto.createHash('sha256').update(cloneRoot).digest('hex').slice(0, 12);
  return path.join('/var/lib/cordee', cloneHash, profile);
}

/** Creates a data folder that only `owner` can read. All users can enter its parent folder. */
export function makeDataFolder(folder, owner) {
  makeAccessible(path.dirname(folder));
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  changeOwner(folder, owner);
}

/** Changes the owner of existing data, because an earlier run can have created the data as another user. */
export function changeOwner(folder, owner) {
  if (process.getuid() !== 0 || fs.statSync(folder).uid === owner) return;
  for (const name of fs.readdirSync(folder, { recursive: true })) fs.lchownSync(path.join(folder, name), owner, owner);
  fs.chownSync(folder, owner, owner);
}

function hasUserNamespaces() {
  // With CORDEE_USER_NAMESPACE=off, PostgreSQL runs as `nobody` also on a kernel with user namespaces, for tests.
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
  for (let ancestor = folder; ; ancestor = path.dirname(ancestor)) {
    if ((fs.statSync(ancestor).mode & othersMayEnter) === 0) return false;
    if (ancestor === '/') return true;
  }
}

function makeAccessible(folder) {
  if (fs.existsSync(folder)) return;
  makeAccessible(path.dirname(folder));
  fs.mkdirSync(folder);
  fs.chmodSync(folder, 0o755);
}
