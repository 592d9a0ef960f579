import { InfraError } from './infra-error.mjs';

const allSources = ['env', 'npm', 'download', 'path', 'docker'];

/**
 * Parses CORDEE_SERVERS and returns the sources of a server in their order. Examples: "npm,download", and with
 * exceptions for single servers "npm,download,redis=docker+path,nats=none".
 */
export function serverSources(text, server) {
  if (!text) return allSources;
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const exception = entries.find((entry) => entry.startsWith(`${server}=`));
  const general = entries.filter((entry) => !entry.includes('='));
  const defaults = general.length > 0 ? general : allSources;
  const sources = exception ? exception.slice(server.length + 1).split('+') : defaults;
  const unknown = sources.find((source) => source !== 'none' && !allSources.includes(source));
  if (unknown) throw new InfraError(`CORDEE_SERVERS has "${unknown}": use ${allSources.join(', ')} or none.`);
  return sources.filter((source) => source !== 'none');
}
