import { startGateway, type Gateway } from '@cordee/gateway/gateway';
import { releaseStartupMemory } from '@cordee/service/release-startup-memory';
import { OpsServer } from '@cordee/service/ops-server';
import { ProcessContext } from '@cordee/service/process-context';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { startQueueBoard } from '@cordee/service/queue-board';
import { ServiceHost } from '@cordee/service/service-host';
import { startOrExit } from '@cordee/service/start-error';
import { startStreamKeeper } from '@cordee/service/start-stream-keeper';
import { startTracing } from '@cordee/service/start-tracing';
import { stopOnSignal } from '@cordee/service/stop-on-signal';
import { environment } from './config.ts';
import { readAllConfigs } from './read-all-configs.ts';
import { environmentOf, services } from './services.ts';

/**
 * Runs every service and the gateway in one process, on NATS if NATS is configured, otherwise on the embedded bus. The
 * parts that the services share use the connection of the gateway.
 */
await startOrExit(async () => {
  const config = readAllConfigs(environment);
  const stopTracing = startTracing('all-in-one', config);
  const processContext = await ProcessContext.open('gateway', config);
  const streamKeeper = await startStreamKeeper(config);
  const hosts: ServiceHost[] = [];
  /** Reports each service as not ready until it has started and has no problem. */
  const ops = new OpsServer(
    { service: 'all-in-one', version: config.CORDEE_VERSION },
    Object.fromEntries(
      services.map(({ name }) => [
        name,
        async () =>
          hosts.find((host) => host.name === name)?.problem() ??
          (hosts.some((host) => host.name === name) ? undefined : 'starting'),
      ]),
    ),
  );
  await ops.start(config.HOST, config.OPS_PORT);
  ops.addMetrics(processContext.callMetrics);
  ops.addMetrics(processContext.consumerMetrics);
  ops.addMetrics(processContext.serviceMetrics);
  const start = (service: ServiceDefinition): Promise<ServiceHost> =>
    ServiceHost.start(service, environmentOf(service.name, environment), processContext);
  // The embedded bus delivers no event until all services have started.
  await processContext.startTogether(async () => {
    // Identity stores the clock offset (movable time). It starts first, because the other services load the offset.
    const [identity, ...otherServices] = services;
    hosts.push(await start(identity!));
    await processContext.clock.waitForOffset();
    hosts.push(...(await Promise.all(otherServices.map(start))));
  });
  const gateway: Gateway = await startGateway(environment, processContext, () => ops.problems());
  ops.addMetrics(gateway.metrics);
  const board = await startQueueBoard(processContext, {
    host: config.HOST,
    port: config.QUEUE_BOARD_PORT,
    services: hosts.filter(({ hasQueue }) => hasQueue).map(({ name }) => name),
    settings: config,
    address: { redisUrl: config.REDIS_URL, databaseUrl: config.JOBS_DATABASE_URL, prefix: config.QUEUE_PREFIX },
  });
  releaseStartupMemory();
  stopOnSignal(processContext.log, {
    drainMs: config.DRAIN_MS,
    reportNotReady: () => {
      ops.reportNotReady();
      gateway.reportNotReady();
    },
    stop: async () => {
      await board.stop();
      await gateway.stop();
      await Promise.all(hosts.map((host) => host.stop()));
      await streamKeeper?.stop();
      await processContext.close();
      await ops.stop();
      await stopTracing();
    },
  });
});
