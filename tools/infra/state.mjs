import fs from 'node:fs';
import path from 'node:path';

const fileOf = (folder) => path.join(folder, 'state.json');

/**
 * Reads the state of a profile: `servers.<name>` is `{ source, how, process?, project?, port, url, durable, kept, owner
 * }`, and `ports.<name>` is the port to try first. `owner` is the process of the run that stops the server; a server
 * with `kept` stays running when this run ends.
 */
export function readState(folder) {
  try {
    const { servers = {}, ports = {} } = JSON.parse(fs.readFileSync(fileOf(folder), 'utf8'));
    return { servers, ports };
  } catch {
    return { servers: {}, ports: {} };
  }
}

/** Changes the state of a profile. The new state file replaces the old file atomically. */
export function changeState(folder, change) {
  const state = readState(folder);
  change(state);
  const newFile = `${fileOf(folder)}.${process.pid}`;
  fs.writeFileSync(newFile, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(newFile, fileOf(folder));
}
