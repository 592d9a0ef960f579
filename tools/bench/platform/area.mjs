import { createBenchStream } from './bench-stream.mjs';
import { stopInstallation } from './installation.mjs';
import { transport } from './p2a-transport.mjs';
import { gatewayChain } from './p2b-gateway-chain.mjs';
import { durablePublish } from './p2c-durable-publish.mjs';
import { consumption } from './p2d-consume.mjs';
import { effectLatency } from './p2e-effect-latency.mjs';
import { hotReadsMeasurement } from './p2f-hot-reads.mjs';
import { hotWritesMeasurement } from './p2g-hot-writes.mjs';
import { roundTripsMeasurement } from './p2h-round-trips.mjs';
import { rowLevelSecurityMeasurement } from './p2i-row-level-security.mjs';
import { relay } from './p6a-relay.mjs';
import { cpuTime } from './p7-cpu.mjs';
import { memory } from './p9-memory.mjs';

/** The measurements in the order of the run. Measurements that use the same processes follow each other. */
export const measurements = [
  transport,
  durablePublish,
  consumption,
  effectLatency,
  relay,
  memory,
  gatewayChain,
  cpuTime,
  roundTripsMeasurement,
  hotReadsMeasurement,
  hotWritesMeasurement,
  rowLevelSecurityMeasurement,
];

export const open = createBenchStream;
export const close = stopInstallation;
