import { cpuOf } from '../../measurement/cpu.mjs';
import { startChild } from '../harness/child.mjs';
import { progress } from '../harness/progress.mjs';
import { serverPid } from '../harness/server-pid.mjs';
import { createIdentityDatabase } from './identity-database.mjs';
import { createProductsDatabase } from './products-database.mjs';
import { createTeamsDatabase } from './teams-database.mjs';

/**
 * Starts the services that own access data, each in its own process, with the rows of these organizations in their
 * databases. `urls` are the databases, as the admin. `cpu` returns the CPU milliseconds of each process so far.
 */
export async function startAccessOwners(organizations, { folder, logs, cpuProfileFolder }) {
  progress('filling the databases of identity, teams and products');
  const databases = {
    identity: await createIdentityDatabase('bench_cold_identity', organizations),
    teams: await createTeamsDatabase('bench_cold_teams', organizations),
    products: await createProductsDatabase('bench_cold_products', organizations),
  };
  const services = {};
  for (const [service, { runtime }] of Object.entries(databases))
    services[service] = await startChild(
      new URL('service.process.mjs', import.meta.url),
      { service, databaseUrl: runtime },
      { logs, cpuProfileFolder },
    );
  const cpuOfServices = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(services).map(async ([service, child]) => [service, await child.ask('cpu')])),
    );
  return {
    urls: Object.fromEntries(Object.entries(databases).map(([service, { admin }]) => [service, admin])),
    cpu: async () => ({
      ...(await cpuOfServices()),
      nats: cpuOf(serverPid(folder, 'nats')),
      postgres: cpuOf(serverPid(folder, 'postgres')),
    }),
  };
}
