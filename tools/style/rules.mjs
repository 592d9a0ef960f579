// Every rule takes one file, `{ path, text }`, and returns findings, `{ where, problem }`.

const MAX_COLUMNS = 120;
const isSource = (file) => /\.(ts|mjs|js)$/.test(file);
const isSpec = (file) => /\.spec\.(ts|mjs)$/.test(file);
const isShipped = (file) =>
  /^(apps|libs)\/[^/]+\/src\//.test(file) && !isSpec(file) && !file.startsWith('libs/testing/');

/** The formatter limits the lines of code but not the lines of comments, strings and SQL. */
export function linesFitIn120Columns({ path, text }) {
  return text
    .split('\n')
    .map((line, index) => ({ columns: [...line].length, where: `${path}:${index + 1}` }))
    .filter(({ columns }) => columns > MAX_COLUMNS)
    .map(({ columns, where }) => ({
      where,
      problem: `the line has ${columns} columns; at most ${MAX_COLUMNS} are allowed`,
    }));
}

/** Finds identifiers in code and comments that were replaced by a standard term. */
export function identifiersAreNotAbandoned({ path, text }, { abandonedNames }) {
  if (!isSource(path) || path.startsWith('tools/style/')) return [];
  return text.split('\n').flatMap((line, index) =>
    (line.match(/[A-Za-z_$][\w$]*/g) ?? [])
      .filter((name) => Object.hasOwn(abandonedNames.identifiers, name))
      .map((name) => ({
        where: `${path}:${index + 1}`,
        problem: `"${name}" is abandoned: use ${abandonedNames.identifiers[name]}`,
      })),
  );
}

export function fileNamesAreNotAbandoned({ path }, { abandonedNames }) {
  const [stem] = path.split('/').at(-1).split('.');
  return Object.hasOwn(abandonedNames.files, stem)
    ? [{ where: path, problem: `the file name "${stem}" is abandoned: use ${abandonedNames.files[stem]}` }]
    : [];
}

/** Fixtures must be in `apps/<service>/test` or `libs/testing`, because container images must not contain test code. */
export function productionSourcesContainNoTestCode({ path, text }) {
  if (!isShipped(path) || !isSource(path)) return [];
  if (/\.fixture\.ts$|(^|\/)(test|fake|stub|mock)-[^/]*\.ts$/.test(path))
    return [{ where: path, problem: 'a fixture must be in the folder test' }];
  return /from\s+['"](@cordee\/testing\/|@jest\/globals|.*\/test\/)/.test(text)
    ? [{ where: path, problem: 'production sources must not import test code' }]
    : [];
}
