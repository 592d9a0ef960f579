import path from 'node:path';
import { lineAt, packageOf } from './source-text.mjs';

// Every rule takes the workspace and the `workspaceRules` of workspace-rules.mjs, and returns findings:
// `{ where, problem }`.

const isSpec = (file) => /\.spec\.(ts|mts|mjs)$/.test(file);
const isShipped = (project, file) => file.startsWith(`${project.folder}/src/`) && !isSpec(file);
const isWithin = (file, allowedPaths) =>
  allowedPaths.some((allowed) => (allowed.endsWith('/') ? file.startsWith(allowed) : file === allowed));
const matchesAny = (file, patterns) => patterns.some((pattern) => pattern.test(file));
const isBuiltIn = (specifier) => specifier.startsWith('node:');
const isRelative = (specifier) => specifier.startsWith('.');

/** Returns all imports of packages in all files. */
function importsOfPackages({ projects }) {
  return projects.flatMap((project) =>
    project.files.flatMap((file) =>
      file.imports
        .filter(({ from }) => !isRelative(from))
        .map((imported) => ({
          project,
          file: file.path,
          ...imported,
          packageName: packageOf(imported.from),
          where: `${file.path}:${imported.line}`,
        })),
    ),
  );
}

/**
 * The package.json of a project must declare the packages that its files import, because Nx uses the dependencies to
 * find the projects that a change affects. The root package.json may declare npm packages instead.
 */
export function importsAreDeclared(workspace) {
  const projectNames = new Set(workspace.projects.map(({ name }) => name));
  return importsOfPackages(workspace)
    .filter(
      ({ project, packageName, from }) =>
        !isBuiltIn(from) && packageName !== project.name && !project.dependencies.has(packageName),
    )
    .filter(({ packageName }) => projectNames.has(packageName) || !workspace.rootDependencies.has(packageName))
    .map(({ where, project, packageName }) => ({
      where,
      problem: `imports ${packageName}, which ${project.folder}/package.json does not declare`,
    }));
}

export function dependenciesFollowTags({ projects }, { mayDependOn, appImporters }) {
  const byName = new Map(projects.map((project) => [project.name, project]));
  return projects.flatMap((project) => {
    const where = `${project.folder}/package.json`;
    const allowedTags = project.tags.flatMap((tag) => mayDependOn[tag] ?? []);
    if (allowedTags.length === 0)
      return [{ where, problem: `needs one of the tags ${Object.keys(mayDependOn).join(', ')} in nx.tags` }];
    if (appImporters.includes(project.folder)) allowedTags.push('type:app');
    return [...project.dependencies]
      .map((name) => byName.get(name))
      .filter((target) => target && !target.tags.some((tag) => allowedTags.includes(tag)))
      .map((target) => ({
        where,
        problem: `${project.folder} [${project.tags}] must not depend on ${target.folder} [${target.tags}]`,
      }));
  });
}

/** Container images have no development dependencies, so production sources must not import them. */
export function shippedCodeImportsNoDevelopmentDependency(workspace) {
  return importsOfPackages(workspace)
    .filter(({ project, file, packageName }) => project.devDependencies.has(packageName) && isShipped(project, file))
    .map(({ where, packageName }) => ({ where, problem: `imports ${packageName}, a development dependency` }));
}

/**
 * The tsconfig references must be the same as the dependencies, because TypeScript builds in the order of the
 * references and Nx in the order of the dependencies.
 */
export function referencesFollowDependencies({ projects, rootReferences }) {
  const byName = new Map(projects.map((project) => [project.name, project]));
  const compiledProjects = projects.filter(({ references }) => references);
  const foldersOf = (names) =>
    [...names]
      .map((name) => byName.get(name))
      .filter((target) => target?.references)
      .map((target) => target.folder);
  return [
    ...compiledProjects.flatMap(({ folder, references, specReferences, dependencies, devDependencies }) => [
      ...compareReferences(
        `${folder}, tsconfig of the sources`,
        references,
        foldersOf([...dependencies].filter((name) => !devDependencies.has(name))),
        'is not a dependency of the production sources in package.json',
      ),
      ...compareReferences(
        `${folder}/tsconfig.spec.json`,
        specReferences,
        [folder, ...foldersOf(dependencies)],
        'package.json does not declare',
      ),
    ]),
    ...compareReferences(
      'tsconfig.json',
      rootReferences ?? [],
      compiledProjects.map(({ folder }) => folder),
      'is not a compiled project',
    ),
  ];
}

/** `unexpected` says what is wrong with a reference that is not expected. */
function compareReferences(where, references, expected, unexpected) {
  return [
    ...expected
      .filter((folder) => !references.includes(folder))
      .map((folder) => ({ where, problem: `has no reference to ${folder}` })),
    ...references
      .filter((folder) => !expected.includes(folder))
      .map((folder) => ({ where, problem: `references ${folder}, which ${unexpected}` })),
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
        .filter(() => !file.path.endsWith('.config.mjs'))
        .map(({ from, line }) => ({
          where: `${file.path}:${line}`,
          problem: `imports a file outside its project: ${from}`,
        })),
    ),
  );
}

