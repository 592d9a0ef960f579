import fs from 'node:fs';
import path from 'node:path';
import { stopProcess } from '../infra/processes.mjs';

const fileOf = (folder) => path.join(folder, 'processes.json');

function read(folder) {
  try {
    return JSON.parse(fs.readFileSync(fileOf(folder), 'utf8'));
  } catch {
    return {};
  }
}

/** Writes down which processes a run has, for the run after a crash of this one. */
export function noteProcess(folder, name, remembered) {
  const all = { ...read(folder), [name]: remembered };
  fs.writeFileSync(fileOf(folder), JSON.stringify(all));
}

/** Stops the processes an earlier run has left behind: it was killed and could not do so itself. */
export async function stopLeftovers(folder) {
  await Promise.all(Object.values(read(folder)).map((remembered) => stopProcess(remembered)));
  forgetProcesses(folder);
}

export function forgetProcesses(folder) {
  fs.rmSync(fileOf(folder), { force: true });
}
