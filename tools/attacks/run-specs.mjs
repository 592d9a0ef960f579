import path from 'node:path';
import { runJest } from '../checks/jest-check.mjs';
import { cloneRoot } from '../infra/profile.mjs';
import { withProgress } from '../run/progress.mjs';
import { equals } from './judge.mjs';

/** Runs specs on the servers. Returns a result for each spec, like the result of an attack. */
export async function runSpecs(specs, { node, logs, servers }, onResult) {
  if (specs.length === 0) return [];
  const startedAt = performance.now();
  const env = { ...process.env, NODE_ENV: 'test', TZ: 'UTC', ...servers.env };
  const patterns = specs.map((spec) => `${spec}\\.spec`);
  const { suites = [], lines } = await withProgress('specs', () => runJest({ node, logs, env }, patterns));
  const results = specs.map((name) => {
    const suite = suites.find(({ file }) => path.relative(cloneRoot, file) === `${name}.spec.ts`);
    const { passed = 0, failed = 0, ok = false } = suite ?? {};
    const figures = ok ? [] : [equals(lines.join('\n') || 'the spec runs', `${failed} failed`, '0 failed')];
    return { name, ok, sent: `${passed + failed} tests`, figures };
  });
  onResult({ name: `${specs.length} specs`, ok: results.every(({ ok }) => ok), ms: performance.now() - startedAt });
  return results;
}
