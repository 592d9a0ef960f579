import { serviceNames } from '@cordee/contracts/contract';
import { environmentSections } from '../documents/environment-sections.mjs';

/** Variables of the operating system and of Node, which every process gets. */
const systemVariables = /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|SSL_CERT_\w+|NODE_\w+)$/;

/**
 * Returns the variables of the configuration of a process, also those with the suffix `_FILE`. So a process does not
 * get the secrets of other processes.
 */
export function ownVariables(processName, environment) {
  const names = namesOf(processName);
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => systemVariables.test(name) || names.has(name) || names.has(name.replace(/_FILE$/, '')),
    ),
  );
}

function namesOf(processName) {
  if (processName !== 'all-in-one') return namesOfSection(processName);
  const services = serviceNames.map((name) => name.toUpperCase());
  return new Set([
    ...['all-in-one', ...serviceNames].flatMap((name) => [...namesOfSection(name)]),
    ...services.flatMap((service) => [`${service}_DATABASE_URL`, `${service}_NATS_URL`]),
  ]);
}

function namesOfSection(title) {
  const { config } = environmentSections.find((section) => section.title === title);
  return new Set(Object.keys(config.shape));
}
