import fs from 'node:fs';
import path from 'node:path';
import { InfraError } from './infra-error.mjs';

export const cloneRoot = path.resolve(import.meta.dirname, '../..');

/**
 * Returns the folder of a profile, `.cordee/<profile>/`. A profile is a set of servers with its own data, ports and
 * logs. Profiles can run at the same time.
 */
export function profileFolder(profile) {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(profile))
    throw new InfraError(`"${profile}" is not a profile name: use lower-case letters, digits and dashes.`);
  return path.join(cloneRoot, '.cordee', profile);
}

export function openProfileFolder(profile) {
  const folder = profileFolder(profile);
  try {
    fs.mkdirSync(path.join(folder, 'logs'), { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
  } catch (error) {
    throw new InfraError(`${folder} is not writable (${error.code}): does the folder belong to another user?`);
  }
  return folder;
}
