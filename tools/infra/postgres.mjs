import fs from 'node:fs';
import path from 'node:path';
import { asUnprivileged, giveTo, makeDataFolder } from './unprivileged.mjs';
import { clearAbandonedPostgres } from './postgres-leftovers.mjs';
import { hasStatementStatistics, minimumPostgres, postgresFromNpm, postgresOnPath } from './postgres-programs.mjs';
import { probePostgres } from './probes.mjs';
import { runProgram } from './run-program.mjs';

export const postgres = {
  name: 'postgres',
  title: 'PostgreSQL',
  variable: 'DATABASE_ADMIN_URL',
  advice: `install PostgreSQL ${minimumPostgres} or newer, or set DATABASE_ADMIN_URL to a superuser of a running one`,
  // Fast shutdown, then immediate, which recovers at the next start.
  stopSignals: [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ],
  find: { npm: postgresFromNpm, path: postgresOnPath },
  urlAt: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
  probe: probePostgres,
  async prepare({ folder, port, durable, program }) {
    // One folder per major version: a newer or older server cannot open the other's files.
    const wanted = path.join(folder, `postgres-${program.version[0]}`);
    const run = await asUnprivileged(program, path.basename(folder), wanted);
    const options = { cwd: '/', env: cleanEnvironment(), ...run.identity };
    if (fs.existsSync(run.data)) giveTo(run.data, run.owner);
    else await initialize(run, options, durable);
    await clearAbandonedPostgres(run.data);
    const preload = hasStatementStatistics(program.binaries)
      ? ['-c', 'shared_preload_libraries=pg_stat_statements']
      : [];
    const argv = [
      ...run.prefix,
      path.join(run.binaries, 'postgres'),
      '-D',
      run.data,
      '-p',
      String(port),
      ...settings(durable),
      ...preload,
    ];
    return { argv, options };
  },
};

function settings(durable) {
  const values = {
    listen_addresses: '127.0.0.1',
    // The path of a socket may have 107 characters, that of a clone more; nobody needs one.
    unix_socket_directories: '',
    max_connections: 300,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Into a temporary name first: a crash must not leave half a cluster that looks like a whole one. */
async function initialize(run, options, durable) {
  const partial = `${run.data}.partial`;
  fs.rmSync(partial, { recursive: true, force: true });
  makeDataFolder(partial, run.owner);
  const argv = [
    ...run.prefix,
    path.join(run.binaries, 'initdb'),
    '-D',
    partial,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
  ];
  await runProgram(argv[0], [...argv.slice(1), '--no-instructions', ...(durable ? [] : ['--no-sync'])], options);
  fs.renameSync(partial, run.data);
}

/** PGDATA, PGOPTIONS and a locale this machine lacks would change what the programs do. */
function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C.UTF-8', TZ: 'UTC' };
}
