import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { findProgram } from '../infra/run-program.mjs';
import { cloneRoot } from '../infra/profile.mjs';
import { isAtLeast, versionIn } from '../infra/versions.mjs';
import { StepFailure } from './step-failure.mjs';

const neededNode = '24.9';

/** What this machine brings along, in one line; what is missing is told by the step that needs it. */
export function describeMachine() {
  const parts = [`Node ${process.versions.node}`, `${process.platform}-${process.arch}`];
  if (process.platform === 'linux') parts.push(hasGlibc() ? 'glibc' : 'no glibc');
  parts.push(findProgram('apt-get') ? 'apt' : 'no apt');
  return parts.join(', ');
}

/** The Node everything runs on: locked in the dependencies where there is one for the platform, else the machine's own. */
export function findNode() {
  const locked = path.join(cloneRoot, 'node_modules/.bin/node');
  for (const candidate of [locked, process.execPath]) {
    const version = nodeVersion(candidate);
    if (version && isAtLeast(version, neededNode)) return candidate;
  }
  throw new StepFailure(
    `npm brings no Node ${neededNode} for this machine (${describeMachine()}): install Node 24 and try again.`,
  );
}

function nodeVersion(program) {
  try {
    return versionIn(execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}

function hasGlibc() {
  return ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'].some((file) => fs.existsSync(file));
}
