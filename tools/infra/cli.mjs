import { parseArgs } from 'node:util';
import { bringDown, bringUp } from './bring-up.mjs';
import { InfraError } from './infra-error.mjs';
import { lockHolder } from './lock.mjs';
import { isRunning } from './processes.mjs';
import { profileFolder } from './profile.mjs';
import { servers } from './servers.mjs';
import { readState } from './state.mjs';

const help = `Runs PostgreSQL, NATS with JetStream and Valkey/Redis for this clone. Installs no system packages.

  node tools/infra/cli.mjs up      start the servers and leave them running
  node tools/infra/cli.mjs down    stop the servers that this profile has started
  node tools/infra/cli.mjs status  show the running servers and their addresses

  --profile <name>  a profile has its own data, ports and servers, in .cordee/<name>  (default: dev)
  --fresh           up: delete the data first
  --fast            up: do not flush data to disk; a power cut can lose data
  --env             up: print only lines "export NAME=value", for: eval "$(node tools/infra/cli.mjs up --env)"

Each server comes from the first source that works:
  env       the address in DATABASE_ADMIN_URL, NATS_URL, REDIS_URL
  npm       PostgreSQL from the npm package, in the version of the lock file
  download  NATS and Valkey from Debian, unpacked into the user's cache folder
  path      a program on PATH with a supported version
  docker    docker compose, if a Docker engine runs

CORDEE_SERVERS limits or reorders the sources of all servers or of one server:
  CORDEE_SERVERS=path,docker   CORDEE_SERVERS=redis=none   CORDEE_SERVERS=npm,download,nats=docker+path
CORDEE_USER_NAMESPACE=off makes root run PostgreSQL as the user nobody.
`;

const options = {
  profile: { type: 'string', default: 'dev' },
  fresh: { type: 'boolean', default: false },
  fast: { type: 'boolean', default: false },
  env: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

const commands = { up, down, status };

async function up({ profile, fresh, fast, env }) {
  const { env: urlsByVariable, missing } = await bringUp({ profile, fresh, durable: !fast, keep: true, report });
  for (const [name, url] of Object.entries(urlsByVariable))
    console.log(`${env ? 'export ' : ''}${name}=${env ? `'${url}'` : url}`);
  if (missing.length > 0) process.exitCode = 1;
}

function report({ title, how, address, ms, reason }) {
  console.error(reason ?? `${title.padEnd(12)} ${address}  ${how}  ${(ms / 1000).toFixed(2)} s`);
}

async function down({ profile }) {
  const holder = lockHolder(profileFolder(profile), 'occupied');
  if (holder) throw new InfraError(`${holder.purpose} (process ${holder.pid}) is using these servers: stop it first.`);
  const stoppedNames = await bringDown({ profile });
  console.error(stoppedNames.length > 0 ? `stopped: ${stoppedNames.join(', ')}` : 'no server was running');
}

async function status({ profile }) {
  const { servers: recorded } = readState(profileFolder(profile));
  for (const { name, title, variable, probe } of servers) {
    const entry = recorded[name];
    const isUp = entry && (!entry.process || isRunning(entry.process)) && (await probe(entry.url)).isReady;
    console.log(
      isUp ? `${title.padEnd(12)} ${variable}=${entry.url}  ${entry.how}` : `${title.padEnd(12)} is not running`,
    );
  }
}

try {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const command = commands[positionals[0]];
  if (values.help || !command || positionals.length > 1) {
    console.log(help);
    process.exitCode = values.help ? 0 : 2;
  } else {
    await command(values);
  }
} catch (error) {
  if (!(error instanceof InfraError) && !error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
