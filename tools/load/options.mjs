import { parseArgs } from 'node:util';
import { StepFailure } from '../run/step-failure.mjs';
import { parseOpsAddresses } from './ops/ops-addresses.mjs';
import { parseRamp } from './run/rate-plan.mjs';
import { scenarios } from './scenarios.mjs';
import { parseThreshold, thresholdExamples } from './thresholds.mjs';

const scenarioNames = Object.keys(scenarios).join(', ');
const scenarioList = Object.entries(scenarios)
  .map(([id, { title }]) => `  ${id.padEnd(13)} ${title}`)
  .join('\n');

export const help = `Sends requests to a running Cordée at a rate that does not depend on the answers (open loop).
Latency is measured from the planned instant of a request. The command creates its own accounts and data.
It needs only Node: no installation and no build.

  npm start                                        then, in a second terminal:
  npm run load -- reads                            20 requests/s for 30 s
  npm run load -- mixed --rate 200 --duration 60 --threshold 'p99<50' --threshold 'errors<0.1%'
  npm run load -- reads --find-knee --html report.html --ops 9100
  npm run load -- writes-many --ramp 50:400:50 --duration 10
  npm run load -- writes-one --rate 1000 --beside reads:50 --threshold 'beside.p99<100'
  npm run load -- access --url https://cordee.example --email staff@cordee.example --password '…' --mail http://…

Scenarios:
${scenarioList}

Where:
  --url URL             address of the gateway                                (default: http://127.0.0.1:3000)
  --mail URL            page of the caught mail, for the links to new accounts
                        (default: port 3025 of the host of --url); with "none", the account of --email owns all
                        organizations, without other people
  --email, --password   staff account; it imports the bank file that funds the organizations
                        (default: the staff account of npm start)
  --iban IBAN           account of the seller in this bank file     (default: the account of the demonstration)
  --ops LIST            metrics of the processes, separated by commas: URLs, name=URL, or ports on the host of
                        --url: --ops 9100 for npm start, --ops 9100-9107 for npm run start:services

Rate, in requests per second:
  --rate N              fixed rate                                            (default: 20)
  --ramp FROM:TO:STEP   one phase per rate
  --find-knee           raises the rate from --rate until the answers do not keep up, then runs --duration at 80 %
                        of the highest rate that was sustained (--knee-share 0.8)
  --knee-p99 MS         the knee is also passed when p99 is above this limit  (default: 500)
  --beside ID:RATE      second scenario at a constant rate, in other organizations; reported separately
  --duration S          seconds of each measured phase                        (default: 30; with --ramp 10)
  --warm-up S           seconds at the first rate that are not measured       (default: 5)
  --timeout S           a request without an answer this long after its planned instant is an error  (default: 10)
  --connections N       connections of a stream; when all are in use, further requests wait         (default: 2000)
  --seed N              seed of the random choices                            (default: 1)

Data per scenario; --beside creates its own data in the same amounts:
  --organizations N     organizations                        (default: 10; writes-one always has 1)
  --people N            people per organization, at most 100                  (default: 3; writes-one 10)
  --products N          ordered and paid products per organization            (default: 3)
  --teams N             teams per organization                                (default: 3)

Result:
  --threshold T         decides the exit code; can be repeated: ${thresholdExamples}
                        With --ramp and --find-knee, thresholds apply to the last phase.
  --html FILE           report with plots, one file without scripts
  --json FILE           all figures

Exit code: 0; 1 when a threshold is missed, no request succeeds or the data differs from the answers;
2 for a wrong option or a failed set-up. Ctrl-C ends the run early; the report is still written, and the exit code
is 1.
`;

const numberParser =
  (name, { minimum, maximum = Infinity, isWhole = false, unit = '' }) =>
  (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    const range = maximum === Infinity ? `from ${minimum}` : `from ${minimum} to ${maximum}`;
    if (!(value >= minimum && value <= maximum) || (isWhole && !Number.isInteger(value)))
      throw new StepFailure(`--${name} ${text}: must be a ${isWhole ? 'whole ' : ''}number${unit} ${range}.`);
    return value;
  };
const wholeNumberParser = (name, minimum, maximum) => numberParser(name, { minimum, maximum, isWhole: true });

const SECONDS = ' of seconds';

