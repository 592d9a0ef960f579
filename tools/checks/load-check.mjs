import fs from 'node:fs';
import path from 'node:path';
import { startTemporaryInstallation } from '../run/temporary-installation.mjs';
import { runCommandCheck } from './check.mjs';

const name = 'load';
const SECONDS = 2;
const RATE = 20;

/**
 * Runs `npm run load -- mixed` for a few seconds on services in one process, and fails when a request fails or when the
 * data after the run differs from the answers. Latencies are not checked, because other checks run at the same time.
 */
export const loadCheck = { name, run };

async function run(context) {
  const { ports, stop } = await startTemporaryInstallation({ ...context, isSeparate: false });
  const figures = path.join(context.folder, 'load.json');
  fs.rmSync(figures, { force: true });
  const address = (port) => `http://127.0.0.1:${port}`;
  const args = [
    ...['tools/load/load.mjs', 'mixed', '--rate', RATE, '--duration', SECONDS, '--warm-up', 0, '--timeout', 30],
    ...['--url', address(ports.gateway), '--mail', address(ports.mailPage), '--ops', ports.ops['all-in-one']],
    ...['--organizations', 2, '--people', 2, '--products', 1, '--teams', 1, '--beside', 'reads:5'],
    ...['--threshold', 'errors<=0', '--threshold', 'beside.errors<=0'],
    ...['--json', figures, '--html', path.join(context.folder, 'load.html')],
  ].map(String);
  try {
    const describe = () => ({ detail: describeFigures(figures) });
    return await runCommandCheck({ name, command: context.node, args, env: process.env, describe }, context);
  } finally {
    await stop();
  }
}

function describeFigures(file) {
  const { phases } = JSON.parse(fs.readFileSync(file, 'utf8'));
  const { main, beside } = phases.at(-1);
  return `${main.ok + beside.ok} of ${main.planned + beside.planned} requests succeeded`;
}
