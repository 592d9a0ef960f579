import path from 'node:path';
import { claimFreePorts } from '../../run/ports.mjs';
import { serviceEnvironment } from '../../run/service-environment.mjs';
import { processNames, startServices } from '../../run/services.mjs';
import { setUpDatabases } from '../../run/set-up.mjs';
import { startChild } from '../harness/child.mjs';
import { cpuOf } from '../../measurement/cpu.mjs';
import { progress } from '../harness/progress.mjs';
import { createBenchStream } from './bench-stream.mjs';
import { signUpPeople } from './people.mjs';
import { createOrganizations } from './organizations.mjs';
import { waitUntilIdle } from './wait-until-idle.mjs';
import { cpuOfServers } from './servers.mjs';

/** The running services. Measurements that follow each other share the services. */
let runningInstallation;
let setUpResult;
let content;

/**
 * Returns the services of Cordée as `npm start` composes them, on the servers of the benchmark, with people and
 * organizations. `isSeparate` starts each service in its own process. With `isCounted`, the services reach PostgreSQL
 * through a proxy that counts round trips; the proxy takes time, so no rate is measured then. `isNew` starts new
 * processes after the content is loaded.
 */
export async function useInstallation(options, { isSeparate = false, isCounted = false, isNew = false } = {}) {
  const kind = JSON.stringify({ isSeparate, isCounted });
  if (runningInstallation?.kind === kind && !isNew) return runningInstallation;
  // Loading the content warms the processes up, so the content is loaded before the new processes start.
  if (isNew && !content) await useInstallation(options, { isSeparate });
  await stopInstallation();
  const { folder, logs } = options;
  const names = processNames(isSeparate);
  const ports = await claimFreePorts(names, 3400);
  const { DATABASE_ADMIN_URL, NATS_URL, REDIS_URL } = process.env;
  const env = {
    ...serviceEnvironment({ servers: { env: { DATABASE_ADMIN_URL, NATS_URL, REDIS_URL } }, ports }),
    PUBLIC_URL: `http://127.0.0.1:${ports.gateway}`,
    SMTP_URL: `smtp://127.0.0.1:${ports.mailSmtp}`,
    LOG_LEVEL: 'info',
    // The clients of a benchmark are few people with many requests.
    RATE_LIMIT_PER_MINUTE: '1000000000',
    ORGANIZATION_LIMIT_PER_MINUTE: '1000000000',
    SIGN_IN_LIMIT_PER_MINUTE: '1000000000',
    MAILS_PER_NETWORK: '1000000000',
    ORGANIZATIONS_PER_FOUNDER: '1000000',
    NEW_ORGANIZATIONS_PER_DAY: '1000000',
    TEAMS_PER_ORGANIZATION: '1000000',
    MAX_CONNECTIONS_PER_ADDRESS: '10000',
    ...(options.cpuProfileFolder
      ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${path.resolve(options.cpuProfileFolder)}` }
      : {}),
  };
  const run = { node: process.execPath, folder, logs, ports, isSeparate, env };
  if (!setUpResult) {
    progress('databases of all services');
    setUpResult = await setUpDatabases({ ...run, env: { ...env, NODE_OPTIONS: undefined, CORDEE_FRESH: '1' } });
    // The set-up of a new installation deletes all streams.
    await createBenchStream();
  }
  const proxy = isCounted ? await startProxy(options) : undefined;
  progress(`starting ${isSeparate ? 'each service in its own process' : 'all services in one process'}`);
  const { services, failed, stop } = await startServices({
    ...run,
    setUpResult: proxy ? withDatabasesAt(proxy.port, setUpResult) : setUpResult,
  });
  failed.catch((error) => progress(error.message));
  runningInstallation = {
    kind,
    url: env.PUBLIC_URL,
    proxy,
    services,
    cpu: () => cpuOfServices(services, folder),
    async stop() {
      await stop();
      await proxy?.stop();
    },
  };
  if (!content) {
    const people = await signUpPeople(env.PUBLIC_URL);
    content = { people, organizations: await createOrganizations(env.PUBLIC_URL, people, options) };
    await waitUntilIdle();
  }
  return Object.assign(runningInstallation, content);
}

/** Stops the services, if they run. */
export async function stopInstallation() {
  const installation = runningInstallation;
  runningInstallation = undefined;
  await installation?.stop();
}

/** Returns the CPU milliseconds of the processes of Cordée and of the servers. */
function cpuOfServices(services, folder) {
  const processes = services.filter(({ name }) => name !== 'mail-catcher').map(({ name, pid }) => [name, cpuOf(pid)]);
  return { ...Object.fromEntries(processes), ...cpuOfServers(folder) };
}

async function startProxy(options) {
  const child = await startChild(new URL('postgres-proxy.process.mjs', import.meta.url), {}, options);
  const { hostname, port } = new URL(process.env.DATABASE_ADMIN_URL);
  const listening = await child.ask('listen', { hostname, port: Number(port) });
  return { port: listening, take: () => child.ask('take'), stop: () => child.stop() };
}

/** Replaces the port in every database address of a set-up. */
function withDatabasesAt(port, { env, services }) {
  return {
    env: replacePorts(env, port),
    services: Object.fromEntries(
      Object.entries(services).map(([name, variables]) => [name, replacePorts(variables, port)]),
    ),
  };
}

function replacePorts(variables, port) {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      if (!name.endsWith('DATABASE_URL')) return [name, value];
      const url = new URL(value);
      url.port = String(port);
      return [name, url.href];
    }),
  );
}
