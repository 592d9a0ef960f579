import { endGrant } from '@cordee/contracts/teams/grant';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from '../harness/child.mjs';
import { atMost } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';
import { randomWithIds } from '../harness/random-ids.mjs';
import { latencies } from '../../measurement/statistics.mjs';
import { startTeams } from './start-teams.mjs';

const REPLICAS = 8;
const REVOCATIONS_PER_ROUND = 40;
/** After the call has returned, the replicas continue to check for this time. Then their allowed checks are counted. */
const AFTER_MS = 15;
const KILLS = 3;
const TIMEOUT_MS = 10_000;
/** The maximum number of grants that can be revoked. Each revocation uses one grant. */
const MAX_GRANTS = 2_000;

/** P1e: measures the revocation of a right while eight replicas answer from their access caches. */
export const revocation = {
  id: 'P1e',
  title: `revocation, from the call to its return, while ${REPLICAS} replicas with leases check in a loop`,
  async open(options) {
    const teams = await startTeams(options);
    const { organization, signer } = teams;
    const { organizationId } = organization;
    const startReplica = () => startChild(new URL('replica.process.mjs', import.meta.url), { organizationId }, options);
    const replicas = [];
    for (let count = 0; count < REPLICAS; count += 1) replicas.push(await startReplica());
    const bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'gateway' });
    const rpc = new RpcClient(bus, 'gateway');
    const manager = organization.rows.people.people.find(({ role }) => role === 'administrator');
    const token = signer.sign(manager.accountId, randomWithIds(options.seed).id('ses'));
    const grants = soleGrants(organization);
    const [durations, killDurations] = [[], []];
    let [allowedCount, lateCount] = [0, 0];

    /**
     * Revokes a right while the watching replicas check this right. `kill` runs just before the call. Returns the
     * duration of the call.
     */
    const revoke = async (watchers, kill) => {
      const { grantId, holder, object, right } = grants.pop();
      await Promise.all(
        watchers.map((replica) =>
          replica.ask('watch', { accountId: holder.accountId, productId: object.productId, right }),
        ),
      );
      await kill?.();
      const start = performance.now();
      await rpc.call(
        endGrant,
        { organizationId, grantId },
        { causedBy: { requestId: randomUUID(), token }, idempotencyKey: randomUUID(), timeoutMs: TIMEOUT_MS },
      );
      const [end, returnedAt] = [performance.now(), process.hrtime.bigint()];
      await sleep(AFTER_MS);
      for (const answer of await Promise.all(
        watchers
          .filter((replica) => replicas.includes(replica))
          .map((replica) => replica.ask('countAllowed', returnedAt)),
      )) {
        allowedCount += answer.all;
        lateCount += answer.late;
      }
      return end - start;
    };
    const runRound = async () => {
      const cpuBefore = await teams.cpu();
      const roundDurations = [];
      for (let count = 0; count < REVOCATIONS_PER_ROUND; count += 1) roundDurations.push(await revoke(replicas));
      const cpuAfter = await teams.cpu();
      durations.push(...roundDurations);
      return {
        operations: REVOCATIONS_PER_ROUND,
        ms: roundDurations.reduce((sum, duration) => sum + duration, 0),
        latency: latencies(roundDurations),
        cpu: { teams: cpuAfter.teams - cpuBefore.teams, nats: cpuAfter.nats - cpuBefore.nats },
      };
    };
    const killReplicas = async () => {
      for (let count = 0; count < KILLS; count += 1) {
        progress(`P1e: kill ${count + 1} of ${KILLS}`);
        const victim = replicas.shift();
        killDurations.push(await revoke([...replicas, victim], () => victim.kill()));
        replicas.push(await startReplica());
      }
      return {
        title: 'First revocation after a replica was killed (kill -9), ms:',
        columns: ['', ...killDurations.map((_, index) => `kill ${index + 1}`)],
        rows: [['call', ...killDurations]],
      };
    };
    const allLatencies = () => latencies(durations);
    return {
      unit: 'revocations/s',
      subjects: [{ name: 'endGrant, call to return', role: 'ours', run: runRound }],
      tables: [
        killReplicas,
        () => {
          const { p50, p95, p99, max } = allLatencies();
          return {
            title: `All ${durations.length} revocations, the warm-up round included, ms:`,
            columns: ['p50', 'p95', 'p99', 'max'],
            rows: [[p50, p95, p99, max]],
          };
        },
      ],
      goals: [
        atMost(50, 'p99 ≤ 50 ms', () => allLatencies().p99, 'ms'),
        atMost(0, 'no check that started after the return is allowed', () => lateCount, 'answers'),
        atMost(1_500, 'after a replica was killed, a call takes 1.5 s at most', () => Math.max(...killDurations), 'ms'),
      ],
      notes: () => [
        `${allowedCount.toLocaleString('en')} checks were allowed; ` +
          `${lateCount} of them started after the call had returned.`,
      ],
      close: () => bus.close(),
    };
  },
};

/** Returns grants of a right on a product to a person. No other grant gives the person this right on the product. */
function soleGrants({ rows: { people, grants, products } }) {
  const activeIds = new Set(
    people.people
      .filter(({ isBlocked, role }) => !isBlocked && role === 'collaborator')
      .map(({ accountId }) => accountId),
  );
  const openProducts = new Map(
    products.products.filter(({ isBlocked }) => !isBlocked).map((product) => [product.productId, product]),
  );
  const teams = new Map(grants.teams.map((team) => [team.teamId, team]));
  /** The rights that include a right: the right and the wider rights. */
  const sufficientRights = { user: ['user', 'admin'] };
  const grantKeys = new Set(
    grants.grants.map(
      ({ holder, object, right }) =>
        `${holder.teamId ?? holder.accountId ?? ''} ${object.resourceId ?? object.productId ?? object.type} ${right}`,
    ),
  );
  const memberOf = new Map(people.people.map(({ accountId, memberId }) => [accountId, memberId]));
  const holdersOf = (accountId) => {
    // The empty key is the whole organization.
    const holders = new Set(['']);
    for (const membership of grants.memberships.filter(({ memberId }) => memberId === memberOf.get(accountId)))
      for (let team = teams.get(membership.teamId); team; team = teams.get(team.parentId)) holders.add(team.teamId);
    return [...holders];
  };
  return grants.grants
    .filter(({ holder, object, right }) => {
      if (
        holder.kind !== 'account' ||
        object.kind !== 'product' ||
        !activeIds.has(holder.accountId) ||
        !openProducts.has(object.productId)
      )
        return false;
      const objectKeys = [object.productId, openProducts.get(object.productId).type];
      const rights = sufficientRights[right] ?? [right];
      const holderKeys = [...holdersOf(holder.accountId), holder.accountId];
      const sufficientKeys = holderKeys.flatMap((holderKey) =>
        objectKeys.flatMap((objectKey) =>
          rights.map((sufficientRight) => `${holderKey} ${objectKey} ${sufficientRight}`),
        ),
      );
      return sufficientKeys.filter((key) => grantKeys.has(key)).length === 1;
    })
    .slice(0, MAX_GRANTS);
}
