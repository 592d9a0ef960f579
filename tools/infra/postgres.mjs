import fs from 'node:fs';
import path from 'node:path';
import { asUnprivilegedUser, changeOwner, makeDataFolder } from './unprivileged.mjs';
import { clearAbandonedPostgres } from './postgres-leftovers.mjs';
import { hasStatementStatistics, minimumPostgres, postgresFromNpm, postgresOnPath } from './postgres-programs.mjs';
import { probePostgres } from './probes.mjs';
import { runProgram } from './run-program.mjs';

export const postgres = {
  name: 'postgres',
  title: 'PostgreSQL',
  variable: 'DATABASE_ADMIN_URL',
  advice:
    `install PostgreSQL ${minimumPostgres} or newer, ` +
    'or set DATABASE_ADMIN_URL to the address of a running server, with a superuser',
  // The signals, with the milliseconds that the server has to end after each signal. SIGINT is a fast shutdown. SIGQUIT
  // is an immediate shutdown, with recovery at the next start.
  stopSignals: [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ],
  find: { npm: postgresFromNpm, path: postgresOnPath },
  exampleUrl: 'postgres://postgres:password@127.0.0.1:5432/postgres',
  urlAt: (port, { postgres: password }) => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
  probe: probePostgres,
  async prepare({ folder, port, durable, program, secrets }) {
    // One folder per major version: a server cannot open the files of another major version.
    const preferredDataFolder = path.join(folder, `postgres-${program.version[0]}`);
    const unprivileged = await asUnprivilegedUser(program, path.basename(folder), preferredDataFolder);
    const options = { cwd: '/', env: cleanEnvironment(), ...unprivileged.identity };
    if (fs.existsSync(unprivileged.dataFolder)) changeOwner(unprivileged.dataFolder, unprivileged.owner);
    else await initialize(unprivileged, options, durable, secrets.postgres);
    await clearAbandonedPostgres(unprivileged.dataFolder);
    const preloadOptions = hasStatementStatistics(program.binaries)
      ? ['-c', 'shared_preload_libraries=pg_stat_statements']
      : [];
    const argv = [
      ...unprivileged.prefix,
      path.join(unprivileged.binaries, 'postgres'),
      '-D',
      unprivileged.dataFolder,
      '-p',
      String(port),
      ...settings(durable, program.version),
      ...preloadOptions,
    ];
    return { argv, options };
  },
};

function settings(durable, [majorVersion]) {
  const settingValues = {
    listen_addresses: '127.0.0.1',
    // No Unix socket: its path may have at most 107 characters, and the path of a clone can be longer.
    unix_socket_directories: '',
    max_connections: 300,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    // Tests open many connections. PostgreSQL has this setting since version 16.
    ...(durable || majorVersion < 16 ? {} : { scram_iterations: 1 }),
  };
  return Object.entries(settingValues).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Creates the data folder under a temporary name, so that a crash does not leave an incomplete data folder. */
async function initialize(unprivileged, options, durable, password) {
  const partialFolder = `${unprivileged.dataFolder}.partial`;
  fs.rmSync(partialFolder, { recursive: true, force: true });
  makeDataFolder(partialFolder, unprivileged.owner);
  const passwordFile = `${partialFolder}.password`;
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  if (process.getuid() === 0) fs.chownSync(passwordFile, unprivileged.owner, unprivileged.owner);
  const argv = [
    ...unprivileged.prefix,
    path.join(unprivileged.binaries, 'initdb'),
    '-D',
    partialFolder,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
  ];
  try {
    await runProgram(argv[0], [...argv.slice(1), '--no-instructions', ...(durable ? [] : ['--no-sync'])], options);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  fs.renameSync(partialFolder, unprivileged.dataFolder);
}

/**
 * Returns the environment without locales and without variables such as PGDATA and PGOPTIONS, because they change the
 * behaviour of the programs.
 */
function cleanEnvironment() {
  const variables = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(variables), LC_ALL: 'C.UTF-8', TZ: 'UTC' };
}
