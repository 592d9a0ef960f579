// Stands for a service with an access cache: it holds leases, checks in a loop and records when a check was allowed.
import { AccessCache } from '@cordee/access/access-cache';
import { EndedSessions } from '@cordee/access/ended-sessions';
import { subscribeAccessChanges } from '@cordee/access/subscribe-access-changes';
import { Leases } from '@cordee/access/leases';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { handleRequests } from '../harness/handle-requests.mjs';

/** Pause between two checks. Eight replicas without a pause would only measure the scheduler. */
const PAUSE_MS = 1;
/** Number of recorded answers, more than there are between a call and their count. */
const MAX_RECORDED = 100_000;

let bus;
let leases;
let cache;
let organizationId;
let question;
let isStopped = false;
const allowedAt = new BigInt64Array(MAX_RECORDED);
let count = 0;
let onFirstAllowed;

handleRequests({
  async start(input) {
    ({ organizationId } = input);
    bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'products' });
    const rpc = new RpcClient(bus, 'products');
    leases = new Leases(randomUUID(), rpc);
    cache = new AccessCache(leases, rpc, 1e9);
    await subscribeAccessChanges(bus, leases.processId, {
      access: cache,
      endedSessions: new EndedSessions(leases, rpc),
    });
    leases.start();
    await cache.forOrganization(organizationId);
    void loop();
  },
  /** Changes the question of the loop; resolves after the first allowed check. */
  async watch(newQuestion) {
    const { promise, resolve } = Promise.withResolvers();
    [count, onFirstAllowed, question] = [0, resolve, { resourceId: undefined, ...newQuestion }];
    await promise;
  },
  /** Counts the allowed checks, and those that started after the instant (`hrtime`, shared by all processes). */
  countAllowed: (instant) => ({
    all: count,
    late: allowedAt.subarray(0, Math.min(count, MAX_RECORDED)).reduce((sum, at) => (at > instant ? sum + 1 : sum), 0),
  }),
  async stop() {
    isStopped = true;
    await leases.stop();
    await bus.close();
  },
});

async function loop() {
  while (!isStopped) {
    // A missing or outdated snapshot is loaded first; the check starts when it is complete.
    const access = cache.peek(organizationId) ?? (await cache.forOrganization(organizationId).catch(() => undefined));
    const at = process.hrtime.bigint();
    if (question && access?.check({ ...question, at: new Date() })) {
      allowedAt[count % MAX_RECORDED] = at;
      count += 1;
      onFirstAllowed?.();
      onFirstAllowed = undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
