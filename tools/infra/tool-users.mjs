import fs from 'node:fs';
import path from 'node:path';
import { writePrivateFile } from '../secrets/write-private-file.mjs';
import { natsUsersWithPasswords, profileSecrets } from './secrets.mjs';

const toolsFile = (folder) => path.join(folder, 'nats-tools.json');

/** The file with the broker users that the nats.conf of a profile includes. */
export const usersFile = 'nats-users.conf';

/**
 * Returns the users of internal tools on the broker of a profile: `{ <tool>: { password, configuration } }`. `folder`
 * is the folder of the profile. `clearProfile` deletes the users together with the data of the servers.
 */
export const readToolUsers = (folder) =>
  fs.existsSync(toolsFile(folder)) ? JSON.parse(fs.readFileSync(toolsFile(folder), 'utf8')) : {};

/** Adds or replaces the user of an internal tool. The broker knows the user when it has reloaded its configuration. */
export function storeToolUser(folder, tool, user) {
  writePrivateFile(toolsFile(folder), JSON.stringify({ ...readToolUsers(folder), [tool]: user }, null, 2));
  writeUsers(folder, profileSecrets(folder));
}

/** Writes all users of the broker of a profile. `options` are those of `natsUsersWithPasswords`. */
export function writeUsers(folder, secrets, options) {
  const toolConfigurations = Object.values(readToolUsers(folder)).map(({ configuration }) => configuration);
  writePrivateFile(path.join(folder, usersFile), natsUsersWithPasswords(secrets, toolConfigurations, options));
}
