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
/** Replicas go on checking for so long after the call has returned, before they are asked what they said. */
const AFTER_MS = 15;
const KILLS = 3;
const TIMEOUT_MS = 10_000;

/** P1e: a right is taken back while eight replicas answer from their copies. */
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
    const [taken, killed] = [[], []];
    let [said, late] = [0, 0];

    /** One right is taken back; how long the call took. */
    const revoke = async (living, kill) => {
      const { grantId, holder, object, right } = grants.pop();
      await Promise.all(
        living.map((replica) =>
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
        living.filter((replica) => replicas.includes(replica)).map((replica) => replica.ask('said', instant)),
      )) {
        said += answer.all;
        late += answer.late;
      }
      return end - begin;
    };
    const round = async () => {
      const before = await running.cpu();
      const ms = [];
      for (let count = 0; count < PER_ROUND; count += 1) ms.push(await revoke(replicas));
      const after = await running.cpu();
      taken.push(...ms);
      const all = ms.reduce((sum, each) => sum + each, 0);
      return {
        operations: PER_ROUND,
        ms: all,
        latency: latencies(ms),
        cpu: { teams: after.teams - before.teams, nats: after.nats - before.nats },
      };
    };
    const killing = async () => {
      for (let count = 0; count < KILLS; count += 1) {
        progress(`P1e: kill ${count + 1} of ${KILLS}`);
        const victim = replicas.shift();
        killed.push(await revoke([...replicas, victim], () => victim.kill()));
        replicas.push(await start());
      }
      return {
        title: `One replica is killed (kill -9) just before; the first revocation after that, ms:`,
        columns: ['', ...killed.map((_, place) => `kill ${place + 1}`)],
        rows: [['call', ...killed]],
      };
    };
    const all = () => latencies(taken);
    return {
      unit: 'revocations/s',
      subjects: [{ name: 'endGrant, call to return', role: 'ours', run: round }],
      tables: [
        killing,
        () => {
          const { p50, p95, p99, max } = all();
          return {
            title: `All ${taken.length} revocations, the warm-up round included, ms:`,
            columns: ['p50', 'p95', 'p99', 'max'],
            rows: [[p50, p95, p99, max]],
          };
        },
      ],
      goals: [
        atMost(100, 'p99 ≤ 100 ms', () => all().p99, 'ms'),
        atMost(0, 'no yes to a check that began after the return', () => late, 'answers'),
        atMost(3_100, 'a killed replica is waited for 3 s at most', () => Math.max(...killed), 'ms'),
      ],
      notes: () => [
        `${said.toLocaleString('en')} times yes before and after the returns, ${late} of them to checks that began after.`,
      ],
      close: () => bus.close(),
    };
  },
};

/** Grants given to a person on a product, without which the person has not got the right. */
function soleGrants({ rows: { people, grants, products } }) {
  const living = new Set(
    people.people
      .filter(({ isBlocked, role }) => !isBlocked && role === 'collaborator')
      .map(({ accountId }) => accountId),
  );
  const open = new Map(
    products.products.filter(({ isBlocked }) => !isBlocked).map((product) => [product.productId, product]),
  );
  const teams = new Map(grants.teams.map((team) => [team.teamId, team]));
  const wider = { user: ['user', 'admin'] };
  const held = new Set(
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
        !living.has(holder.accountId) ||
        !open.has(object.productId)
      )
        return false;
      const [things, rights] = [[object.productId, open.get(object.productId).type], wider[right] ?? [right]];
      const others = [...holdersOf(holder.accountId), holder.accountId].flatMap((other) =>
        things.flatMap((thing) => rights.map((one) => [other, thing, one])),
      );
      return others.filter(([other, thing, one]) => held.has(`${other} ${thing} ${one}`)).length === 1;
    })
    .slice(0, 2_000);
}
