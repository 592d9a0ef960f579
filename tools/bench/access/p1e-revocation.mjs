import { endGrant } from '@cordee/contracts/teams/grant';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from '../harness/child.mjs';
import { atMost } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';
import { randomFrom } from '../harness/random.mjs';
import { latencies } from '../harness/statistics.mjs';
import { startTeams } from './teams-in-process.mjs';

const REPLICAS = 8;
const PER_ROUND = 40;
/** Replicas continue to check for this time after the call has returned; then their answers are counted. */
const AFTER_MS = 15;
const KILLS = 3;
const TIMEOUT_MS = 10_000;

/** P1e: a right is revoked while eight replicas answer from their access caches. */
export const revocation = {
  id: 'P1e',
  title: `revocation, from the call to its return, with ${REPLICAS} replicas that hold leases and check in a loop`,
  async open(options) {
    const running = await startTeams(options);
    const { organization, signer } = running;
    const { organizationId } = organization;
    const start = () => startChild(new URL('replica.process.mjs', import.meta.url), { organizationId }, options);
    const replicas = [];
    for (let count = 0; count < REPLICAS; count += 1) replicas.push(await start());
    const bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'gateway' });
    const rpc = new RpcClient(bus, 'gateway');
    const manager = organization.rows.people.people.find(({ role }) => role === 'administrator');
    const token = signer.sign(manager.accountId, randomFrom(options.seed).id('ses'));
    const grants = soleGrants(organization);
    const [durations, killDurations] = [[], []];
    let [allowedCount, lateCount] = [0, 0];

    /** Revokes one right and returns the duration of the call. */
    const revoke = async (active, kill) => {
      const { grantId, holder, object, right } = grants.pop();
      await Promise.all(
        active.map((replica) =>
          replica.ask('watch', { accountId: holder.accountId, productId: object.productId, right }),
        ),
      );
      await kill?.();
      const begin = performance.now();
      await rpc.call(
        endGrant,
        { organizationId, grantId },
        { for: { requestId: randomUUID(), token }, idempotencyKey: randomUUID(), timeoutMs: TIMEOUT_MS },
      );
      const [end, instant] = [performance.now(), process.hrtime.bigint()];
      await sleep(AFTER_MS);
      for (const answer of await Promise.all(
        active.filter((replica) => replicas.includes(replica)).map((replica) => replica.ask('countAllowed', instant)),
      )) {
        allowedCount += answer.all;
        lateCount += answer.late;
      }
      return end - begin;
    };
    const round = async () => {
      const before = await running.cpu();
      const ms = [];
      for (let count = 0; count < PER_ROUND; count += 1) ms.push(await revoke(replicas));
      const after = await running.cpu();
      durations.push(...ms);
      const all = ms.reduce((sum, each) => sum + each, 0);
      return {
        operations: PER_ROUND,
        ms: all,
        latency: latencies(ms),
        cpu: { teams: after.teams - before.teams, nats: after.nats - before.nats },
      };
    };
    const killReplicas = async () => {
      for (let count = 0; count < KILLS; count += 1) {
        progress(`P1e: kill ${count + 1} of ${KILLS}`);
        const victim = replicas.shift();
        killDurations.push(await revoke([...replicas, victim], () => victim.kill()));
        replicas.push(await start());
      }
      return {
        title: 'First revocation after a replica was killed (kill -9), ms:',
        columns: ['', ...killDurations.map((_, index) => `kill ${index + 1}`)],
        rows: [['call', ...killDurations]],
      };
    };
    const all = () => latencies(durations);
    return {
      unit: 'revocations/s',
      subjects: [{ name: 'endGrant, call to return', role: 'ours', run: round }],
      tables: [
        killReplicas,
        () => {
          const { p50, p95, p99, max } = all();
          return {
            title: `All ${durations.length} revocations, the warm-up round included, ms:`,
            columns: ['p50', 'p95', 'p99', 'max'],
            rows: [[p50, p95, p99, max]],
          };
        },
      ],
      goals: [
        atMost(100, 'p99 ≤ 100 ms', () => all().p99, 'ms'),
        atMost(0, 'no allowed check that started after the return', () => lateCount, 'answers'),
        atMost(3_100, 'a killed replica delays a call by 3 s at most', () => Math.max(...killDurations), 'ms'),
      ],
      notes: () => [
        `${allowedCount.toLocaleString('en')} checks were allowed; ${lateCount} started after the call returned.`,
      ],
      close: () => bus.close(),
    };
  },
};

/** Returns grants to a person on a product that are the only source of this right. */
function soleGrants({ rows: { people, grants, products } }) {
  const active = new Set(
    people.people
      .filter(({ isBlocked, role }) => !isBlocked && role === 'collaborator')
      .map(({ accountId }) => accountId),
  );
  const openProducts = new Map(
    products.products.filter(({ isBlocked }) => !isBlocked).map((product) => [product.productId, product]),
  );
  const teams = new Map(grants.teams.map((team) => [team.teamId, team]));
  const wider = { user: ['user', 'admin'] };
  const grantKeys = new Set(
    grants.grants.map(
      ({ holder, object, right }) =>
        `${holder.teamId ?? holder.accountId ?? ''} ${object.resourceId ?? object.productId ?? object.type} ${right}`,
    ),
  );
  const memberOf = new Map(people.people.map(({ accountId, memberId }) => [accountId, memberId]));
  const holdersOf = (accountId) => {
    const holders = new Set(['']);
    for (const membership of grants.memberships.filter((each) => each.memberId === memberOf.get(accountId)))
      for (let team = teams.get(membership.teamId); team; team = teams.get(team.parentId)) holders.add(team.teamId);
    return [...holders];
  };
  return grants.grants
    .filter(({ holder, object, right }) => {
      if (
        holder.kind !== 'account' ||
        object.kind !== 'product' ||
        !active.has(holder.accountId) ||
        !openProducts.has(object.productId)
      )
        return false;
      const [objects, rights] = [[object.productId, openProducts.get(object.productId).type], wider[right] ?? [right]];
      const others = [...holdersOf(holder.accountId), holder.accountId].flatMap((other) =>
        objects.flatMap((objectKey) => rights.map((each) => [other, objectKey, each])),
      );
      return others.filter(([other, objectKey, each]) => grantKeys.has(`${other} ${objectKey} ${each}`)).length === 1;
    })
    .slice(0, 2_000);
}
