import fs from 'node:fs';
import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { withoutOwnBinaries } from '../run/dependencies.mjs';
import { notRun, runCommandCheck } from './check.mjs';

const binary = (name) => `node_modules/.bin/${name}`;

/** What can be told from the files alone. */
export const staticChecks = [
  { name: 'npm ci --dry-run', run: (context) => runCommandCheck({ name: 'npm ci', command: 'npm', args: ['ci', '--dry-run', '--prefer-offline'], env: withoutOwnBinaries() }, context) },
  nodeCheck('build and types', [binary('tsc'), '-b']),
  nodeCheck('lint', [binary('oxlint'), '--type-aware', '--format', 'unix', '.'], describeLint),
  nodeCheck('boundaries', ['tools/boundaries.mjs'], (output) => ({ detail: output.trim() })),
];

/** Generated documents still say what the code says. */
export const documentsCheck = nodeCheck('documents', ['tools/documents.mjs', '--check']);

function nodeCheck(name, [script, ...args], describe) {
  const run = (context) => {
    if (!fs.existsSync(path.join(cloneRoot, script))) return Promise.resolve(notRun(`${script} is missing`));
    return runCommandCheck({ name, command: context.node, args: [script, ...args], env: context.env, describe }, context);
  };
  return { name, run };
}

/** Warnings do not fail, but nobody should have to look for them. */
function describeLint(output) {
  const warnings = output.split('\n').filter((line) => line.includes('[Warning/'));
  const lines = warnings.length > 40 ? [...warnings.slice(0, 40), '…'] : warnings;
  return warnings.length === 0 ? {} : { detail: `${warnings.length} warnings`, lines };
}