const parsers = {
  url: (text) => parseAddress('url', text),
  mail: (text) => (text === 'none' ? undefined : parseAddress('mail', text)),
  rate: numberParser('rate', { minimum: 0.1, maximum: 100_000 }),
  ramp: parseRamp,
  'knee-p99': numberParser('knee-p99', { minimum: 1 }),
  'knee-share': numberParser('knee-share', { minimum: 0.05, maximum: 1 }),
  beside: parseBeside,
  duration: numberParser('duration', { minimum: 1, maximum: 86_400, unit: SECONDS }),
  'warm-up': numberParser('warm-up', { minimum: 0, maximum: 3_600, unit: SECONDS }),
  timeout: numberParser('timeout', { minimum: 0.1, maximum: 600, unit: SECONDS }),
  connections: wholeNumberParser('connections', 1, 20_000),
  seed: wholeNumberParser('seed', 0),
  organizations: wholeNumberParser('organizations', 1, 10_000),
  people: wholeNumberParser('people', 1, 100),
  products: wholeNumberParser('products', 0, 100),
  teams: wholeNumberParser('teams', 0, 200),
};
const textOptions = ['email', 'password', 'iban', 'ops', 'html', 'json'];
const flagOptions = ['find-knee'];

/** Parses the arguments. Returns undefined when the caller shall print the help. */
export function readOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...Object.fromEntries([...Object.keys(parsers), ...textOptions].map((name) => [name, { type: 'string' }])),
      ...Object.fromEntries(flagOptions.map((name) => [name, { type: 'boolean', default: false }])),
      threshold: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const [scenario, ...unexpected] = positionals;
  if (scenario === undefined)
    throw new StepFailure(`The scenario is missing: use ${scenarioNames}. See npm run load -- --help`);
  if (!Object.hasOwn(scenarios, scenario) || unexpected.length > 0)
    throw new StepFailure(
      `"${positionals.join(' ')}" is not a scenario: use ${scenarioNames}. See npm run load -- --help`,
    );
  if (values.ramp !== undefined && (values.rate !== undefined || values['find-knee']))
    throw new StepFailure('--ramp cannot be combined with --rate or --find-knee: it names its own rates.');
  const parsed = Object.fromEntries(
    Object.entries(parsers).flatMap(([name, parse]) =>
      values[name] === undefined ? [] : [[camelCase(name), parse(values[name])]],
    ),
  );
  if (values.mail === 'none' && (parsed.people ?? 1) > 1)
    throw new StepFailure('--people: with --mail none nobody can be invited, so there is one person.');
  const url = parsed.url ?? 'http://127.0.0.1:3000';
  const thresholds = values.threshold.map(parseThreshold);
  for (const threshold of thresholds)
    requireMeasuredFigure(threshold, { main: scenario, beside: parsed.beside?.scenario });
  return {
    scenario,
    rate: 20,
    kneeP99: 500,
    kneeShare: 0.8,
    duration: parsed.ramp ? 10 : 30,
    warmUp: 5,
    timeout: 10,
    connections: 2_000,
    seed: 1,
    // The staff account and the bank account of the demonstration.
    email: values.email ?? 'staff@cordee.example',
    password: values.password ?? 'a rope, a harness and a helmet',
    iban: values.iban ?? 'CH4431999123000889012',
    mail: `${new URL(url).protocol}//${new URL(url).hostname}:3025`,
    ...parsed,
    ...(values.mail === 'none' ? { people: 1 } : {}),
    url,
    findKnee: values['find-knee'],
    thresholds,
    ops: values.ops === undefined ? [] : parseOpsAddresses(values.ops, url),
    html: values.html,
    json: values.json,
  };
}

const camelCase = (name) => name.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());

function parseAddress(name, text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new StepFailure(`--${name} ${text}: must be an address such as http://127.0.0.1:3000`);
  return text.replace(/\/+$/, '');
}

function parseBeside(text) {
  const [scenario, rate, ...unexpected] = text.split(':');
  if (!Object.hasOwn(scenarios, scenario) || !rate || unexpected.length > 0)
    throw new StepFailure(
      `--beside ${text}: must be a scenario and a rate, such as reads:50. Scenarios: ${scenarioNames}`,
    );
  return { scenario, rate: parsers.rate(rate) };
}

/** Throws when no request of the run can give the figure of a threshold, so that the command fails before the run. */
function requireMeasuredFigure({ text, stream, step }, scenarioOf) {
  const scenario = scenarioOf[stream];
  if (scenario === undefined) throw new StepFailure(`--threshold '${text}': the prefix "beside" needs --beside.`);
  const steps = Object.keys(scenarios[scenario].weights);
  if (step !== undefined && !steps.includes(step))
    throw new StepFailure(`--threshold '${text}': ${scenario} has no step "${step}": use ${steps.join(', ')}`);
}
