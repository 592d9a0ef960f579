import './run/require-node.mjs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cloneRoot } from './infra/profile.mjs';
import { generate, GenerateError } from './new/generate.mjs';
import { Workspace } from './new/workspace.mjs';

const help = `Generates a new command, query, event, reaction or job that compiles, passes lint and has a spec.

  npm run new -- command  <service> <noun> <verb>   npm run new -- command billing document void
  npm run new -- query    <service> <noun> <verb>   npm run new -- query billing document summarize
  npm run new -- event    <service> <noun> <verb>   npm run new -- event billing document voided
  npm run new -- reaction <service> <noun> <verb>   npm run new -- reaction search document reindex --event orderPaid
  npm run new -- job      <service> <noun> <verb>   npm run new -- job billing document expire

  --permission <name>   command, query: adds a route for people who have this permission, for instance document:read
                        (docs/permissions.md). Without a permission only services can call the operation
  --event <name>        reaction: the event to consume (docs/events.md)

Names are in kebab-case: pro-forma. The verb of an event is a past participle. Existing code is not overwritten.
`;
const kinds = ['command', 'query', 'event', 'reaction', 'job'];
const options = {
  permission: { type: 'string' },
  event: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
};

try {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [kind, service, noun, verb] = positionals;
  if (values.help || positionals.length === 0) {
    console.log(help);
  } else {
    if (!kinds.includes(kind)) throw new GenerateError(`"${kind}" is not one of: ${kinds.join(', ')}`);
    if (positionals.length !== 4) throw new GenerateError(`${kind} needs a service, a noun and a verb`);
    for (const name of [service, noun, verb])
      if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw new GenerateError(`"${name}" is not in kebab-case`);
    const workspace = new Workspace(cloneRoot);
    generate(workspace, { kind, service, noun, verb, permission: values.permission, event: values.event });
    const files = workspace.write();
    const formatter = path.join(cloneRoot, 'node_modules/oxfmt/bin/oxfmt');
    for (let pass = 0; pass < 2; pass += 1)
      execFileSync(process.execPath, [formatter, ...files], { cwd: cloneRoot, stdio: 'ignore' });
    for (const file of files) console.log(`  ${file}`);
    console.log(
      '\nNext: fill in the contract and the action, extend the spec, then "npm run documents" and "npm test".',
    );
  }
} catch (error) {
  if (!(error instanceof GenerateError) && !error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(`${error.message}\n\nSee npm run new -- --help`);
  process.exitCode = 2;
}
