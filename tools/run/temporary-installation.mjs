import { nextFree } from '../infra/ports.mjs';
import { serviceEnvironment } from './service-environment.mjs';
import { processNames, startServices } from './services.mjs';
import { setUpDatabases } from './set-up.mjs';

const firstPort = 3100;

/**
 * Starts the services on new databases and free ports, for a check. Returns `env`, the environment of the services,
 * `ports`, and `services`, `failed` and `stop` of `startServices`.
 */
export async function startTemporaryInstallation({ node, folder, logs, servers, isSeparate }) {
  const ports = await claimFreePorts(processNames(isSeparate));
  const env = {
    ...serviceEnvironment({ servers, ports }),
    LOG_LEVEL: 'warn',
    PUBLIC_URL: `http://127.0.0.1:${ports.gateway}`,
    SMTP_URL: `smtp://127.0.0.1:${ports.mailSmtp}`,
  };
  const run = { node, folder, logs, ports, isSeparate, env };
  const setUpResult = await setUpDatabases({ ...run, env: { ...env, CORDEE_FRESH: '1' } });
  return { ...(await startServices({ ...run, setUpResult })), ports, env: { ...env, ...setUpResult.env } };
}

async function claimFreePorts(names) {
  const claimed = new Set();
  const claim = async () => {
    const port = await nextFree(firstPort + claimed.size, claimed);
    claimed.add(port);
    return port;
  };
  const ports = {
    gateway: await claim(),
    mailPage: await claim(),
    mailSmtp: await claim(),
    queueBoard: await claim(),
    ops: {},
  };
  for (const name of names) ports.ops[name] = await claim();
  return ports;
}
