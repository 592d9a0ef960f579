import { InfraError } from './infra-error.mjs';
import { findProgram, runProgram } from './run-program.mjs';
import { isAtLeast, versionIn } from './versions.mjs';

/** Runs the program with `--version` and returns its version. */
export async function versionOf(argv) {
  const version = versionIn(await runProgram(argv[0], [...argv.slice(1), '--version'], { timeoutMs: 10_000 }));
  if (!version) throw new InfraError(`${argv.at(-1)} --version prints no version`);
  return version;
}

/** Finds the first of these programs that is on PATH or in the additional folders and has the minimum version. */
export async function findProgramOnPath(names, minimumVersion, folders = []) {
  const reasons = [];
  for (const name of names) {
    const file = findProgram(name, folders);
    if (!file) continue;
    const version = await versionOf([file]);
    if (isAtLeast(version, minimumVersion)) return { how: `${file}`, argv: [file], version };
    reasons.push(`${file} is ${version.join('.')}, but ${minimumVersion} or newer is required`);
  }
  throw new InfraError(reasons.join('; ') || `no ${names.join(' or ')} on PATH`);
}
