import type * as z from 'zod';
import { readConfig, type ServiceConfig } from './config.ts';
import { OpsServer } from './ops-server.ts';
import { ProcessContext } from './process-context.ts';
import type { ServiceDefinition } from './service-definition.ts';
import { ServiceHost } from './service-host.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** What else runs in the process of a service. */
type StartCompanion<C extends typeof ServiceConfig> = (
  parts: ProcessContext,
  config: z.output<C>,
) => Promise<{ stop(): Promise<void> } | undefined>;

/** Runs one service as a process of its own: health first, so that the platform sees it come up, then the doors. */
export async function runService<C extends typeof ServiceConfig>(
  definition: ServiceDefinition<C>,
  environment: Readonly<Record<string, string | undefined>>,
  startCompanion: StartCompanion<C> = async () => undefined,
): Promise<void> {
  const config = readConfig(definition.config, environment);
  let host: ServiceHost | undefined;
  const ops = new OpsServer({ [definition.name]: async () => (host ? host.problem() : 'starting') });
  await ops.start(config.HOST, config.OPS_PORT);
  const parts = await ProcessContext.open(definition.name, config);
  // Identity keeps the clock; it reads its own.
  if (definition.name !== 'identity') await parts.clock.caughtUp();
  host = await ServiceHost.start(definition, environment, parts);
  const other = await startCompanion(parts, config);
  parts.log.info({ opsPort: config.OPS_PORT }, `${definition.name} is ready`);
  stopOnSignal(parts.log, async () => {
    ops.announceStop();
    await other?.stop();
    await host.stop();
    await parts.close();
    await ops.stop();
  });
}
