import { addressOf, probeNats } from '../infra/probes.mjs';
import { profileFolder } from '../infra/profile.mjs';
import { readState } from '../infra/state.mjs';
import { UserError } from './user-error.mjs';

/**
 * Returns the error for a user of NATS_URL that may not read events, or undefined when the user may. Without NATS_URL,
 * the commands use the user `developer`, who may use all subjects.
 */
export function forbiddenUserError() {
  const name = process.env.NATS_URL && new URL(process.env.NATS_URL.split(',')[0]).username;
  if (!name || name === 'events') return undefined;
  return new UserError(
    `The user "${name}" of NATS_URL may not do this: use the user "events", and "operator" for consumers. ` +
      'Without NATS_URL, the commands use the broker of the running "npm start".',
  );
}

/** Returns the address of the broker. Throws a UserError when no broker answers. */
export async function findBroker() {
  const url = process.env.NATS_URL || readState(profileFolder('local')).servers.nats?.url;
  if (!url)
    throw new UserError(
      'No NATS address was found: run "npm start" with NATS (the embedded bus has no streams), or set NATS_URL.',
    );
  const { isReady } = await probeNats(url);
  if (!isReady)
    throw new UserError(
      `NATS does not answer at ${addressOf(url.split(',')[0], 4222).text}: ` +
        'start it with "npm start", or set NATS_URL.',
    );
  return url;
}
