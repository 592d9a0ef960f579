// Checks in organizations that are not in the access cache: the cache keeps only the organization in use.
import { AccessCache } from '@cordee/access/access-cache';
import { EndedSessions } from '@cordee/access/ended-sessions';
import { HeldLeases } from '@cordee/access/held-leases';
import { subscribeAccessChanges } from '@cordee/access/subscribe-access-changes';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { handleRequests } from '../harness/handle-requests.mjs';

let bus;
let leases;
let cache;
let organizations;
let nextIndex = 0;

handleRequests({
  /** `organizations` are lists of `{ organizationId, questions }`, by name. A question has the expected answer. */
  async start(input) {
    ({ organizations } = input);
    bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'billing' });
    const rpc = new RpcClient(bus, 'billing');
    leases = new HeldLeases(randomUUID(), rpc);
    cache = new AccessCache(leases, rpc, 0);
    await subscribeAccessChanges(
      bus,
      { service: rpc.service, processId: leases.processId },
      { access: cache, endedSessions: new EndedSessions(leases, rpc) },
    );
    leases.start();
  },
  measureFirstAndSecondChecks,
  /** Throws when an answer differs from the expected answer. Returns the number of allowed questions. */
  async compareAnswers(name) {
    let allowedCount = 0;
    for (const { organizationId, questions } of organizations[name]) {
      const access = await cache.forOrganization(organizationId);
      for (const { isAllowed, ...question } of questions) {
        if (access.check(question) !== isAllowed)
          throw new Error(`Cordée answers ${!isAllowed} in ${organizationId}: ${JSON.stringify(question)}`);
        if (isAllowed) allowedCount += 1;
      }
    }
    return allowedCount;
  },
  async stop() {
    await leases?.stop();
    await bus?.close();
  },
});

/**
 * Checks twice in each of the next organizations. Returns the durations of the first checks, which load the
 * organization, and of the second checks, in milliseconds.
 */
async function measureFirstAndSecondChecks({ name, count }) {
  const [first, second] = [[], []];
  for (let index = 0; index < count; index += 1) {
    const { organizationId, questions } = organizations[name][(nextIndex += 1) % organizations[name].length];
    if (cache.peek(organizationId)) throw new Error('the organization is in the cache');
    first.push(await measureCheck(organizationId, questions[0]));
    second.push(await measureCheck(organizationId, questions[1]));
  }
  return { first, second };
}

async function measureCheck(organizationId, question) {
  const start = performance.now();
  const access = await cache.forOrganization(organizationId);
  access.check(question);
  return performance.now() - start;
}
