import fs from 'node:fs';
import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { groupBy } from '../run/group-by.mjs';

/** The average number of specs in a group. */
const SPECS_PER_GROUP = 10;
const folders = [
  ...['apps', 'libs'].flatMap((kind) =>
    fs
      .readdirSync(path.join(cloneRoot, kind))
      .map((name) => ({ folder: `${kind}/${name}/src`, extension: '.spec.ts' })),
  ),
  { folder: 'tools', extension: '.spec.mjs' },
];

/** Returns the paths of all specs, relative to the clone. */
export function findSpecs() {
  return folders.flatMap(({ folder, extension }) =>
    fs
      .readdirSync(path.join(cloneRoot, folder), { recursive: true })
      .filter((name) => name.endsWith(extension))
      .map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/'))),
  );
}

/**
 * Divides the specs into groups. A group runs in one Jest environment, so that its specs load their modules once: most
 * of the time of a small spec is the loading of modules. Only specs of one app or library share a group, because they
 * import the same modules. `sizeOf` returns the size of a spec. The groups are sorted by their size, largest first.
 */
export function groupSpecs(specs, sizeOf) {
  const specsByProject = groupBy(specs, projectOf);
  const groups = [...specsByProject].flatMap(([project, specsOfProject]) => {
    const count = Math.ceil(specsOfProject.length / SPECS_PER_GROUP);
    const projectGroups = Array.from({ length: count }, () => ({ project, size: 0, specs: [] }));
    for (const spec of specsOfProject.toSorted((one, other) => sizeOf(other) - sizeOf(one))) {
      const smallest = projectGroups.reduce((one, other) => (other.size < one.size ? other : one));
      smallest.specs.push(spec);
      smallest.size += sizeOf(spec);
    }
    return projectGroups;
  });
  return groups.sort((one, other) => other.size - one.size);
}

/** Returns the name of an app, `testing`, `libs` for all other libraries (most have few specs), or `tools`. */
const projectOf = (spec) =>
  spec.startsWith('apps/') || spec.startsWith('libs/testing/') ? spec.split('/')[1] : spec.split('/')[0];

/** Writes a file for each group into the folder. Jest runs them in the order of their names. */
export function writeTestGroups(folder, specs) {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const sizeOf = (spec) => fs.statSync(path.join(cloneRoot, spec)).size;
  for (const [index, group] of groupSpecs(specs, sizeOf).entries()) {
    const name = `${String(index).padStart(3, '0')}-${group.project}.group.cjs`;
    fs.writeFileSync(path.join(folder, name), groupFile(group.specs));
  }
}

/** Each spec has a `describe` block, so that its hooks run for its own tests only. */
const groupFile = (specs) => `const { describe, it } = require('@jest/globals');
${specs
  .map(
    (spec) => `describe(${JSON.stringify(spec)}, () => {
  try {
    require(${JSON.stringify(path.join(cloneRoot, spec))});
  } catch (error) {
    it('loads', () => {
      throw error;
    });
  }
});`,
  )
  .join('\n')}
`;
