import { cpuOf } from '../harness/cpu.mjs';
import { startChild } from '../harness/child.mjs';
import { progress } from '../harness/progress.mjs';
import { serverPid } from '../harness/server-pid.mjs';
import { randomOrganization } from './random-organization.mjs';
import { teamsDatabase } from './teams-database.mjs';
import { tokenSigner } from './token-signer.mjs';

/** Starts the teams service with a random organization, and stubs of identity and products, each in its own process. */
export async function startTeams({ seed, scale, folder, logs, profile }) {
  const now = new Date().toISOString();
  const organization = randomOrganization(seed, { scale, now: new Date(now) });
  progress('filling the database of teams');
  const { runtime } = await teamsDatabase('bench_teams', [organization]);
  const signer = tokenSigner();
  const owners = await startChild(
    new URL('access-owners.process.mjs', import.meta.url),
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
    /** Returns the CPU milliseconds of the processes so far. */
    cpu: async () => ({ teams: await teams.ask('cpu'), nats: cpuOf(nats) }),
  };
}
