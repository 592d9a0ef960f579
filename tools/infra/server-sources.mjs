import { InfraError } from './infra-error.mjs';

const allSources = ['env', 'npm', 'download', 'path', 'docker'];

/**
 * Parses CORDEE_SERVERS and returns the sources of a server in the order in which they are tried. Examples:
 * "npm,download" for all servers; "npm,download,redis=docker+path,nats=none" with exceptions for Redis and NATS.
 */
export function serverSources(text, server) {
  if (!text) return allSources;
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const exception = entries.find((entry) => entry.startsWith(`${server}=`));
  const generalSources = entries.filter((entry) => !entry.includes('='));
  const defaults = generalSources.length > 0 ? generalSources : allSources;
  const sources = exception ? exception.slice(server.length + 1).split('+') : defaults;
  const unknownSource = sources.find((source) => source !== 'none' && !allSources.includes(source));
  if (unknownSource)
    throw new InfraError(
      `CORDEE_SERVERS contains the unknown source "${unknownSource}": use ${allSources.join(', ')} or none.`,
    );
  return sources.filter((source) => source !== 'none');
}
