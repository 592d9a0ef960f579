import { cpuOf } from '../../measurement/cpu.mjs';
import { startChild } from '../harness/child.mjs';
import { progress } from '../harness/progress.mjs';
import { serverPid } from '../harness/server-pid.mjs';
import { randomOrganization } from './random-organization.mjs';
import { createTeamsDatabase } from './teams-database.mjs';
import { createTokenSigner } from './token-signer.mjs';

/**
 * Starts the teams service with a random organization in its own process. Stubs of identity and products run in another
 * process.
 */
export async function startTeams({ seed, scale, folder, logs, cpuProfileFolder }) {
  const now = new Date().toISOString();
  const organization = randomOrganization(seed, { scale, now: new Date(now) });
  progress('filling the database of teams');
  const { runtime } = await createTeamsDatabase('bench_teams', [organization]);
  const signer = createTokenSigner();
  const owners = await startChild(
    new URL('stubbed-owners.process.mjs', import.meta.url),
    { seed, scale, now },
    { logs },
  );
  const teams = await startChild(
    new URL('service.process.mjs', import.meta.url),
    { service: 'teams', databaseUrl: runtime, keys: signer.keys },
    { logs, cpuProfileFolder },
  );
  const natsPid = serverPid(folder, 'nats');
  return {
    organization,
    now,
    signer,
    teams,
    owners,
    /** Returns the CPU milliseconds that the teams service and the NATS server have used so far. */
    cpu: async () => ({ teams: await teams.ask('cpu'), nats: cpuOf(natsPid) }),
  };
}
