import { execFileSync } from 'node:child_process';
import path from 'node:path';

type ServerVariable = 'DATABASE_ADMIN_URL' | 'NATS_URL' | 'REDIS_URL';

/**
 * Returns the address of a real server for tests. `npm test` sets the address in the environment. Without an address,
 * `npm run infra:up` starts the servers of the profile `dev`, which keep running for the next spec. Throws with the
 * reason when a server cannot be started on this machine.
 */
export function serverUrl(name: ServerVariable): string {
  const url = process.env[name] ?? startServers()[name];
  if (!url) throw new Error(`${name} is not set, and "npm run infra:up" does not start this server on this machine`);
  return url;
}

let startedServerUrls: Partial<Record<string, string>> | undefined;

/**
 * Starts the missing servers. Returns the variables with the addresses of the servers. Jest workers may call this
 * function at the same time, because the command locks its profile.
 */
function startServers(): Partial<Record<string, string>> {
  startedServerUrls ??= Object.fromEntries(
    runUpCommand()
      .split('\n')
      .map((line) => /^export (\w+)='(.*)'$/.exec(line))
      .flatMap((match) => (match ? [[match[1]!, match[2]!]] : [])),
  );
  return startedServerUrls;
}

function runUpCommand(): string {
  const cli = path.resolve(import.meta.dirname, '../../../tools/infra/cli.mjs');
  try {
    return execFileSync(process.execPath, [cli, 'up', '--env'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    // Exit code 1 with output means that some servers cannot be started on this machine, and that the other servers
    // run.
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    if (stdout) return stdout;
    throw new Error(`the test servers do not start: ${stderr ?? String(error)}`, { cause: error });
  }
}

/** A number from the environment for longer test runs (`SEED=7 ROUNDS=50`). */
export function testNumber(name: 'SEED' | 'ROUNDS', fallback: number): number {
  return Number(process.env[name] ?? fallback);
}

/** A seeded generator of numbers in [0, 1) (Mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The environment of a program that the test starts: the environment of the test, with changed variables. */
export const environmentWith = (changes: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...process.env,
  ...changes,
});
