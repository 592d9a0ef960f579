import { parseArgs } from 'node:util';
import { StepFailure } from '../run/step-failure.mjs';
import { areas } from './areas.mjs';

export const help = `Measures Cordée against the limit of the machine and against peers, interleaved in the same run, and compares with what it promises.

  npm run bench -- access                        every measurement of an area
  npm run bench -- access --only P1a,P1b         some of them
  npm run bench -- access --rounds 9 --seed 7    more rounds; other random organizations
  npm run bench -- access --json figures.json    the figures as a list of { id, goal, reached, met, unit, limit, peers, ours, rounds }

  --rounds N          rounds after the warm-up; in each of them everything runs once, in another order   (default: 5)
  --organizations N   organizations behind one access copy                                               (default: 1000)
  --scale N           size of the organizations, 1 being 2,000 people and 50,000 grants                  (default: 1)
  --seed N            what the random data are made from                                                 (default: 1)
  --profile DIR       leave CPU profiles of the processes there

Areas:
${Object.entries(areas)
  .map(([name, { title, ids }]) => `  ${name.padEnd(10)} ${title}\n${' '.repeat(13)}${ids.join(', ')}`)
  .join('\n')}

Ratios are what to read, not absolute numbers, and the machine should have nothing else to do. Nothing fails on a figure that is missed.
Peers are installed into tools/bench/peers when they are first needed. Servers are brought up as for tests, with data of their own.
`;

const number =
  (name, { least, whole = true }) =>
  (text) => {
    const value = Number(text);
    if (!(value >= least) || (whole && !Number.isInteger(value)))
      throw new StepFailure(`--${name} ${text}: a ${whole ? 'whole ' : ''}number from ${least} on is needed.`);
    return value;
  };
const readers = {
  rounds: number('rounds', { least: 1 }),
  organizations: number('organizations', { least: 1 }),
  scale: number('scale', { least: 0.01, whole: false }),
  seed: number('seed', { least: 0 }),
};

/** What was asked for; undefined when it was the help. */
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
      profile: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help || (args.length === 0 && positionals.length === 0)) return undefined;
  const [name, ...rest] = positionals;
  const area = Object.hasOwn(areas, name ?? '') ? areas[name] : undefined;
  if (!area || rest.length > 0)
    throw new StepFailure(
      `"${positionals.join(' ')}" is no area: ${Object.keys(areas).join(', ')}. See npm run bench -- --help`,
    );
  const ids = values.only === undefined ? area.ids : values.only.split(',').map((id) => id.trim());
  const unknown = ids.filter((id) => !area.ids.includes(id));
  if (unknown.length > 0 || ids.length === 0)
    throw new StepFailure(`"${unknown.join(', ')}" is no measurement of ${name}: ${area.ids.join(', ')}.`);
  return {
    area: name,
    ids,
    json: values.json,
    profile: values.profile,
    ...Object.fromEntries(Object.entries(readers).map(([option, read]) => [option, read(values[option])])),
  };
}
