import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { atMost, judge, latency, none } from '../judge.mjs';
import { memoryGrowthDuring } from '../memory.mjs';
import { probeDuring } from '../probe.mjs';
import { rawGet } from '../raw-connections.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

const CONNECTIONS = 200;
/** The pipelined requests per connection. 100 requests exceed the limit of a connection, 10 do not. */
const REQUEST_COUNTS = [100, 10];
const DURATION_MS = 3_000;
const WARM_UP_MS = 500;

export const attack = {
  name: 'greedy-pipelining',
  shows: 'Connections with many pipelined requests that read nothing neither fill the memory nor delay other clients',
  isShort: true,
  env: unlimitedEnv,
  async run({ url, gatewayPid }) {
    const otherUrl = `${url}/v1/product-types`;
    await probeDuring(otherUrl, () => sleep(WARM_UP_MS));
    const before = await probeDuring(otherUrl, () => sleep(WARM_UP_MS));
    const { growth, result } = await memoryGrowthDuring(gatewayPid, () =>
      probeDuring(otherUrl, async () => {
        for (const count of REQUEST_COUNTS) {
          const bytes = rawGet('/openapi.json').repeat(count);
          const attacker = new Worker(new URL('../connections.worker.mjs', import.meta.url), {
            workerData: { url, options: { count: CONNECTIONS, bytes, reads: false } },
          });
          await sleep(DURATION_MS);
          await attacker.terminate();
        }
      }),
    );
    return judge(
      `${CONNECTIONS} connections with ${REQUEST_COUNTS.join(' and ')} requests each`,
      atMost('memory of the gateway grows by', growth, 150, 'MiB'),
      latency('p99 of another client', { before: before.p99, during: result.p99 }, 100),
      none('failed requests of another client', result.failures),
    );
  },
};
