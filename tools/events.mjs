import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { Complaint } from './events/user-error.mjs';

const help = `Events: what every service reports, on the streams of NATS JetStream.

  npm run events -- tail                       follow what is reported from now on; Ctrl-C ends
    --filter billing | billing.invoice         of one service, or one kind of entity
    --since 10m | 2h | 1d | 2026-01-31T09:00Z  begin there, by the time at which the broker stored it
    --json                                     one event per line as JSON (NDJSON), for scripts and for validate

  npm run events -- validate                   check everything that is on the streams
  npm run events -- validate FILE.ndjson | -   check a file, or the standard input; one event per line
    --filter, --since                          only a part of the streams
    --partial                                  the file is an excerpt: the facts of an entity may begin anywhere and leave some out
                                               (--filter and --since mean that too)
                                               Envelope, data against the contracts, and per entity a sequence without gap or double.
                                               Exit code 1 and a line per problem when something is wrong.

  npm run events -- replay --service billing   list the dead letters of a service: facts its reactions could not take
    --id N | --all                             run the reaction again, now: it is gone when that succeeds, and stays when not
    --json                                     the list as NDJSON

NATS_URL says where the broker is; without it, that of the running "npm start" is used (.cordee/local). Needs a build ("npm start" makes one).
`;

const options = {
  filter: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'boolean', default: false },
  partial: { type: 'boolean', default: false },
  service: { type: 'string' },
  id: { type: 'string' },
  all: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

const commands = { tail: './events/tail.mjs', validate: './events/validate.mjs', replay: './events/replay.mjs' };

// Whoever reads us may stop reading: `… | head`.
process.stdout.on('error', () => process.exit(0));

try {
  const {
    values,
    positionals: [name, ...rest],
  } = parseArgs({ options, allowPositionals: true });
  if (values.help || !name) console.log(help);
  else if (!Object.hasOwn(commands, name)) throw new Complaint(`"${name}" is no command: tail, validate or replay.`);
  else {
    const { run } = await import(commands[name]);
    process.exitCode = await run(values, rest);
  }
} catch (error) {
  if (error.code === 'ERR_MODULE_NOT_FOUND')
    console.error('This needs a build: run "npm start" once, or "npx tsc -b".');
  else if (error instanceof Complaint || error.code?.startsWith('ERR_PARSE_ARGS')) console.error(error.message);
  else throw error;
  process.exitCode = 2;
}
