import fs from 'node:fs';
import path from 'node:path';
import { isRunning, stopProcess } from '../infra/processes.mjs';

const fileOf = (folder) => path.join(folder, 'processes.json');

/** Returns the recorded processes: `{ name, opsPort, pid, start }` each. */
export function readProcesses(folder) {
  try {
    return JSON.parse(fs.readFileSync(fileOf(folder), 'utf8'));
  } catch {
    return [];
  }
}

/** Records a process of this run. After a crash of this run, the next run stops the recorded processes. */
export function recordProcess(folder, recorded) {
  const processes = [...readProcesses(folder).filter(isRunning), recorded];
  // A crash during the write must not leave a half-written file: the next run would not stop the processes.
  fs.writeFileSync(`${fileOf(folder)}.new`, JSON.stringify(processes));
  fs.renameSync(`${fileOf(folder)}.new`, fileOf(folder));
}

/** Stops the processes of an earlier run that was killed. */
export async function stopRecordedProcesses(folder) {
  await Promise.all(readProcesses(folder).map((identity) => stopProcess(identity)));
  clearRecordedProcesses(folder);
}

export function clearRecordedProcesses(folder) {
  fs.rmSync(fileOf(folder), { force: true });
}
