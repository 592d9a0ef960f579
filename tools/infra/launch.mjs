import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InfraError } from './infra-error.mjs';
import { choosePort } from './ports.mjs';
import { isRunning, identityOf, stopProcess } from './processes.mjs';
import { waitUntilReady } from './probes.mjs';
import { profileSecrets } from './secrets.mjs';

const MAX_ATTEMPTS = 3;

/**
 * Starts a server and waits until it is ready. `onSpawn` records the process immediately, so that the next run can stop
 * the process after a crash of this run. The first attempt uses the port of the last run. Further attempts choose other
 * ports, because another program may use this port.
 */
export async function launch(server, { folder, durable, program, port: lastPort, onSpawn }) {
  const secrets = profileSecrets(folder);
  const log = path.join(folder, 'logs', `${server.name}.log`);
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(attempt === 1 ? lastPort : undefined);
    const url = server.urlAt(port, secrets);
    const { argv, options } = await server.prepare({ folder, port, durable, program, secrets });
    const spawnedProcess = startDetached(argv, options, log);
    onSpawn({ process: spawnedProcess, port, url });
    const answer = await waitUntilReady(server.probe, url, {
      timeoutMs: 30_000,
      hasFailed: () => !isRunning(spawnedProcess),
    });
    if (answer && isRunning(spawnedProcess)) return;
    await stopProcess(spawnedProcess, server.stopSignals);
    if (attempt === MAX_ATTEMPTS) throw new InfraError(`${server.title} does not start: ${lastLine(log)} (${log})`);
    await sleep(300);
  }
}

/** Starts a process in its own process group, so that Ctrl-C does not stop a server before the services that use it. */
function startDetached(argv, options, log) {
  const output = fs.openSync(log, 'w');
  const child = spawn(argv[0], argv.slice(1), { detached: true, stdio: ['ignore', output, output], ...options });
  fs.closeSync(output);
  child.on('error', () => {});
  child.unref();
  // Without a pid, the program could not be started. `isRunning` returns false for an identity without a start time.
  return child.pid === undefined ? { pid: 0 } : identityOf(child.pid);
}

function lastLine(log) {
  const lines = fs.readFileSync(log, 'utf8').trim().split('\n');
  return lines.findLast((line) => /fatal|error|panic/i.test(line)) ?? lines.at(-1) ?? 'no output';
}
