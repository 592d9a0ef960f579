import { readConfig } from '@cordee/service/config';
import { releaseStartupMemory } from '@cordee/service/release-startup-memory';
import { OpsServer } from '@cordee/service/ops-server';
import { ProcessContext } from '@cordee/service/process-context';
import { startOrExit } from '@cordee/service/start-error';
import { startTracing } from '@cordee/service/start-tracing';
import { stopOnSignal } from '@cordee/service/stop-on-signal';
import { environment, GatewayConfig } from './config.ts';
import { startGateway, type Gateway } from './gateway.ts';

await startOrExit(async () => {
  const config = readConfig(GatewayConfig, environment);
  const stopTracing = startTracing('gateway', config);
  let gateway: Gateway | undefined;
  let startStep = 'connecting to NATS';
  const about = { service: 'gateway', version: config.CORDEE_VERSION };
  const ops = new OpsServer(about, { gateway: async () => (gateway ? gateway.problem() : `starting: ${startStep}`) });
  await ops.start(config.HOST, config.OPS_PORT);
  const processContext = await ProcessContext.open('gateway', config);
  startStep = 'waiting for the clock of identity';
  await processContext.clock.waitForOffset();
  startStep = 'opening its port';
  const startedGateway = await startGateway(environment, processContext);
  releaseStartupMemory();
  gateway = startedGateway;
  ops.addMetrics(startedGateway.metrics);
  stopOnSignal(processContext.log, {
    drainMs: config.DRAIN_MS,
    reportNotReady: () => {
      ops.reportNotReady();
      startedGateway.reportNotReady();
    },
    stop: async () => {
      await startedGateway.stop();
      await processContext.close();
      await ops.stop();
      await stopTracing();
    },
  });
});
