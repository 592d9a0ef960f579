import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { findProgram } from '../infra/run-program.mjs';
import { cloneRoot } from '../infra/profile.mjs';
import { isAtLeast, versionIn } from '../infra/versions.mjs';
import { StepFailure } from './step-failure.mjs';

const minimumNode = '24.9';

/** Describes this machine in one line. A missing feature is not an error here; a later step can fail because of it. */
export function describeMachine() {
  const features = [`Node ${process.versions.node}`, `${process.platform}-${process.arch}`];
  if (process.platform === 'linux') features.push(hasGlibc() ? 'glibc' : 'no glibc');
  features.push(findProgram('apt-get') ? 'apt' : 'no apt');
  return features.join(', ');
}

/**
 * Returns the Node that runs all processes: the Node in node_modules if npm has one for this platform, otherwise the
 * Node of the machine.
 */
export function findNode() {
  const lockedNode = path.join(cloneRoot, 'node_modules/.bin/node');
  for (const candidate of [lockedNode, process.execPath]) {
    const version = nodeVersion(candidate);
    if (version && isAtLeast(version, minimumNode)) return candidate;
  }
  throw new StepFailure(
    `npm has no Node ${minimumNode} for this machine (${describeMachine()}): install Node 24 and try again.`,
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
