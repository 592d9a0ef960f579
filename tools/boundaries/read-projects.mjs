import fs from 'node:fs';
import path from 'node:path';
import { importsIn, withoutComments } from './source-text.mjs';

/** Reads every workspace project: its declared dependencies, its tsconfig references and its sources. */
export function readProjects(root) {
  const rootPackage = readJson(path.join(root, 'package.json'));
  const folders = rootPackage.workspaces.flatMap((pattern) => expandPattern(root, pattern));
  const projects = folders.map((folder) => readProject(root, folder));
  return {
    projects,
    rootDependencies: allDependenciesOf(rootPackage),
    rootReferences: referencesOf(root, '.', 'tsconfig.json'),
  };
}

function readProject(root, folder) {
  const description = readJson(path.join(root, folder, 'package.json'));
  return {
    folder,
    name: description.name,
    tags: description.nx?.tags ?? [],
    dependencies: allDependenciesOf(description),
    devDependencies: new Set(Object.keys(description.devDependencies ?? {})),
    references: referencesOf(root, folder, folder.startsWith('apps/') ? 'tsconfig.app.json' : 'tsconfig.lib.json'),
    specReferences: referencesOf(root, folder, 'tsconfig.spec.json'),
    files: sourcesIn(root, folder).map((file) => readSource(root, file)),
  };
}

function readSource(root, file) {
  const text = withoutComments(fs.readFileSync(path.join(root, file), 'utf8'));
  return { path: file, text, imports: importsIn(text) };
}

const allDependenciesOf = ({ dependencies, devDependencies, peerDependencies, optionalDependencies }) =>
  new Set(Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies }));

/** Returns the folders that a tsconfig file references. Returns undefined when the file is missing. */
function referencesOf(root, folder, fileName) {
  const file = path.join(root, folder, fileName);
  if (!fs.existsSync(file)) return undefined;
  return (readJson(file).references ?? []).map((reference) =>
    path.posix.join(folder, reference.path).replace(/\/tsconfig\.\w+\.json$/, ''),
  );
}

/** Returns the folders of a workspace pattern: "apps/*" or "tools". Deeper patterns are not supported. */
function expandPattern(root, pattern) {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  if (!fs.existsSync(path.join(root, parent))) return [];
  return fs
    .readdirSync(path.join(root, parent))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => fs.existsSync(path.join(root, folder, 'package.json')))
    .sort();
}

function sourcesIn(root, folder) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const entryPath = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : sourcesIn(root, entryPath);
    return /\.(ts|mts|mjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [entryPath] : [];
  });
}

const readJson = (file) => JSON.parse(withoutComments(fs.readFileSync(file, 'utf8')));
