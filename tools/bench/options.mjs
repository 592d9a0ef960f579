import { parseArgs } from 'node:util';
import { StepFailure } from '../run/step-failure.mjs';
import { areas } from './areas.mjs';

const describeArea = ({ title, measurements }) =>
  [`  ${title}`, ...Object.entries(measurements).map(([id, what]) => `    ${id.padEnd(8)} ${what}`)].join('\n');

export const help = `Measures Cordée, the limit of the machine and comparable libraries (peers) in one run,
and compares the ratios with goals.

  npm run bench -- access                        all measurements of an area
  npm run bench -- access --only P1a,P1b         selected measurements
  npm run bench -- access --rounds 9 --seed 7    more rounds; other random organizations
  npm run bench -- access --json figures.json    writes the figures as a list of
                                                 { id, goal, reached, met, unit, limit, peers, ours, rounds }
  npm run bench -- platform --html page.html     writes a page with bars
  npm run bench -- platform --markdown docs/performance.md
                                                 writes the document with the figures
  npm run bench -- platform --from figures.json --html page.html
                                                 measures nothing; writes from the figures of an earlier run,
                                                 or of several: --from access.json,platform.json

  --rounds N          rounds after the warm-up; each runs Cordée, limit and peers once     (default: 5)
  --organizations N   organizations in one access cache                                    (default: 1000)
  --scale N           size of the organizations; 1 is 2,000 people and 50,000 grants       (default: 1)
  --seed N            seed of the random data                                              (default: 1)
  --profile DIR       folder for CPU profiles of the processes

Areas:
${Object.values(areas).map(describeArea).join('\n')}

Read the ratios, not the absolute numbers, and run nothing else on the machine. A missed goal does not fail the command.
The first run installs the peers in tools/bench/peers. The command starts its own servers with their own data.
`;

const parseNumber =
  (name, { minimum, isWhole = true }) =>
  (text) => {
    const value = Number(text);
    if (!(value >= minimum) || (isWhole && !Number.isInteger(value)))
      throw new StepFailure(`--${name} ${text}: must be a ${isWhole ? 'whole ' : ''}number from ${minimum}.`);
    return value;
  };
const parsers = {
  rounds: parseNumber('rounds', { minimum: 1 }),
  organizations: parseNumber('organizations', { minimum: 1 }),
  scale: parseNumber('scale', { minimum: 0.01, isWhole: false }),
  seed: parseNumber('seed', { minimum: 0 }),
};

/** Parses the arguments. Returns undefined when the caller shall print the help. */
export function readOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      organizations: { type: 'string', default: '1000' },
      scale: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      html: { type: 'string' },
      markdown: { type: 'string' },
      from: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help || (args.length === 0 && positionals.length === 0)) return undefined;
  const [name, ...unexpected] = positionals;
  const area = Object.hasOwn(areas, name ?? '') ? areas[name] : undefined;
  if (!area || unexpected.length > 0)
    throw new StepFailure(
      `"${positionals.join(' ')}" is not an area: use ${Object.keys(areas).join(', ')}. See npm run bench -- --help`,
    );
  if (values.from !== undefined && !values.html && !values.markdown)
    throw new StepFailure('--from needs --html or --markdown: it writes from the figures of an earlier run.');
  if (values.from !== undefined && values.json)
    throw new StepFailure('--from reads figures, so --json is not allowed.');
  const knownIds = Object.keys(area.measurements);
  const ids = values.only === undefined ? knownIds : values.only.split(',').map((id) => id.trim());
  const unknownIds = ids.filter((id) => !knownIds.includes(id));
  if (unknownIds.length > 0 || ids.length === 0)
    throw new StepFailure(`"${unknownIds.join(', ')}" is not a measurement of ${name}: use ${knownIds.join(', ')}.`);
  return {
    area: name,
    ids,
    json: values.json,
    html: values.html,
    markdown: values.markdown,
    from: values.from,
    cpuProfileFolder: values.profile,
    ...Object.fromEntries(Object.entries(parsers).map(([option, parse]) => [option, parse(values[option])])),
  };
}
