import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cloneRoot } from '../infra/profile.mjs';
import { runCommandCheck } from './check.mjs';

const generatorCalls = [
  ['command', 'billing', 'document', 'void', '--permission', 'document:read'],
  ['query', 'renewals', 'forecast', 'show'],
  ['event', 'billing', 'document', 'voided'],
  ['reaction', 'search', 'document', 'reindex', '--event', 'orderPaid'],
  ['job', 'billing', 'document', 'expire'],
];
const services = ['billing', 'renewals', 'search'];
const MAX_OUTPUT_BYTES = 64 * 1_024 * 1_024;

/**
 * Generates a command, a query, an event, a reaction and a job in a copy of the clone. Then checks the format, the
 * types and the lint rules of the changed files.
 */
export const generatorCheck = {
  name: 'generator',
  async run(context) {
    const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-generator-'));
    try {
      copyClone(copy);
      for (const args of generatorCalls)
        await promisify(execFile)(context.node, [path.join(copy, 'tools/new.mjs'), ...args], { cwd: copy });
      const binary = (name) => path.join(copy, 'node_modules/.bin', name);
      const changedPaths = changedFiles(copy);
      const steps = [
        [binary('oxfmt'), '--check', ...changedPaths],
        [binary('tsc'), '-b', ...services.map((service) => `apps/${service}`)],
        [binary('oxlint'), '--type-aware', ...changedPaths],
      ];
      for (const args of steps) {
        const result = await runCommandCheck({ name: 'generator', command: context.node, args, cwd: copy }, context);
        if (result.failed > 0) return result;
      }
      return { passed: generatorCalls.length, failed: 0, detail: `${changedPaths.length} files`, lines: [] };
    } finally {
      fs.rmSync(copy, { recursive: true, force: true });
    }
  },
};

/** Copies the tracked and new files and the build output. With the build output only changed projects compile again. */
function copyClone(copy) {
  const files = git(cloneRoot, 'ls-files', '--cached', '--others', '--exclude-standard');
  for (const file of files.filter((name) => fs.existsSync(path.join(cloneRoot, name)))) copyFile(copy, file);
  for (const group of ['apps', 'libs']) {
    for (const project of fs.readdirSync(path.join(cloneRoot, group))) {
      const dist = path.join(group, project, 'dist');
      if (fs.existsSync(path.join(cloneRoot, dist)))
        fs.cpSync(path.join(cloneRoot, dist), path.join(copy, dist), { recursive: true, preserveTimestamps: true });
    }
  }
  linkModules(copy);
}

function copyFile(copy, file) {
  fs.mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
  fs.cpSync(path.join(cloneRoot, file), path.join(copy, file), { preserveTimestamps: true });
}

/** Links external packages to the packages of the clone, and workspace packages to the projects of the copy. */
function linkModules(copy) {
  const modules = path.join(cloneRoot, 'node_modules');
  fs.mkdirSync(path.join(copy, 'node_modules'));
  for (const name of fs.readdirSync(modules)) {
    const target = path.join(modules, name);
    const link = path.join(copy, 'node_modules', name);
    if (name === '@cordee') fs.cpSync(target, link, { recursive: true, verbatimSymlinks: true });
    else fs.symlinkSync(target, link);
  }
}

function changedFiles(copy) {
  git(copy, 'init', '-q');
  const cloneFiles = new Set(git(cloneRoot, 'ls-files', '--cached', '--others', '--exclude-standard'));
  return git(copy, 'ls-files', '--others', '--exclude-standard').filter(
    (file) =>
      !cloneFiles.has(file) ||
      fs.readFileSync(path.join(copy, file), 'utf8') !== fs.readFileSync(path.join(cloneRoot, file), 'utf8'),
  );
}

function git(cwd, ...args) {
  return execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES }).split('\n').filter(Boolean);
}
