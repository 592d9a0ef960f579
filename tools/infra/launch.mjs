import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InfraError } from './infra-error.mjs';
import { choosePort } from './ports.mjs';
import { isRunning, remember, stopProcess } from './processes.mjs';
import { waitUntilReady } from './probes.mjs';

/**
 * Starts a server of ours and waits until it serves. `onSpawn` hears of the process at once, so that a crash in between forgets nothing.
 * A second attempt takes another port: someone may have taken the first one in the meantime.
 */
export async function launch(server, { folder, durable, program, port: remembered, onSpawn }) {
  const log = path.join(folder, 'logs', `${server.name}.log`);
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(attempt === 1 ? remembered : undefined);
    const url = server.urlAt(port);
    const { argv, options } = await server.prepare({ folder, port, durable, program });
    const running = startDetached(argv, options, log);
    onSpawn({ process: running, port, url });
    const answer = await waitUntilReady(server.probe, url, { patience: 30_000, isHopeless: () => !isRunning(running) });
    if (answer && isRunning(running)) return;
    await stopProcess(running, server.stopSignals);
    if (attempt === 3) throw new InfraError(`${server.title} does not start: ${lastLine(log)} (${log})`);
    await sleep(300);
  }
}

/** In a process group of its own: Ctrl-C in the terminal must not reach a server before the services that use it have closed. */
function startDetached(argv, options, log) {
  const output = fs.openSync(log, 'w');
  const child = spawn(argv[0], argv.slice(1), { detached: true, stdio: ['ignore', output, output], ...options });
  fs.closeSync(output);
  child.on('error', () => {});
  child.unref();
  return child.pid === undefined ? { pid: 0 } : remember(child.pid);
}

function lastLine(log) {
  const lines = fs.readFileSync(log, 'utf8').trim().split('\n');
  return lines.findLast((line) => /fatal|error|panic/i.test(line)) ?? lines.at(-1) ?? 'it wrote nothing';
}
