// Every rule takes one file, `{ path, text }`, and returns findings, `{ where, what }`.

const MAX_COLUMNS = 120;
const isSource = (file) => /\.(ts|mjs|js)$/.test(file);
const isSpec = (file) => /\.spec\.(ts|mjs)$/.test(file);
const isShipped = (file) =>
  /^(apps|libs)\/[^/]+\/src\//.test(file) && !isSpec(file) && !file.startsWith('libs/testing/');

/** The formatter breaks code; comments, strings and SQL are broken by hand. */
export function linesFitIn120Columns({ path, text }) {
  return text
    .split('\n')
    .map((line, index) => ({ columns: [...line].length, where: `${path}:${index + 1}` }))
    .filter(({ columns }) => columns > MAX_COLUMNS)
    .map(({ columns, where }) => ({ where, what: `${columns} columns; at most ${MAX_COLUMNS}` }));
}

/** Whole identifiers that were replaced by a standard term, in code and comments. */
export function identifiersAreNotAbandoned({ path, text }, { abandonedNames }) {
  if (!isSource(path) || path.startsWith('tools/style/')) return [];
  return text.split('\n').flatMap((line, index) =>
    (line.match(/[A-Za-z_$][\w$]*/g) ?? [])
      .filter((name) => Object.hasOwn(abandonedNames.identifiers, name))
      .map((name) => ({
        where: `${path}:${index + 1}`,
        what: `"${name}" is abandoned: use ${abandonedNames.identifiers[name]}`,
      })),
  );
}

export function fileNamesAreNotAbandoned({ path }, { abandonedNames }) {
  const [stem] = path.split('/').at(-1).split('.');
  return Object.hasOwn(abandonedNames.files, stem)
    ? [{ where: path, what: `the file name "${stem}" is abandoned: use ${abandonedNames.files[stem]}` }]
    : [];
}

/** Fixtures are in `apps/<service>/test` and `libs/testing`: images do not contain them. */
export function sourcesHoldNoFixtures({ path, text }) {
  if (!isShipped(path) || !isSource(path)) return [];
  if (/\.fixture\.ts$|(^|\/)(test|fake|stub|mock)-[^/]*\.ts$/.test(path))
    return [{ where: path, what: 'a fixture belongs into test/' }];
  return /from\s+['"](@cordee\/testing\/|@jest\/globals|.*\/test\/)/.test(text)
    ? [{ where: path, what: 'code that ships imports no test code' }]
    : [];
}
