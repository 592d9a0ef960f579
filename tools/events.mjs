import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { forbiddenUserError } from './events/broker.mjs';
import { UserError } from './events/user-error.mjs';

const help = `Reads the events of all services from the streams of NATS JetStream.

  npm run events -- tail                       show new events; Ctrl-C ends
    --filter billing | billing.invoice         only events of a service, or of an entity type
    --since 10m | 2h | 1d | 2026-01-31T09:00Z  start with the events that the broker has stored since then
    --json                                     one event per line as JSON (NDJSON), for scripts and for validate

  npm run events -- validate                   check all events on the streams
  npm run events -- validate FILE.ndjson | -   check a file or the standard input, one event per line
    --filter, --since                          check only a part of the streams, as for tail
    --partial                                  the file is an excerpt: the sequence of an entity may start anywhere
                                               and have gaps (implied by --filter and --since)
                                               Checks the envelope, the data against the contracts, and that the
                                               sequence of each entity has no gap and no duplicate. Prints a line
                                               per problem. The exit code is 1 if there is a problem.

  npm run events -- dead-letters               list the dead letters: events that a service could not handle
    --service search                           only those of a service; the following options need it
    --show ID                                  show one with the whole error
    --replay ID | --all                        run the reaction again; on success the dead letter is deleted
    --discard ID                               delete one without a reaction
    --json                                     print the list as NDJSON

  npm run events -- subscribe --durable warehouse --service billing
                                               create the durable consumer warehouse__billing of the tool "warehouse",
                                               and print the user of NATS that the tool needs. Needs the user operator.
                                               The broker of "npm start" gets the user at once. For further services,
                                               run it again: the user of the tool gets further permissions.
    --filter billing.invoice                   only the events of an entity type
    --from all | new | 1d | 2026-01-31T09:00Z  all stored events (default), only later ones, or those stored since then
    --replace                                  delete the consumer first: the tool reads everything again
  npm run events -- unsubscribe --durable warehouse --service billing
                                               delete the durable consumer. Needs the user operator.

  npm run events -- consumers                  list the durable consumers with the events that wait for them; a
    --json                                     number of redelivered events that remains shows a tool that fails.
                                               Needs the user operator.

NATS_URL is the address of the broker; the default is the broker of the running "npm start" (.cordee/local).
The commands need a build: "npm start" creates it.
`;

const options = {
  filter: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'boolean', default: false },
  partial: { type: 'boolean', default: false },
  service: { type: 'string' },
  show: { type: 'string' },
  replay: { type: 'string' },
  discard: { type: 'string' },
  durable: { type: 'string' },
  from: { type: 'string' },
  replace: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

/** The options of each command. The command is a module in the folder `events`. */
const commands = {
  tail: ['filter', 'since', 'json'],
  validate: ['filter', 'since', 'partial'],
  'dead-letters': ['service', 'show', 'replay', 'all', 'discard', 'json'],
  subscribe: ['durable', 'service', 'filter', 'from', 'replace'],
  unsubscribe: ['durable', 'service'],
  consumers: ['json'],
};

/**
 * A request about streams that the broker refuses times out: the broker maps its subject before it checks the
 * permission, so the client does not know to which request the refusal belongs.
 */
const REFUSALS = new Set(['AuthorizationError', 'PermissionViolationError', 'TimeoutError']);

// The reader can close the pipe, for example `head` in `npm run events -- tail | head`.
process.stdout.on('error', () => process.exit(0));

try {
  const {
    values,
    positionals: [name, ...commandArguments],
  } = parseArgs({ options, allowPositionals: true });
  if (values.help || !name) console.log(help);
  else if (!Object.hasOwn(commands, name))
    throw new UserError(`"${name}" is not a command: use ${Object.keys(commands).join(', ')}.`);
  else {
    const unknown = name === 'validate' ? commandArguments[1] : commandArguments[0];
    if (unknown !== undefined) throw new UserError(`${name} does not take "${unknown}". --help lists the options.`);
    const unused = Object.keys(values).find(
      (option) => values[option] !== options[option].default && !commands[name].includes(option),
    );
    if (unused) throw new UserError(`${name} does not take --${unused}. --help lists the options.`);
    const { run } = await import(`./events/${name}.mjs`);
    process.exitCode = await run(values, commandArguments);
  }
} catch (error) {
  if (error.code === 'ERR_MODULE_NOT_FOUND')
    console.error('The command needs a build: run "npm start" once, or "npx tsc -b".');
  else if (isRefusal(error) && forbiddenUserError()) console.error(forbiddenUserError().message);
  else if (error.name === 'AuthorizationError') console.error('NATS refuses the user or the password of NATS_URL.');
  else if (error instanceof UserError || error.name === 'BrokerRefusal' || error.code?.startsWith('ERR_PARSE_ARGS'))
    console.error(error.message);
  else throw error;
  process.exitCode = 2;
}

/** True when the broker does not know the user, or when the user may not use a subject. */
function isRefusal({ name, cause }) {
  return [name, cause?.name].some((each) => REFUSALS.has(each));
}
