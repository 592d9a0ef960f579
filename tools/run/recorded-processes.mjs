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

/** Records a process of this run, so that the next run can stop it after a crash. */
export function recordProcess(folder, name, identity) {
  const all = { ...read(folder), [name]: identity };
  fs.writeFileSync(fileOf(folder), JSON.stringify(all));
}

/** Stops the processes that a killed run has left. */
export async function stopRecordedProcesses(folder) {
  await Promise.all(Object.values(read(folder)).map((identity) => stopProcess(identity)));
  clearRecordedProcesses(folder);
}

export function clearRecordedProcesses(folder) {
  fs.rmSync(fileOf(folder), { force: true });
}
