import { startWithCompose } from './compose.mjs';
import { InfraError } from './infra-error.mjs';
import { launch } from './launch.mjs';
import { addressOf, waitUntilReady } from './probes.mjs';
import { isRunning, remember, stopProcess } from './processes.mjs';
import { roadsFrom } from './server-sources.mjs';
import { changeState, readState } from './state.mjs';

/**
 * One server by the first road that leads to it. Answers `{ url, how, isStarted }`, or `{ reason }` when every road is closed.
 * `isStarted`: by this call, or left over from a run that has died.
 */
export async function bringUpServer(server, call) {
  const roads = roadsFrom(process.env.CORDEE_SERVERS, server.name);
  const given = process.env[server.variable];
  if (given && roads.includes('env')) return useGiven(server, given);
  const running = await useRunning(server, call, roads);
  if (running) return running;
  const reasons = [];
  for (const road of roads) {
    if (call.signal?.aborted) throw new InfraError('stopped');
    try {
      if (server.find[road]) return await startProgram(server, call, road);
      if (road === 'docker') return await startContainer(server, call);
    } catch (error) {
      reasons.push(error.message);
    }
  }
  return {
    reason: `${server.title} cannot be had here (${reasons.join('; ') || 'no road to it is allowed'}): ${server.advice}.`,
  };
}

/** Whoever gives an address means that one: nothing else is tried. */
async function useGiven(server, url) {
  let address;
  try {
    address = addressOf(url.split(',')[0], '').text;
  } catch {
    throw new InfraError(`${server.variable} is no address: it should look like ${server.urlAt(1234)}.`);
  }
  const answer = await waitUntilReady(server.probe, url, { patience: 5_000 });
  if (!answer) throw new InfraError(`${server.variable} names ${address}, but no ${server.title} answers there.`);
  if (answer.complaint) throw new InfraError(`${server.variable} names ${address}, but ${answer.complaint}.`);
  return { url, how: `given by ${server.variable}`, isStarted: false };
}

/** A server that this profile remembers, still runs and serves. One that runs but does not serve, or serves otherwise than wanted, is stopped. */
async function useRunning(server, { folder, durable, keep }, roads) {
  const known = readState(folder).servers[server.name];
  if (!known || (known.process && !isRunning(known.process))) return undefined;
  const isWanted = roads.includes(known.road) && known.durable === durable;
  const answer = isWanted && (await waitUntilReady(server.probe, known.url, { patience: known.process ? 5_000 : 0 }));
  if (!answer) {
    if (known.process) await stopProcess(known.process, server.stopSignals);
    return undefined;
  }
  const isOrphan = !known.kept && !isRunning(known.owner);
  if (isOrphan)
    changeState(folder, (state) =>
      Object.assign(state.servers[server.name], { kept: keep, owner: remember(process.pid) }),
    );
  return { url: known.url, how: `${known.how}, still running`, isStarted: isOrphan };
}

async function startProgram(server, call, road) {
  const program = await server.find[road]();
  const how = `${program.how} (${program.version.join('.')})`;
  const { ports } = readState(call.folder);
  let url;
  const onSpawn = (started) => {
    url = started.url;
    record(server, call, { road, how, ...started });
  };
  await launch(server, { ...call, program, port: ports[server.name], onSpawn });
  return { url, how, isStarted: true };
}

async function startContainer(server, call) {
  const { project, port } = await startWithCompose(server.name, call.profile);
  const url = server.urlAt(port);
  record(server, call, { road: 'docker', how: 'docker compose', project, port, url });
  if (!(await waitUntilReady(server.probe, url, { patience: 30_000 })))
    throw new InfraError(`the container of ${server.title} does not answer`);
  return { url, how: 'docker compose', isStarted: true };
}

function record(server, { folder, durable, keep }, entry) {
  changeState(folder, (state) => {
    state.servers[server.name] = { ...entry, durable, kept: keep, owner: remember(process.pid) };
    state.ports[server.name] = entry.port;
  });
}
