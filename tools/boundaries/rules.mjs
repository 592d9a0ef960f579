import path from 'node:path';
import { lineAt, packageOf } from './source-text.mjs';

// Every rule takes the house as it is and the rules of the house, and answers findings: `{ where, what }`.

const isSpec = (file) => /\.spec\.(ts|mts|mjs)$/.test(file);
const isShipped = (project, file) => file.startsWith(`${project.folder}/src/`) && !isSpec(file);
const isWithin = (file, homes) => homes.some((home) => (home.endsWith('/') ? file.startsWith(home) : file === home));
const matchesAny = (file, patterns) => patterns.some((pattern) => pattern.test(file));
const isBuiltIn = (specifier) => specifier.startsWith('node:');
const isRelative = (specifier) => specifier.startsWith('.');

/** Every import of every file that names a package. */
function packageImports({ projects }) {
  return projects.flatMap((project) =>
    project.files.flatMap((file) =>
      file.imports
        .filter(({ from }) => !isRelative(from))
        .map((found) => ({
          project,
          file: file.path,
          ...found,
          library: packageOf(found.from),
          where: `${file.path}:${found.line}`,
        })),
    ),
  );
}

/** Nx rebuilds and retests what depends on a change: it knows only what package.json declares. */
export function importsAreDeclared(house) {
  const own = new Set(house.projects.map(({ name }) => name));
  return packageImports(house)
    .filter(
      ({ project, library, from }) =>
        !isBuiltIn(from) && library !== project.name && !project.dependencies.has(library),
    )
    .filter(({ library }) => own.has(library) || !house.rootDependencies.has(library))
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

/** Images leave development dependencies out: what ships must not import them. */
export function shippedCodeImportsNoDevelopmentDependency(workspace) {
  return packageImports(workspace)
    .filter(({ project, file, library }) => project.devDependencies.has(library) && isShipped(project, file))
    .map(({ where, library }) => ({ where, what: `imports ${library}, a development dependency` }));
}

/** The compiler builds along the references and Nx along the dependencies: they have to agree. */
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

function compare(where, references, wanted) {
  return [
    ...wanted
      .filter((folder) => !references.includes(folder))
      .map((folder) => ({ where, what: `has no reference to ${folder}` })),
    ...references
      .filter((folder) => !wanted.includes(folder))
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
        // What stands beside the projects is configuration that every project shares.
        .filter(() => !/\.config\.mjs$/.test(file.path))
        .map(({ from, line }) => ({ where: `${file.path}:${line}`, what: `leaves its project: ${from}` })),
    ),
  );
}

export function selectProjectsImportLittle(house, { importsOnly }) {
  return packageImports(house)
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

export function librariesStayAtHome(house, { homes }) {
  const homeOf = (library) => homes[library] ?? homes[`${library.split('/')[0]}/*`];
  return packageImports(house)
    .filter(({ library, file }) => homeOf(library) && !isSpec(file) && !isWithin(file, homeOf(library)))
    .map(({ where, library }) => ({ where, what: `${library} is imported in ${homeOf(library).join(', ')} only` }));
}

export function nestStaysInHandlers(house, { nestHomes, pureLibraries }) {
  return packageImports(house)
    .filter(({ library, file }) => library.startsWith('@nestjs/') && !isSpec(file))
    .filter(({ project, file }) =>
      project.folder.startsWith('apps/') ? !matchesAny(file, nestHomes) : pureLibraries.includes(project.folder),
    )
    .map(({ where, library }) => ({ where, what: `${library} belongs into doors, modules and main.ts` }));
}

export function pureLibrariesKnowNoFramework(house, { pureLibraries }) {
  return packageImports(house)
    .filter(
      ({ project, library, file }) =>
        pureLibraries.includes(project.folder) && !isSpec(file) && /^(@mikro-orm|@nats-io|fastify|pg$)/.test(library),
    )
    .map(({ where, library, project }) => ({ where, what: `${project.folder} holds rules: no ${library}` }));
}

export function namesStayAtHome({ projects }, { nameHomes = {} }) {
  return projects.flatMap(({ files }) =>
    files
      .filter((file) => !isSpec(file.path))
      .flatMap((file) =>
        file.imports.flatMap(({ names = [], line }) =>
          names
            .filter((name) => nameHomes[name] && !nameHomes[name].includes(file.path))
            .map((name) => ({
              where: `${file.path}:${line}`,
              what: `${name} is imported in ${nameHomes[name].join(', ')} only`,
            })),
        ),
      ),
  );
}

/** Entities and rules are told what they need; who loads and flushes is a door or an action that is handed the EntityManager. */
export function entityManagerIsHandedIn(house, { entityManagerHomes }) {
  const textOf = new Map(house.projects.flatMap(({ files }) => files.map((file) => [file.path, file.text])));
  const takesItFirst = /\(\s*(?:\w+|\{[^}]*\}): (?:(?:Sql)?EntityManager|(?:Command|Query|Reaction|Work)Context)\b/;
  return packageImports(house)
    .filter(
      ({ project, file, names }) =>
        project.folder.startsWith('apps/') && !isSpec(file) && names.some((name) => /^(Sql)?EntityManager$/.test(name)),
    )
    .filter(
      ({ file }) =>
        !matchesAny(file, entityManagerHomes) && (file.endsWith('.entity.ts') || !takesItFirst.test(textOf.get(file))),
    )
    .map(({ where, file }) => ({
      where,
      what: file.endsWith('.entity.ts')
        ? 'an entity knows no EntityManager'
        : 'only doors use the EntityManager, and functions that take it as first argument',
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

export function namesSaySomething({ projects }, { bannedWords }) {
  return projects
    .flatMap(({ files }) => files)
    .flatMap(({ path: file }) => {
      const parts = file.split('/');
      const banned = parts.flatMap((part) => part.split(/[-.]/)).find((word) => bannedWords.includes(word));
      if (banned) return [{ where: file, what: `"${banned}" is no name: say what it is` }];
      return /^index\./.test(parts.at(-1))
        ? [{ where: file, what: 'no index files: import from the file that says it' }]
        : [];
    });
}

const isConfiguration = (file) => file.endsWith('.config.mjs');
