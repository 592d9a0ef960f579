import fs from 'node:fs';
import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { withoutOwnBinaries } from '../run/dependencies.mjs';
import { notRun, runCommandCheck } from './check.mjs';
import { generatorCheck } from './generator-check.mjs';

const binary = (name) => `node_modules/.bin/${name}`;

/** Short checks that need no servers. The build is one of them: later checks use its output. */
export const staticChecks = [
  lockFileCheck(),
  nodeCheck('format', [binary('oxfmt'), '--check', '.']),
  nodeCheck('build and types', [binary('tsc'), '-b']),
  nodeCheck('contracts', ['tools/contracts.mjs', 'check']),
  nodeCheck('lint of tools', [binary('oxlint'), '-c', 'tools/oxlint.json', '--format', 'unix', 'tools']),
  nodeCheck('boundaries', ['tools/boundaries.mjs'], (output) => ({ detail: output.trim() })),
  nodeCheck('style', ['tools/style.mjs'], (output) => ({ detail: output.trim() })),
  nodeCheck('docs/asyncapi.json', ['tools/documents/check-async-api.mjs'], (output) => ({ detail: output.trim() })),
  nodeCheck('docker-compose.yml', ['tools/compose-check.mjs'], (output) => ({ detail: output.trim() })),
];

/** Long checks that need no servers. */
export const longStaticChecks = [
  nodeCheck('OpenAPI document', ['tools/open-api.mjs']),
  nodeCheck('lint', [binary('oxlint'), '--type-aware', '--format', 'unix', '.'], describeLint),
  generatorCheck,
];

/** Checks that the generated documents are up to date. */
export const documentsCheck = nodeCheck('documents', ['tools/documents.mjs', '--check']);

/** Checks that the lock file matches every package.json, because `npm ci` fails in a new clone otherwise. */
function lockFileCheck() {
  const name = 'npm ci --dry-run';
  const command = { name, command: 'npm', args: ['ci', '--dry-run', '--prefer-offline'], show: firstErrorLines };
  return { name, run: (context) => runCommandCheck({ ...command, env: withoutOwnBinaries() }, context) };
}

/** Returns only the first error lines, because npm prints a long help text after the error. */
function firstErrorLines(log) {
  return fs
    .readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('npm error'))
    .slice(0, 15);
}

function nodeCheck(name, [script, ...args], describe) {
  const run = (context) => {
    if (!fs.existsSync(path.join(cloneRoot, script))) return Promise.resolve(notRun(`${script} is missing`));
    return runCommandCheck(
      { name, command: context.node, args: [script, ...args], env: context.env, describe },
      context,
    );
  };
  return { name, run };
}

/** Shows the warnings of the linter. Warnings do not fail the check. */
function describeLint(output) {
  const warnings = output.split('\n').filter((line) => line.includes('[Warning/'));
  const lines = warnings.length > 40 ? [...warnings.slice(0, 40), '…'] : warnings;
  return warnings.length === 0 ? {} : { detail: `${warnings.length} warnings`, lines };
}
