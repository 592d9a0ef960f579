import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cloneRoot } from '../infra/profile.mjs';
import { withoutOwnBinaries } from '../run/dependencies.mjs';

const readJson = (file) => JSON.parse(fs.readFileSync(path.join(cloneRoot, file), 'utf8'));

/**
 * The published packages. `peers` are packages that the user installs, so that one copy exists; `libraries` are other
 * dependencies.
 */
const packages = [
  { name: 'contracts', peers: ['zod'], libraries: [] },
  {
    name: 'consumer',
    peers: ['@cordee/contracts', 'zod'],
    libraries: ['@nats-io/jetstream', '@nats-io/transport-node'],
  },
];

/** Packs the libraries from their builds into a folder. Returns the paths of the tarballs. */
export function packPackages(target) {
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  const staging = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-pack-'));
  try {
    return packages.map((each) => packLibrary(each, path.join(staging, each.name), target));
  } finally {
    fs.rmSync(staging, { recursive: true, force: true });
  }
}

function packLibrary({ name, peers, libraries }, folder, target) {
  const library = path.join(cloneRoot, 'libs', name);
  // Only the files of existing sources: the build folder keeps the files of deleted sources.
  const sources = fs.readdirSync(path.join(library, 'src'), { recursive: true });
  for (const source of sources.filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))) {
    const module = path.join('dist', source.replace(/\.ts$/, ''));
    for (const file of [`${module}.js`, `${module}.d.ts`]) {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), withoutSourceMap(fs.readFileSync(path.join(library, file), 'utf8')));
    }
  }
  fs.copyFileSync(path.join(cloneRoot, 'LICENSE'), path.join(folder, 'LICENSE'));
  fs.copyFileSync(path.join(library, 'README.md'), path.join(folder, 'README.md'));
  fs.writeFileSync(
    path.join(folder, 'package.json'),
    `${JSON.stringify(publishedPackage(name, peers, libraries), null, 2)}\n`,
  );
  const output = execFileSync('npm', ['pack', '--silent', '--pack-destination', target], {
    cwd: folder,
    encoding: 'utf8',
    env: withoutOwnBinaries(),
  });
  return path.join(target, output.trim().split('\n').at(-1));
}

/** Returns the package.json of a package, which exports the built files and needs the tested versions of libraries. */
function publishedPackage(name, peers, libraries) {
  const { dependencies } = readJson('package.json');
  const { name: fullName, version, description, license } = readJson(`libs/${name}/package.json`);
  const rangeOf = (library) => (library.startsWith('@cordee/') ? version : `^${dependencies[library]}`);
  const ranges = (names) => Object.fromEntries(names.map((library) => [library, rangeOf(library)]));
  return {
    name: fullName,
    version,
    description,
    license,
    type: 'module',
    exports: { './*': { types: './dist/*.d.ts', default: './dist/*.js' } },
    files: ['dist'],
    engines: { node: '>=22' },
    dependencies: ranges(libraries),
    peerDependencies: ranges(peers),
  };
}

const withoutSourceMap = (text) => text.replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
