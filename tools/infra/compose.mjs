import path from 'node:path';
import crypto from 'node:crypto';
import { InfraError } from './infra-error.mjs';
import { cloneRoot } from './profile.mjs';
import { runProgram } from './run-program.mjs';
import { natsUsersWithPasswords } from './secrets.mjs';

const composeFile = path.join(import.meta.dirname, 'servers.compose.yml');
/** Commands that start no server do not use the passwords. */
const noSecrets = { postgres: '-', redis: '-', nats: {} };
const containerPorts = { postgres: 5432, nats: 4222, redis: 6379 };

/** Returns the name of the compose project. Each profile of a clone has its own project with its own data and ports. */
export function composeProject(profile) {
  return `cordee-${profile}-${crypto.createHash('sha256').update(cloneRoot).digest('hex').slice(0, 8)}`;
}

export async function startWithCompose(server, profile, secrets) {
  await requireEngine();
  const project = composeProject(profile);
  await compose(project, ['up', '--detach', '--wait', server], composeSecrets(secrets));
  const publishedAddress = await compose(project, ['port', server, String(containerPorts[server])]);
  const port = Number(publishedAddress.trim().split(':').at(-1));
  if (!port) throw new InfraError(`docker compose publishes no port for ${server}`);
  return { project, port };
}

export const stopWithCompose = (project, server) => compose(project, ['stop', server]);

/** Deletes the containers of a project with their data. */
export const clearCompose = (project) => compose(project, ['down', '--volumes']);

async function requireEngine() {
  try {
    const version = await runProgram('docker', ['info', '--format', '{{.ServerVersion}}'], { timeoutMs: 10_000 });
    if (version.trim() === '') throw new Error('no server');
    await runProgram('docker', ['compose', 'version'], { timeoutMs: 10_000 });
  } catch {
    throw new InfraError('no docker engine with compose is running');
  }
}

/** Returns the variables of servers.compose.yml. */
const composeSecrets = (secrets) => ({
  POSTGRES_PASSWORD: secrets.postgres,
  VALKEY_PASSWORD: secrets.redis,
  NATS_USERS: natsUsersWithPasswords(secrets),
});

const compose = (project, args, variables = composeSecrets(noSecrets)) =>
  runProgram('docker', ['compose', '--project-name', project, '--file', composeFile, ...args], {
    timeoutMs: 600_000,
    env: { ...process.env, ...variables },
  });
