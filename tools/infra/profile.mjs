import fs from 'node:fs';
import path from 'node:path';
import { InfraError } from './infra-error.mjs';

export const cloneRoot = path.resolve(import.meta.dirname, '../..');

/** Everything one profile owns in this clone: `.cordee/<profile>/`. Two profiles run side by side and share nothing. */
export function profileFolder(profile) {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(profile))
    throw new InfraError(`"${profile}" is no profile name: use small letters, digits and dashes.`);
  return path.join(cloneRoot, '.cordee', profile);
}

export function openProfileFolder(profile) {
  const folder = profileFolder(profile);
  try {
    fs.mkdirSync(path.join(folder, 'logs'), { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
  } catch (error) {
    throw new InfraError(`${folder} cannot be written (${error.code}): does it belong to another user?`);
  }
  return folder;
}
