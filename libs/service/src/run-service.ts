import type * as z from 'zod';
import { readConfig, type ServiceConfig } from './config.ts';
import { releaseStartupMemory } from './release-startup-memory.ts';
import { OpsServer } from './ops-server.ts';
import { ProcessContext } from './process-context.ts';
import type { ServiceDefinition } from './service-definition.ts';
import { ServiceHost } from './service-host.ts';
import { startOrExit } from './start-error.ts';
import { startTracing } from './start-tracing.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** Starts another server in the process of a service, for example the queue board. */
type StartCompanion<C extends typeof ServiceConfig> = (
  process: ProcessContext,
  config: z.output<C>,
) => Promise<{ stop(): Promise<void> } | undefined>;

/**
 * Runs one service as a process. The health endpoints start first, so that the platform can observe the start of the
 * service.
 */
export async function runService<C extends typeof ServiceConfig>(
  definition: ServiceDefinition<C>,
  environment: Readonly<Record<string, string | undefined>>,
  startCompanion: StartCompanion<C> = async () => undefined,
): Promise<void> {
  await startOrExit(() => startService(definition, environment, startCompanion));
}

async function startService<C extends typeof ServiceConfig>(
  definition: ServiceDefinition<C>,
  environment: Readonly<Record<string, string | undefined>>,
  startCompanion: StartCompanion<C>,
): Promise<void> {
  const config = readConfig(definition.config, environment);
  const stopTracing = startTracing(definition.name, config);
  const about = { service: definition.name, version: config.CORDEE_VERSION };
  let host: ServiceHost | undefined;
  let startStep = 'connecting to NATS';
  const ops = new OpsServer(about, {
    [definition.name]: async () => (host ? host.problem() : `starting: ${startStep}`),
  });
  await ops.start(config.HOST, config.OPS_PORT);
  const process = await ProcessContext.open(definition.name, config);
  ops.addMetrics(process.callMetrics);
  ops.addMetrics(process.consumerMetrics);
  ops.addMetrics(process.serviceMetrics);
  // Identity does not wait, because it stores the clock offset itself.
  startStep = 'waiting for the clock of identity';
  if (definition.name !== 'identity') await process.clock.waitForOffset();
  startStep = 'connecting to the database and to the streams';
  const startedHost = await ServiceHost.start(definition, environment, process);
  const companion = await startCompanion(process, config);
  releaseStartupMemory();
  host = startedHost;
  process.log.info({ opsPort: config.OPS_PORT }, `${definition.name} is ready`);
  stopOnSignal(process.log, {
    drainMs: config.DRAIN_MS,
    reportNotReady: () => ops.reportNotReady(),
    stop: async () => {
      await companion?.stop();
      await startedHost.stop();
      await process.close();
      await ops.stop();
      await stopTracing();
    },
  });
}
