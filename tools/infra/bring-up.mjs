import { clearProfile, stopServers } from './bring-down.mjs';
import { InfraError } from './infra-error.mjs';
import { takeLock } from './lock.mjs';
import { bringUpServer } from './one-server.mjs';
import { addressOf } from './probes.mjs';
import { openProfileFolder } from './profile.mjs';
import { servers } from './servers.mjs';

/**
 * Brings PostgreSQL, NATS and Valkey/Redis up for a profile of this clone.
 *
 * `fresh` starts from empty data · `durable` survives a power cut, tests do without · `keep` leaves the servers running for others
 * after this process has ended · `report` hears of every server as soon as it is known · an aborted `signal` ends the search.
 *
 * Answers `env` (DATABASE_ADMIN_URL, and NATS_URL and REDIS_URL unless they cannot be had), `taken` (which road each server took),
 * `missing` (why one cannot be had) and `stop()`, which stops what this call started and nothing else.
 * Without PostgreSQL there is nothing to go on with: then it throws.
 */
export async function bringUp({ profile, fresh = false, durable = true, keep = false, report = () => {}, signal }) {
  const folder = openProfileFolder(profile);
  return locked(folder, async () => {
    if (fresh) await clearProfile(folder, profile);
    const outcomes = await Promise.all(
      servers.map((server) => timed(server, { profile, folder, durable, keep, signal }, report)),
    );
    const started = outcomes.filter(({ isStarted }) => isStarted).map(({ server }) => server);
    const taken = outcomes.filter(({ url }) => url);
    const fatal = outcomes.find(isFatal);
    if (fatal) {
      await stopServers(folder, started);
      throw fatal.error ?? new InfraError(fatal.reason);
    }
    return {
      env: Object.fromEntries(taken.map(({ variable, url }) => [variable, url])),
      taken,
      missing: outcomes.filter(({ reason }) => reason),
      stop: async () => (keep || started.length === 0 ? [] : locked(folder, () => stopServers(folder, started))),
    };
  });
}

/** Stops the servers of a profile and removes all it keeps. */
export function eraseProfile({ profile }) {
  const folder = openProfileFolder(profile);
  return locked(folder, () => clearProfile(folder, profile));
}

/** Stops every server of a profile. Answers the names of those that ran. */
export function bringDown({ profile }) {
  const folder = openProfileFolder(profile);
  return locked(folder, () => stopServers(folder));
}

const isFatal = ({ error, server, reason }) => Boolean(error) || (server === 'postgres' && Boolean(reason));

async function timed(server, call, report) {
  const started = performance.now();
  const base = { server: server.name, title: server.title, variable: server.variable };
  let outcome;
  try {
    outcome = { ...base, ...(await bringUpServer(server, call)) };
  } catch (error) {
    outcome = { ...base, error };
  }
  outcome.ms = Math.round(performance.now() - started);
  if (outcome.url) outcome.address = addressOf(outcome.url.split(',')[0], '').text;
  if (!outcome.error && !isFatal(outcome)) report(outcome);
  return outcome;
}

async function locked(folder, work) {
  const release = await takeLock(folder, 'servers', {
    purpose: 'a run that starts or stops servers',
    patience: 180_000,
  });
  try {
    return await work();
  } finally {
    release();
  }
}
