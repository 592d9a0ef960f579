import { InfraError } from './infra-error.mjs';

const allRoads = ['env', 'npm', 'download', 'path', 'docker'];

/**
 * The roads to a server, in order, from CORDEE_SERVERS: "npm,download", or with exceptions "npm,download,redis=docker+path,nats=none".
 */
export function roadsFrom(text, server) {
  if (!text) return allRoads;
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const own = entries.find((entry) => entry.startsWith(`${server}=`));
  const general = entries.filter((entry) => !entry.includes('='));
  const roads = own ? own.slice(server.length + 1).split('+') : general.length > 0 ? general : allRoads;
  const unknown = roads.find((road) => road !== 'none' && !allRoads.includes(road));
  if (unknown) throw new InfraError(`CORDEE_SERVERS names "${unknown}"; there are ${allRoads.join(', ')} and none.`);
  return roads.filter((road) => road !== 'none');
}
