import { readConfig } from './config.ts';
import { OpsServer } from './ops-server.ts';
import { ProcessParts } from './process-parts.ts';
import type { ServiceDefinition } from './service-definition.ts';
import { ServiceHost } from './service-host.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** Runs one service as a process of its own: health first, so that the platform sees it come up, then the doors. */
export async function runService(definition: ServiceDefinition, environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const config = readConfig(definition.config, environment);
  let host: ServiceHost | undefined;
  const ops = new OpsServer({ [definition.name]: async () => (host ? host.problem() : 'starting') });
  await ops.start(config.HOST, config.OPS_PORT);
  const parts = await ProcessParts.open(definition.name, config);
  // Identity keeps the clock; it reads its own.
  if (definition.name !== 'identity') await parts.clock.caughtUp();
  host = await ServiceHost.start(definition, environment, parts);
  parts.log.info({ opsPort: config.OPS_PORT }, `${definition.name} is ready`);
  stopOnSignal(parts.log, async () => {
    ops.announceStop();
    await host.stop();
    await parts.close();
    await ops.stop();
  });
}
