import { expect, test } from '@jest/globals';
import { findSpecs, groupSpecs } from './test-groups.mjs';

const namesOf = (project, count) => Array.from({ length: count }, (_, index) => `apps/${project}/src/${index}.spec.ts`);

test('all specs of the clone are found, also those of the tools', () => {
  const specs = findSpecs();
  expect(specs).toContain('tools/checks/test-groups.spec.mjs');
  expect(specs).toContain('libs/testing/src/messaging/bus.spec.ts');
  expect(specs).toContain('apps/all-in-one/src/route-access.spec.ts');
  expect(new Set(specs).size).toBe(specs.length);
});

test('each spec is in one group, with specs of the same project', () => {
  const specs = [...namesOf('teams', 25), ...namesOf('billing', 3)];
  const groups = groupSpecs(specs, () => 1);
  expect(groups.flatMap((group) => group.specs).toSorted()).toEqual(specs.toSorted());
  expect(groups.map(({ project, specs: specsOfGroup }) => [project, specsOfGroup.length])).toEqual([
    ['teams', 9],
    ['teams', 8],
    ['teams', 8],
    ['billing', 3],
  ]);
});

test('the groups of a project have similar sizes, and the largest group is first', () => {
  const sizes = [9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
  const specs = namesOf('teams', sizes.length);
  const groups = groupSpecs(specs, (spec) => sizes[specs.indexOf(spec)]);
  expect(groups.map(({ size }) => size)).toEqual([10, 9]);
});
