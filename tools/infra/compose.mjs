import path from 'node:path';
import crypto from 'node:crypto';
import { InfraError } from './infra-error.mjs';
import { cloneRoot } from './profile.mjs';
import { runProgram } from './run-program.mjs';

const composeFile = path.join(import.meta.dirname, 'servers.compose.yml');
const containerPorts = { postgres: 5432, nats: 4222, redis: 6379 };

/** Returns the name of the compose project. Each profile of a clone has its own project with its own data and ports. */
export function composeProject(profile) {
  return `cordee-${profile}-${crypto.createHash('sha256').update(cloneRoot).digest('hex').slice(0, 8)}`;
}

export async function startWithCompose(server, profile) {
  await requireEngine();
  const project = composeProject(profile);
  await compose(project, ['up', '--detach', '--wait', server]);
  const published = await compose(project, ['port', server, String(containerPorts[server])]);
  const port = Number(published.trim().split(':').at(-1));
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

const compose = (project, args) =>
  runProgram('docker', ['compose', '--project-name', project, '--file', composeFile, ...args], { timeoutMs: 600_000 });
