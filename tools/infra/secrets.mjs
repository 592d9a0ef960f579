import fs from 'node:fs';
import path from 'node:path';
import { withAllOperations } from '../documents/broker-users.mjs';
import { createPassword } from '../secrets/create-password.mjs';
import { writePrivateFile } from '../secrets/write-private-file.mjs';

const natsUsersFile = path.join(import.meta.dirname, 'nats-users.conf');
const passwordReference = /\$([A-Z]+)_NATS_PASSWORD/g;

/** The user of local tools and tests. The user exists only on local servers and may use all subjects. */
export const developer = 'developer';

/** Returns the names of the users of the broker, without the local developer. */
export const natsUserNames = () =>
  [...fs.readFileSync(natsUsersFile, 'utf8').matchAll(passwordReference)].map(([, name]) => name.toLowerCase());

/**
 * Returns the passwords of the servers of a profile: `{ postgres, redis, nats: { <user>: … } }`. The passwords are
 * created once. `clearProfile` deletes them together with the data. `folder` is the folder of the profile.
 */
export function profileSecrets(folder) {
  const file = path.join(folder, 'secrets.json');
  const storedSecrets = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  const secrets = {
    postgres: storedSecrets.postgres ?? createPassword(),
    redis: storedSecrets.redis ?? createPassword(),
    nats: Object.fromEntries(
      [...natsUserNames(), developer].map((user) => [user, storedSecrets.nats?.[user] ?? createPassword()]),
    ),
  };
  const text = JSON.stringify(secrets, null, 2);
  if (text !== JSON.stringify(storedSecrets, null, 2)) writePrivateFile(file, text);
  return secrets;
}

/**
 * Returns the configuration of the broker's users with their passwords, and with the local developer. `tools` are the
 * configurations of the users of internal tools. With `isProduction`, the developer can delete no stream.
 */
export function natsUsersWithPasswords({ nats }, tools = [], { isProduction = false } = {}) {
  const configuration = fs.readFileSync(natsUsersFile, 'utf8');
  return (isProduction ? configuration : withAllOperations(configuration))
    .replace(passwordReference, (_, name) => JSON.stringify(nats[name.toLowerCase()]))
    .replace('users = [', () =>
      ['users = [', `    { user: ${developer}, password: "${nats[developer]}" }`, ...tools].join('\n'),
    );
}

/**
 * Returns the addresses of the broker by variable, one per service: `IDENTITY_NATS_URL`. Returns no address for a
 * server that this profile has not started, because the users of that server are not known.
 */
export function natsUserUrls(folder, url) {
  const { nats } = profileSecrets(folder);
  const { username, password, host } = new URL(url.split(',')[0]);
  if (username !== developer || password !== nats[developer]) return {};
  return Object.fromEntries(
    natsUserNames().map((user) => [`${user.toUpperCase()}_NATS_URL`, `nats://${user}:${nats[user]}@${host}`]),
  );
}
