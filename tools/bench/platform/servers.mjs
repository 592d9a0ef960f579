import { cpuOf } from '../../measurement/cpu.mjs';
import { serverPid } from '../harness/server-pid.mjs';

/** Returns the address of the database of a service, with the administrator of PostgreSQL. */
export function databaseUrl(service) {
  const url = new URL(process.env.DATABASE_ADMIN_URL);
  url.pathname = `/cordee_${service}`;
  return url.href;
}

/** Returns the CPU milliseconds that PostgreSQL and NATS have used so far. */
export const cpuOfServers = (folder) => ({
  postgres: cpuOf(serverPid(folder, 'postgres')),
  nats: cpuOf(serverPid(folder, 'nats')),
});

/** Returns the differences of two readings of CPU milliseconds. */
export const cpuBetween = (before, after) =>
  Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name]]));