export function restrictedProjectsImportOnlyAllowedPackages(workspace, { importsOnly }) {
  return importsOfPackages(workspace)
    .filter(
      ({ project, file, packageName }) =>
        importsOnly[project.folder] &&
        !isSpec(file) &&
        !isConfiguration(file) &&
        !importsOnly[project.folder].includes(packageName),
    )
    .map(({ where, project, packageName }) => ({
      where,
      problem: `${project.folder} may import only ${importsOnly[project.folder].join(', ')}, not ${packageName}`,
    }));
}

export function packagesAreImportedOnlyByAllowedFiles(workspace, { packageImporters }) {
  const importersOf = (packageName) =>
    packageImporters[packageName] ?? packageImporters[`${packageName.split('/')[0]}/*`];
  return importsOfPackages(workspace)
    .filter(
      ({ packageName, file }) => importersOf(packageName) && !isSpec(file) && !isWithin(file, importersOf(packageName)),
    )
    .map(({ where, packageName }) => ({
      where,
      problem: `${packageName} may be imported only by ${importersOf(packageName).join(', ')}`,
    }));
}

export function nestIsImportedOnlyWhereAllowed(workspace, { nestFiles, pureLibraries }) {
  return importsOfPackages(workspace)
    .filter(({ packageName, file }) => packageName.startsWith('@nestjs/') && !isSpec(file))
    .filter(({ project, file }) =>
      project.folder.startsWith('apps/') ? !matchesAny(file, nestFiles) : pureLibraries.includes(project.folder),
    )
    .map(({ where, project, packageName }) => ({
      where,
      problem: project.folder.startsWith('apps/')
        ? `${packageName} may be imported only by handlers, service definitions and main.ts`
        : `${project.folder} contains only pure rules and must not import ${packageName}`,
    }));
}

export function pureLibrariesImportNoFramework(workspace, { pureLibraries }) {
  return importsOfPackages(workspace)
    .filter(
      ({ project, packageName, file }) =>
        pureLibraries.includes(project.folder) &&
        !isSpec(file) &&
        /^(@mikro-orm|@nats-io|fastify|pg$)/.test(packageName),
    )
    .map(({ where, packageName, project }) => ({
      where,
      problem: `${project.folder} contains only pure rules and must not import ${packageName}`,
    }));
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
              problem: `${name} may be imported only by ${allowedNameImporters[name].join(', ')}`,
            })),
        ),
      ),
  );
}

/**
 * Handlers may import the EntityManager, because they load objects and flush changes. Another file may import the
 * EntityManager only for a function whose first argument is the EntityManager or a handler context. An entity must not
 * import the EntityManager.
 */
export function entityManagerIsAnArgument(workspace, { entityManagerFiles }) {
  const textOf = new Map(workspace.projects.flatMap(({ files }) => files.map((file) => [file.path, file.text])));
  const hasEntityManagerAsFirstArgument =
    /\(\s*(?:\w+|\{[^}]*\}): (?:(?:Sql)?EntityManager|(?:Command|Query|Reaction|Write)Context)\b/;
  return importsOfPackages(workspace)
    .filter(
      ({ project, file, names }) =>
        project.folder.startsWith('apps/') && !isSpec(file) && names.some((name) => /^(Sql)?EntityManager$/.test(name)),
    )
    .filter(
      ({ file }) =>
        !matchesAny(file, entityManagerFiles) &&
        (file.endsWith('.entity.ts') || !hasEntityManagerAsFirstArgument.test(textOf.get(file))),
    )
    .map(({ where, file }) => ({
      where,
      problem: file.endsWith('.entity.ts')
        ? 'an entity must not import the EntityManager'
        : 'only handlers and functions with the EntityManager or a handler context as first argument may import the ' +
          'EntityManager',
    }));
}

export function environmentIsReadOnlyWhereAllowed({ projects }, { environmentReaders }) {
  const reads = /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*['"]env['"]|\benv\b[^;\n]*from\s*['"]node:process['"]/g;
  return (
    projects
      .filter(({ tags }) => !tags.includes('type:tool'))
      .flatMap(({ folder, files }) => files.map((file) => ({ ...file, folder })))
      // Only apps may read the environment in their `src/config.ts`; a library needs an entry in `environmentReaders`.
      .filter((file) => file.path !== `${file.folder}/src/config.ts` || file.folder.startsWith('libs/'))
      .filter((file) => !isWithin(file.path, environmentReaders) && !isConfiguration(file.path))
      .flatMap((file) =>
        [...file.text.matchAll(reads)].map((match) => ({
          where: `${file.path}:${lineAt(file.text, match.index)}`,
          problem: file.folder.startsWith('apps/')
            ? `only ${file.folder}/src/config.ts may read the environment`
            : 'a library must not read the environment',
        })),
      )
  );
}

export function fileNamesAreMeaningful({ projects }, { bannedWords }) {
  return projects
    .flatMap(({ files }) => files)
    .flatMap(({ path: file }) => {
      const segments = file.split('/');
      const bannedWord = segments
        .flatMap((segment) => segment.split(/[-.]/))
        .find((word) => bannedWords.includes(word));
      if (bannedWord)
        return [
          { where: file, problem: `"${bannedWord}" is not allowed in a file name: name the file after its content` },
        ];
      return segments.at(-1).startsWith('index.')
        ? [{ where: file, problem: 'index files are not allowed: import from the file that declares the name' }]
        : [];
    });
}

const isConfiguration = (file) => file.endsWith('.config.mjs');
