// A replica of a service with an access cache: takes leases, checks in a loop and records when a check was allowed.
import { AccessCache } from '@cordee/access/access-cache';
import { EndedSessions } from '@cordee/access/ended-sessions';
import { subscribeAccessChanges } from '@cordee/access/subscribe-access-changes';
import { HeldLeases } from '@cordee/access/held-leases';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { handleRequests } from '../harness/handle-requests.mjs';

/** Pause between two checks. Eight replicas without a pause would only measure the scheduler. */
const PAUSE_MS = 1;
/** The maximum number of recorded checks. A replica makes far fewer checks while a right is revoked. */
const MAX_RECORDED_CHECKS = 100_000;

/** The limit of the access cache: more than an organization needs, so that the cache evicts nothing. */
const CACHE_BYTES = 1e9;

let bus;
let leases;
let cache;
let organizationId;
let question;
let isStopped = false;
const allowedAt = new BigInt64Array(MAX_RECORDED_CHECKS);
let allowedCount = 0;
let onFirstAllowed;

handleRequests({
  async start(input) {
    ({ organizationId } = input);
    bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'products' });
    const rpc = new RpcClient(bus, 'products');
    leases = new HeldLeases(randomUUID(), rpc);
    cache = new AccessCache(leases, rpc, CACHE_BYTES);
    await subscribeAccessChanges(
      bus,
      { service: rpc.service, processId: leases.processId },
      {
        access: cache,
        endedSessions: new EndedSessions(leases, rpc),
      },
    );
    leases.start();
    await cache.forOrganization(organizationId);
    void checkInLoop();
  },
  /** Changes the question that the loop checks. Resolves after the first allowed check. */
  async watch(newQuestion) {
    const { promise, resolve } = Promise.withResolvers();
    [allowedCount, onFirstAllowed, question] = [0, resolve, { resourceId: undefined, ...newQuestion }];
    await promise;
  },
  /**
   * Counts all allowed checks, and the allowed checks that started after the instant. The instant is a value of
   * `hrtime`, which is the same clock in all processes.
   */
  countAllowed: (instant) => ({
    all: allowedCount,
    late: allowedAt
      .subarray(0, Math.min(allowedCount, MAX_RECORDED_CHECKS))
      .reduce((sum, at) => (at > instant ? sum + 1 : sum), 0),
  }),
  async stop() {
    isStopped = true;
    await leases.stop();
    await bus.close();
  },
});

async function checkInLoop() {
  while (!isStopped) {
    // A missing or outdated snapshot is loaded first. The check starts when the snapshot is complete.
    const access = cache.peek(organizationId) ?? (await cache.forOrganization(organizationId).catch(() => undefined));
    const at = process.hrtime.bigint();
    if (question && access?.check({ ...question, at: new Date() })) {
      allowedAt[allowedCount % MAX_RECORDED_CHECKS] = at;
      allowedCount += 1;
      onFirstAllowed?.();
      onFirstAllowed = undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
