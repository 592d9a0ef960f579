import { clearProfile, stopServers } from './bring-down.mjs';
import { InfraError } from './infra-error.mjs';
import { takeLock } from './lock.mjs';
import { bringUpServer } from './bring-up-server.mjs';
import { addressOf } from './probes.mjs';
import { openProfileFolder } from './profile.mjs';
import { natsUserUrls } from './secrets.mjs';
import { servers } from './servers.mjs';

/**
 * Starts PostgreSQL, NATS and Valkey/Redis for a profile of this clone.
 *
 * - `fresh` deletes the data first.
 * - `durable` makes data survive a power cut; tests set it to false.
 * - `keep` leaves the servers running when this process ends.
 * - `report` is called with the result of each server.
 * - `signal` aborts the start.
 *
 * Returns `env` (DATABASE_ADMIN_URL, and NATS_URL, <SERVICE>_NATS_URL and REDIS_URL if available), `available` and
 * `missing` (the results of the servers), and `stop()`, which stops the servers that this call has started. Throws when
 * PostgreSQL is not available.
 */
export async function bringUp({ profile, fresh = false, durable = true, keep = false, report = () => {}, signal }) {
  const folder = openProfileFolder(profile);
  return withServerLock(folder, async () => {
    if (fresh) await clearProfile(folder, profile);
    const outcomes = await Promise.all(
      servers.map((server) => bringUpAndReport(server, { profile, folder, durable, keep, signal }, report)),
    );
    const namesToStop = outcomes.filter(({ mustStop }) => mustStop).map(({ server }) => server);
    const available = outcomes.filter(({ url }) => url);
    const fatalOutcome = outcomes.find(isFatal);
    if (fatalOutcome) {
      await stopServers(folder, namesToStop);
      throw fatalOutcome.error ?? new InfraError(fatalOutcome.reason);
    }
    return {
      env: Object.assign(
        Object.fromEntries(available.map(({ variable, url }) => [variable, url])),
        ...available.filter(({ server }) => server === 'nats').map(({ url }) => natsUserUrls(folder, url)),
      ),
      available,
      missing: outcomes.filter(({ reason }) => reason),
      stop: async () =>
        keep || namesToStop.length === 0 ? [] : withServerLock(folder, () => stopServers(folder, namesToStop)),
    };
  });
}

/** Stops the servers of a profile and deletes its data. */
export function eraseProfile({ profile }) {
  const folder = openProfileFolder(profile);
  return withServerLock(folder, () => clearProfile(folder, profile));
}

/** Stops all servers of a profile. Returns the names of the servers that were running. */
export function bringDown({ profile }) {
  const folder = openProfileFolder(profile);
  return withServerLock(folder, () => stopServers(folder));
}

const isFatal = ({ error, server, reason }) => Boolean(error) || (server === 'postgres' && Boolean(reason));

async function bringUpAndReport(server, options, report) {
  const startedAt = performance.now();
  const description = { server: server.name, title: server.title, variable: server.variable };
  let outcome;
  try {
    outcome = { ...description, ...(await bringUpServer(server, options)) };
  } catch (error) {
    outcome = { ...description, error };
  }
  outcome.ms = Math.round(performance.now() - startedAt);
  // An address without a port is shown without a port.
  const noDefaultPort = '';
  if (outcome.url) outcome.address = addressOf(outcome.url.split(',')[0], noDefaultPort).text;
  if (!outcome.error && !isFatal(outcome)) report(outcome);
  return outcome;
}

async function withServerLock(folder, action) {
  const release = await takeLock(folder, 'servers', {
    purpose: 'a run that starts or stops servers',
    timeoutMs: 180_000,
  });
  try {
    return await action();
  } finally {
    release();
  }
}
