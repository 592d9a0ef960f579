import { StepFailure } from '../../run/step-failure.mjs';

const TIMEOUT_MS = 5_000;

/**
 * Reads all metrics addresses once and returns `{ name, url }` for each process. A process that was given as a port has
 * the name of its service. Throws when an address has no metrics, so that the command fails before the run.
 */
export async function identifyProcesses(addresses) {
  const services = await Promise.all(addresses.map(identify));
  const isUnique = (service) => services.filter((other) => other === service).length === 1;
  return addresses.map(({ name, url }, index) => {
    const service = services[index];
    return { name: service === undefined ? name : isUnique(service) ? service : `${service}, ${name}`, url };
  });
}

/** Returns the name of the service; undefined when the address has a name or belongs to no service of Cordée. */
async function identify({ url, isPort }) {
  try {
    const response = await fetchWithTimeout(url);
    await response.body?.cancel();
    if (!response.ok) throw new Error(`status ${response.status}`);
  } catch (error) {
    throw new StepFailure(
      `--ops: no metrics at ${url} (${error.cause?.code ?? error.message}). npm start prints the addresses.`,
    );
  }
  if (!isPort) return undefined;
  try {
    return (await (await fetchWithTimeout(new URL('/health/live', url))).json()).service;
  } catch {
    return undefined;
  }
}

const fetchWithTimeout = (url) => fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
