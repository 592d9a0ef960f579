import fs from 'node:fs';
import path from 'node:path';
import { clearCompose, composeProject, stopWithCompose } from './compose.mjs';
import { isRunning, stopProcess } from './processes.mjs';
import { servers } from './servers.mjs';
import { changeState, readState } from './state.mjs';
import { dataFolderOutsideHomes } from './unprivileged.mjs';

/** Stops servers that this profile has started. Returns the names of the servers that were running. */
export async function stopServers(folder, names = servers.map(({ name }) => name)) {
  const recordedServers = readState(folder).servers;
  const wasRunning = await Promise.all(names.map((name) => stopServer(name, recordedServers[name])));
  changeState(folder, (state) => {
    for (const name of names) delete state.servers[name];
  });
  return names.filter((_, index) => wasRunning[index]);
}

async function stopServer(name, entry) {
  if (entry?.project) {
    await stopWithCompose(entry.project, name);
    return true;
  }
  if (!isRunning(entry?.process)) return false;
  await stopProcess(entry.process, servers.find((server) => server.name === name).stopSignals);
  return true;
}

/** Stops the servers of a profile and deletes its data. Servers at configured addresses are not changed. */
export async function clearProfile(folder, profile) {
  const usesCompose = Object.values(readState(folder).servers).some(({ project }) => project);
  await stopServers(folder);
  if (usesCompose) await clearCompose(composeProject(profile));
  const isData = (name) => name !== 'state.json' && name !== 'logs' && !name.includes('.lock');
  const dataPaths = fs
    .readdirSync(folder)
    .filter(isData)
    .map((name) => path.join(folder, name));
  for (const dataPath of [...dataPaths, dataFolderOutsideHomes(profile)])
    fs.rmSync(dataPath, { recursive: true, force: true });
}
