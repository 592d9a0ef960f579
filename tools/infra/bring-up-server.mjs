import { startWithCompose } from './compose.mjs';
import { InfraError } from './infra-error.mjs';
import { launch } from './launch.mjs';
import { addressOf, waitUntilReady } from './probes.mjs';
import { isRunning, identityOf, stopProcess } from './processes.mjs';
import { profileSecrets } from './secrets.mjs';
import { serverSources } from './server-sources.mjs';
import { changeState, readState } from './state.mjs';

/**
 * Starts a server from the first source that works. Returns `{ url, how, mustStop }`, or `{ reason }` when no source
 * works. `how` says where the server comes from. `mustStop` is true when this run is responsible for stopping the
 * server: this call has started the server, or the run that had started the server has ended.
 */
export async function bringUpServer(server, options) {
  const sources = serverSources(process.env.CORDEE_SERVERS, server.name);
  const address = process.env[server.variable];
  if (address && sources.includes('env')) return useConfiguredAddress(server, address);
  const runningServer = await useRunningServer(server, options, sources);
  if (runningServer) return runningServer;
  const reasons = [];
  for (const source of sources) {
    if (options.signal?.aborted) throw new InfraError('stopped');
    try {
      if (server.find[source]) return await startProgram(server, options, source);
      if (source === 'docker') return await startContainer(server, options);
    } catch (error) {
      reasons.push(error.message);
    }
  }
  const details = reasons.join('; ') || 'CORDEE_SERVERS allows no source';
  return { reason: `${server.title} is not available (${details}): ${server.advice}.` };
}

/** Uses the server at a configured address. Throws when the server does not answer; no other source is tried. */
async function useConfiguredAddress(server, url) {
  let address;
  try {
    // Without a port in the address, the printed text has no port either.
    const noDefaultPort = '';
    address = addressOf(url.split(',')[0], noDefaultPort).text;
  } catch {
    throw new InfraError(`${server.variable} is not an address: it must look like ${server.exampleUrl}.`);
  }
  const answer = await waitUntilReady(server.probe, url, { timeoutMs: 5_000 });
  if (!answer)
    throw new InfraError(`${server.variable} is ${address}, but no ${server.title} answers at this address.`);
  if (answer.problem) throw new InfraError(`${server.variable} is ${address}, but ${answer.problem}.`);
  return { url, how: `from ${server.variable}`, mustStop: false };
}

/**
 * Uses a running server of this profile. Returns undefined when the server is not ready, when its source is not allowed
 * or when it has another durability; a server that is a process is then stopped, and a container is not.
 */
async function useRunningServer(server, { folder, durable, keep }, sources) {
  const recordedServer = readState(folder).servers[server.name];
  if (!recordedServer || (recordedServer.process && !isRunning(recordedServer.process))) return undefined;
  // A container is not waited for here: `docker compose up` waits for it.
  const timeoutMs = recordedServer.process ? 5_000 : 0;
  const isSuitable = sources.includes(recordedServer.source) && recordedServer.durable === durable;
  const answer = isSuitable && (await waitUntilReady(server.probe, recordedServer.url, { timeoutMs }));
  if (!answer) {
    if (recordedServer.process) await stopProcess(recordedServer.process, server.stopSignals);
    return undefined;
  }
  const isOrphan = !recordedServer.kept && !isRunning(recordedServer.owner);
  if (isOrphan)
    changeState(folder, (state) =>
      Object.assign(state.servers[server.name], { kept: keep, owner: identityOf(process.pid) }),
    );
  return { url: recordedServer.url, how: `${recordedServer.how}, still running`, mustStop: isOrphan };
}

async function startProgram(server, options, source) {
  const program = await server.find[source]();
  const how = `${program.how} (${program.version.join('.')})`;
  const { ports } = readState(options.folder);
  let url;
  const onSpawn = (started) => {
    url = started.url;
    record(server, options, { source, how, ...started });
  };
  await launch(server, { ...options, program, port: ports[server.name], onSpawn });
  return { url, how, mustStop: true };
}

async function startContainer(server, options) {
  const secrets = profileSecrets(options.folder);
  const { project, port } = await startWithCompose(server.name, options.profile, secrets);
  const url = server.urlAt(port, secrets);
  record(server, options, { source: 'docker', how: 'docker compose', project, port, url });
  if (!(await waitUntilReady(server.probe, url, { timeoutMs: 30_000 })))
    throw new InfraError(`the container of ${server.title} does not answer`);
  return { url, how: 'docker compose', mustStop: true };
}

function record(server, { folder, durable, keep }, entry) {
  changeState(folder, (state) => {
    state.servers[server.name] = { ...entry, durable, kept: keep, owner: identityOf(process.pid) };
    state.ports[server.name] = entry.port;
  });
}
