import path from 'node:path';
import { lineAt, packageOf } from './source-text.mjs';

// Every rule takes the workspace and its configuration and returns findings: `{ where, what }`.

const isSpec = (file) => /\.spec\.(ts|mts|mjs)$/.test(file);
const isShipped = (project, file) => file.startsWith(`${project.folder}/src/`) && !isSpec(file);
const isWithin = (file, allowedImporters) =>
  allowedImporters.some((home) => (home.endsWith('/') ? file.startsWith(home) : file === home));
const matchesAny = (file, patterns) => patterns.some((pattern) => pattern.test(file));
const isBuiltIn = (specifier) => specifier.startsWith('node:');
const isRelative = (specifier) => specifier.startsWith('.');

/** Returns all imports of packages in all files. */
function packageImports({ projects }) {
  return projects.flatMap((project) =>
    project.files.flatMap((file) =>
      file.imports
        .filter(({ from }) => !isRelative(from))
        .map((imported) => ({
          project,
          file: file.path,
          ...imported,
          library: packageOf(imported.from),
          where: `${file.path}:${imported.line}`,
        })),
    ),
  );
}

/** Nx finds the projects that a change affects by the dependencies in package.json, so they must be declared. */
export function importsAreDeclared(workspace) {
  const projectNames = new Set(workspace.projects.map(({ name }) => name));
  return packageImports(workspace)
    .filter(
      ({ project, library, from }) =>
        !isBuiltIn(from) && library !== project.name && !project.dependencies.has(library),
    )
    .filter(({ library }) => projectNames.has(library) || !workspace.rootDependencies.has(library))
    .map(({ where, project, library }) => ({
      where,
      what: `imports ${library}, which ${project.folder}/package.json does not declare`,
    }));
}

export function dependenciesFollowTags({ projects }, { mayDependOn, composers }) {
  const byName = new Map(projects.map((project) => [project.name, project]));
  return projects.flatMap((project) => {
    const where = `${project.folder}/package.json`;
    const allowed = project.tags.flatMap((tag) => mayDependOn[tag] ?? []);
    if (allowed.length === 0)
      return [{ where, what: `needs one of the tags ${Object.keys(mayDependOn).join(', ')} in nx.tags` }];
    if (composers.includes(project.folder)) allowed.push('type:app');
    return [...project.dependencies]
      .map((name) => byName.get(name))
      .filter((target) => target && !target.tags.some((tag) => allowed.includes(tag)))
      .map((target) => ({
        where,
        what: `${project.folder} [${project.tags}] must not depend on ${target.folder} [${target.tags}]`,
      }));
  });
}

/** Images omit development dependencies, so production sources must not import them. */
export function shippedCodeImportsNoDevelopmentDependency(workspace) {
  return packageImports(workspace)
    .filter(({ project, file, library }) => project.devDependencies.has(library) && isShipped(project, file))
    .map(({ where, library }) => ({ where, what: `imports ${library}, a development dependency` }));
}

/** TypeScript builds along the references and Nx along the dependencies, so both must be the same. */
export function referencesFollowDependencies({ projects, rootReferences }) {
  const byName = new Map(projects.map((project) => [project.name, project]));
  const compiled = projects.filter(({ references }) => references);
  const foldersOf = (names) =>
    [...names]
      .map((name) => byName.get(name))
      .filter((target) => target?.references)
      .map((target) => target.folder);
  return [
    ...compiled.flatMap(({ folder, references, specReferences, dependencies, devDependencies }) => [
      ...compare(
        `${folder}, what ships`,
        references,
        foldersOf([...dependencies].filter((name) => !devDependencies.has(name))),
      ),
      ...compare(`${folder}/tsconfig.spec.json`, specReferences, [folder, ...foldersOf(dependencies)]),
    ]),
    ...compare(
      'tsconfig.json',
      rootReferences ?? [],
      compiled.map(({ folder }) => folder),
    ),
  ];
}

function compare(where, references, expected) {
  return [
    ...expected
      .filter((folder) => !references.includes(folder))
      .map((folder) => ({ where, what: `has no reference to ${folder}` })),
    ...references
      .filter((folder) => !expected.includes(folder))
      .map((folder) => ({ where, what: `references ${folder}, which package.json does not declare` })),
  ];
}

export function relativeImportsStayInside({ projects }) {
  return projects.flatMap(({ folder, files }) =>
    files.flatMap((file) =>
      file.imports
        .filter(
          ({ from }) =>
            isRelative(from) && !path.posix.join(path.posix.dirname(file.path), from).startsWith(`${folder}/`),
        )
        // Configuration files may import the shared configuration in the root folder.
        .filter(() => !/\.config\.mjs$/.test(file.path))
        .map(({ from, line }) => ({ where: `${file.path}:${line}`, what: `leaves its project: ${from}` })),
    ),
  );
}

