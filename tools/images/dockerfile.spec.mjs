import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { ignorePattern, parseDockerfile, withVariables } from './dockerfile.mjs';

const dockerfile = fs.readFileSync(path.join(import.meta.dirname, '../../Dockerfile'), 'utf8');

it('the check of images knows the stages of the Dockerfile and runs its commands', () => {
  const { stages } = parseDockerfile(dockerfile);
  expect(stages.map(({ name }) => name)).toEqual(['manifests', 'build', 'dependencies', 'stage-3']);
  for (const { base } of stages) expect(base).toBe('node:${NODE}');
  // The steps run in a folder, so a command must not write outside of its working directory.
  const commands = stages.flatMap(({ instructions }) => instructions.filter(({ keyword }) => keyword === 'RUN'));
  for (const { text } of commands) expect(text).not.toMatch(/(^|[\s"'=])\/\w/);
});

it.each(['ADD . .', 'SHELL ["bash"]', 'ONBUILD RUN true'])('finds the unknown instruction %s', (line) => {
  expect(() => parseDockerfile(`FROM node:24\n${line}\n`)).toThrow('does not know this line');
});

it('reads a line that continues, and the stage of a copy', () => {
  const { stages } = parseDockerfile('FROM a AS b\nCOPY --from=c /x y\n# comment\nRUN one \\\n  two\n');
  expect(stages[0].instructions).toEqual([
    { keyword: 'COPY', text: '/x y', from: 'c' },
    { keyword: 'RUN', text: 'one two', from: undefined },
  ]);
});

it('replaces variables', () => expect(withVariables('/a/${B}-$C', { B: 'b', C: 'c' })).toBe('/a/b-c'));

it.each([
  ['**/*.spec.ts', 'apps/teams/src/teams.spec.ts', true],
  ['**/dist', 'dist/main.js', true],
  ['apps/*/test', 'apps/teams/test/fixture.ts', true],
  ['apps/*/test', 'apps/teams/src/test.ts', false],
  ['.env.*', '.env.example', true],
  ['docs', 'docs/guides/a.md', true],
  ['docs', 'apps/docs/a.md', false],
])('the pattern %s of .dockerignore with the file %s: %s', (pattern, file, isIgnored) => {
  expect(ignorePattern(pattern).test(file)).toBe(isIgnored);
});
