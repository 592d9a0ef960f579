import { cpuOf } from '../harness/cpu.mjs';
import { startChild } from '../harness/child.mjs';
import { progress } from '../harness/progress.mjs';
import { serverPid } from '../harness/server-pid.mjs';
import { drawOrganization } from './organization.mjs';
import { teamsDatabase } from './teams-database.mjs';
import { tokenSigner } from './tokens.mjs';

/** A random organization in the database of a teams service that runs, with stand-ins for the owners of the other facts; each in a process of its own. */
export async function startTeams({ seed, scale, folder, logs, profile }) {
  const now = new Date().toISOString();
  const organization = drawOrganization(seed, { scale, now: new Date(now) });
  progress('filling the database of teams');
  const { runtime } = await teamsDatabase('bench_teams', [organization]);
  const signer = tokenSigner();
  const owners = await startChild(
    new URL('owners.process.mjs', import.meta.url),
    { seed, scale, now, keys: signer.keys },
    { logs },
  );
  const teams = await startChild(
    new URL('teams.process.mjs', import.meta.url),
    { databaseUrl: runtime },
    { logs, profile },
  );
  const nats = serverPid(folder, 'nats');
  return {
    organization,
    now,
    signer,
    teams,
    owners,
    /** CPU milliseconds of the processes so far. */
    cpu: async () => ({ teams: await teams.ask('cpu'), nats: cpuOf(nats) }),
  };
}
