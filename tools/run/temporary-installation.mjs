import { claimFreePorts } from './ports.mjs';
import { serviceEnvironment } from './service-environment.mjs';
import { processNames, startServices } from './services.mjs';
import { setUpDatabases } from './set-up.mjs';

/**
 * Starts the services on new databases and free ports, for checks, attacks and scenarios. Returns the result of
 * `startServices`, and also `ports` and `env`, the environment of the services. `environmentOverrides` replaces
 * variables of that environment.
 */
export async function startTemporaryInstallation({
  node,
  folder,
  logs,
  servers,
  isSeparate,
  environmentOverrides,
  firstPort,
}) {
  const ports = await claimFreePorts(processNames(isSeparate), firstPort);
  const env = {
    ...serviceEnvironment({ servers, ports }),
    LOG_LEVEL: 'warn',
    PUBLIC_URL: `http://127.0.0.1:${ports.gateway}`,
    SMTP_URL: `smtp://127.0.0.1:${ports.mailSmtp}`,
    ...environmentOverrides,
  };
  const run = { node, folder, logs, ports, isSeparate, env };
  const setUpResult = await setUpDatabases({ ...run, env: { ...env, CORDEE_FRESH: '1' } });
  return { ...(await startServices({ ...run, setUpResult })), ports, env: { ...env, ...setUpResult.env } };
}
