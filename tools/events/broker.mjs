import { addressOf, probeNats } from '../infra/probes.mjs';
import { profileFolder } from '../infra/profile.mjs';
import { readState } from '../infra/state.mjs';
import { Complaint } from './user-error.mjs';

/** Where the broker is; a complaint when none answers there. */
export async function findBroker() {
  const url = process.env.NATS_URL || readState(profileFolder('local')).servers.nats?.url;
  if (!url)
    throw new Complaint(
      'No NATS is known: run "npm start" (with the embedded bus there are no streams to read), or set NATS_URL.',
    );
  const { ready } = await probeNats(url);
  if (!ready)
    throw new Complaint(
      `NATS does not answer at ${addressOf(url.split(',')[0], 4222).text}: is "npm start" running? NATS_URL chooses another.`,
    );
  return url;
}
