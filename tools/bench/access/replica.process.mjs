// Any service that answers from its copy: it holds leases and checks in a loop, and notes when it last said yes.
import { AccessCache } from '@cordee/access/access-cache';
import { EndedSessions } from '@cordee/access/ended-sessions';
import { subscribeAccessChanges } from '@cordee/access/subscribe-access-changes';
import { Leases } from '@cordee/access/leases';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { serveParent } from '../harness/serve-parent.mjs';

/** Between two checks: eight replicas that never rest would measure the scheduler of two cores. */
const REST_MS = 1;
/** The last answers, more than there are between a call and the look at them. */
const KEPT = 100_000;

let bus;
let leases;
let copy;
let organizationId;
let asked;
let isStopped = false;
const yes = new BigInt64Array(KEPT);
let count = 0;
let firstYes;

serveParent({
  async start(input) {
    ({ organizationId } = input);
    bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'products' });
    const rpc = new RpcClient(bus, 'products');
    leases = new Leases(randomUUID(), rpc);
    copy = new AccessCache(leases, rpc, 1e9);
    await subscribeAccessChanges(bus, leases.processId, {
      access: copy,
      endedSessions: new EndedSessions(leases, rpc),
    });
    leases.start();
    await copy.forOrganization(organizationId);
    void loop();
  },
  /** Asks about something else from now on; answers when the first yes has been said. */
  async watch(question) {
    const { promise, resolve } = Promise.withResolvers();
    [count, firstYes, asked] = [0, resolve, { resourceId: undefined, ...question }];
    await promise;
  },
  /** How often it has said yes, and how often to a check that began after the instant (of the clock that all processes of a machine share). */
  said: (instant) => ({
    all: count,
    late: yes.subarray(0, Math.min(count, KEPT)).reduce((sum, at) => (at > instant ? sum + 1 : sum), 0),
  }),
  async stop() {
    isStopped = true;
    await leases.stop();
    await bus.close();
  },
});

async function loop() {
  while (!isStopped) {
    // A copy that is behind, or has no lease, asks the owner first; the check itself begins when it has its facts.
    const access = copy.peek(organizationId) ?? (await copy.forOrganization(organizationId).catch(() => undefined));
    const at = process.hrtime.bigint();
    if (asked && access?.check({ ...asked, at: new Date() })) {
      yes[count % KEPT] = at;
      count += 1;
      firstYes?.();
      firstYes = undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
  }
}