export function restrictedProjectsImportOnlyAllowed(workspace, { importsOnly }) {
  return packageImports(workspace)
    .filter(
      ({ project, file, library }) =>
        importsOnly[project.folder] &&
        !isSpec(file) &&
        !isConfiguration(file) &&
        !importsOnly[project.folder].includes(library),
    )
    .map(({ where, project, library }) => ({
      where,
      what: `${project.folder} imports ${importsOnly[project.folder].join(', ')} and nothing else, not ${library}`,
    }));
}

export function librariesAreImportedByAdapters(workspace, { allowedImporters }) {
  const importersOf = (library) => allowedImporters[library] ?? allowedImporters[`${library.split('/')[0]}/*`];
  return packageImports(workspace)
    .filter(({ library, file }) => importersOf(library) && !isSpec(file) && !isWithin(file, importersOf(library)))
    .map(({ where, library }) => ({
      where,
      what: `${library} is imported in ${importersOf(library).join(', ')} only`,
    }));
}

export function nestStaysInHandlers(workspace, { nestFiles, pureLibraries }) {
  return packageImports(workspace)
    .filter(({ library, file }) => library.startsWith('@nestjs/') && !isSpec(file))
    .filter(({ project, file }) =>
      project.folder.startsWith('apps/') ? !matchesAny(file, nestFiles) : pureLibraries.includes(project.folder),
    )
    .map(({ where, library }) => ({ where, what: `${library} belongs into handlers, modules and main.ts` }));
}

export function pureLibrariesKnowNoFramework(workspace, { pureLibraries }) {
  return packageImports(workspace)
    .filter(
      ({ project, library, file }) =>
        pureLibraries.includes(project.folder) && !isSpec(file) && /^(@mikro-orm|@nats-io|fastify|pg$)/.test(library),
    )
    .map(({ where, library, project }) => ({ where, what: `${project.folder} has pure rules: no ${library}` }));
}

export function restrictedNamesAreImportedWhereAllowed({ projects }, { allowedNameImporters = {} }) {
  return projects.flatMap(({ files }) =>
    files
      .filter((file) => !isSpec(file.path))
      .flatMap((file) =>
        file.imports.flatMap(({ names = [], line }) =>
          names
            .filter((name) => allowedNameImporters[name] && !allowedNameImporters[name].includes(file.path))
            .map((name) => ({
              where: `${file.path}:${line}`,
              what: `${name} is imported in ${allowedNameImporters[name].join(', ')} only`,
            })),
        ),
      ),
  );
}

/** Handlers load and flush. An action takes the EntityManager as first argument; entities and rules do not know it. */
export function entityManagerIsAnArgument(workspace, { entityManagerFiles }) {
  const textOf = new Map(workspace.projects.flatMap(({ files }) => files.map((file) => [file.path, file.text])));
  const takesItAsFirstArgument =
    /\(\s*(?:\w+|\{[^}]*\}): (?:(?:Sql)?EntityManager|(?:Command|Query|Reaction|Work)Context)\b/;
  return packageImports(workspace)
    .filter(
      ({ project, file, names }) =>
        project.folder.startsWith('apps/') && !isSpec(file) && names.some((name) => /^(Sql)?EntityManager$/.test(name)),
    )
    .filter(
      ({ file }) =>
        !matchesAny(file, entityManagerFiles) &&
        (file.endsWith('.entity.ts') || !takesItAsFirstArgument.test(textOf.get(file))),
    )
    .map(({ where, file }) => ({
      where,
      what: file.endsWith('.entity.ts')
        ? 'an entity must not import the EntityManager'
        : 'only handlers import the EntityManager, and functions that take it as first argument',
    }));
}

export function environmentIsReadOnce({ projects }, { environmentReaders }) {
  const reads = /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*['"]env['"]|\benv\b[^;\n]*from\s*['"]node:process['"]/g;
  return projects
    .filter(({ tags }) => !tags.includes('type:tool'))
    .flatMap(({ folder, files }) => files.map((file) => ({ ...file, folder })))
    .filter((file) => file.path !== `${file.folder}/src/config.ts` || file.folder.startsWith('libs/'))
    .filter((file) => !isWithin(file.path, environmentReaders) && !isConfiguration(file.path))
    .flatMap((file) =>
      [...file.text.matchAll(reads)].map((match) => ({
        where: `${file.path}:${lineAt(file.text, match.index)}`,
        what: file.folder.startsWith('apps/')
          ? `only ${file.folder}/src/config.ts reads the environment`
          : 'a library does not read the environment',
      })),
    );
}

export function fileNamesAreMeaningful({ projects }, { bannedWords }) {
  return projects
    .flatMap(({ files }) => files)
    .flatMap(({ path: file }) => {
      const segments = file.split('/');
      const banned = segments.flatMap((segment) => segment.split(/[-.]/)).find((word) => bannedWords.includes(word));
      if (banned) return [{ where: file, what: `"${banned}" is not allowed in names: name the content` }];
      return /^index\./.test(segments.at(-1))
        ? [{ where: file, what: 'no index files: import from the file that declares the name' }]
        : [];
    });
}

const isConfiguration = (file) => file.endsWith('.config.mjs');
