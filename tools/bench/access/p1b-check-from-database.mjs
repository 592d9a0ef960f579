import { openOrm } from '@cordee/service/database/orm';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { toUuid } from '@cordee/contracts/id';
import pg from 'pg';
import { keepInFlight } from '../harness/closed-loop.mjs';
import { cpuOf, ownCpu } from '../../measurement/cpu.mjs';
import { atLeast, ratio } from '../harness/goals.mjs';
import { notInstalled } from '../harness/peers.mjs';
import { serverPid } from '../harness/server-pid.mjs';
import { formatNumber } from '../../measurement/table.mjs';
import { openBetterAuth } from './better-auth.mjs';
import { CHECK_SQL } from './check-from-database.mjs';
import { randomOrganization } from './random-organization.mjs';
import { randomQuestions } from './random-questions.mjs';
import { createTeamsDatabase } from './teams-database.mjs';

const IN_FLIGHT = 4;
const RUN_MS = 1_500;
const COMPARED_CHECKS = 100;
/** The wider rights that imply a right. */
const WIDER_RIGHTS = { user: ['admin'], view: ['change', 'manage'], change: ['manage'] };
const SET_TENANT_CONTEXT = `select
  set_config('cordee.organization_id', $1, true), set_config('cordee.account_id', $2, true)`;

/** P1b: measures checks in the teams service from PostgreSQL. */
export const checkFromDatabase = {
  id: 'P1b',
  title: 'access check in the owning service, from PostgreSQL, four in flight',
  async open({ seed, scale, folder }) {
    const at = new Date();
    const organizations = [
      randomOrganization(seed, { scale, now: at }),
      randomOrganization(seed + 1, { scale, now: at }),
    ];
    const urls = await createTeamsDatabase('bench_check', organizations);
    const checks = organizations.flatMap((organization) => randomChecks(seed, organization, at));
    const postgresPid = serverPid(folder, 'postgres');

    const adminClients = await connections(urls.admin);
    const runtimeClients = await connections(urls.runtime);
    const pipelinedClients = await connections(urls.runtime, { pipeline: true });
    const orm = await openOrm({ url: urls.runtime, entities: [], poolSize: IN_FLIGHT });
    const betterAuth = await openBetterAuth(process.env.DATABASE_ADMIN_URL);

    const checkWithRawPg = onFreeConnection(
      adminClients,
      async (client, { values }) => (await client.query({ name: 'check', text: CHECK_SQL, values })).rows[0].is_held,
    );
    // The first two values are the organization and the member. The tenant context gets the member id as account id.
    const checkStepByStep = onFreeConnection(runtimeClients, async (client, { values }) => {
      await client.query('begin');
      await client.query({ name: 'tenant context', text: SET_TENANT_CONTEXT, values: values.slice(0, 2) });
      const { rows } = await client.query({ name: 'check', text: CHECK_SQL, values });
      await client.query('commit');
      return rows[0].is_held;
    });
    // The third result is the result of the check.
    const checkInOneRoundTrip = onFreeConnection(pipelinedClients, async (client, { values }) => {
      const [, , { rows }] = await Promise.all([
        client.query('begin'),
        client.query({ name: 'tenant context', text: SET_TENANT_CONTEXT, values: values.slice(0, 2) }),
        client.query({ name: 'check', text: CHECK_SQL, values }),
        client.query('commit'),
      ]);
      return rows[0].is_held;
    });
    const checkInService = ({ tenantContext, values }) =>
      orm.em.fork().transactional(async (em) => {
        setTenantContext(em, tenantContext);
        const [row] = await em.execute(
          mikroOrmQuery.text,
          mikroOrmQuery.order.map((index) => values[index]),
        );
        return row.is_held;
      });
    await requireSameAnswers(checks.slice(0, COMPARED_CHECKS), checkWithRawPg, [
      checkStepByStep,
      checkInOneRoundTrip,
      checkInService,
    ]);

    const names = {
      bare: 'raw pg, prepared',
      steps: 'raw pg with tenant context, step by step',
      once: 'raw pg with tenant context, in one round trip',
      ours: 'EntityManager with tenant context',
      auth: 'better-auth hasPermission',
    };
    const subject = (name, role, check) => ({ name, role, run: () => measureChecks(check, checks, postgresPid) });
    return {
      unit: 'checks/s',
      subjects: [
        subject(names.bare, 'limit', checkWithRawPg),
        subject(names.steps, 'variant', checkStepByStep),
        subject(names.once, 'variant', checkInOneRoundTrip),
        subject(names.ours, 'ours', checkInService),
        betterAuth
          ? { name: names.auth, role: 'peer', run: () => measureChecks(betterAuth.hasPermission, checks, postgresPid) }
          : { name: names.auth, role: 'peer', missing: notInstalled },
      ],
      goals: [
        atLeast(0.8, 'of raw pg', names.ours, names.bare),
        atLeast(15, '× better-auth hasPermission', names.ours, names.auth),
      ],
      notes: (results) => [
        'The tenant context adds begin, set_config, commit and row-level security. ' +
          'With a tenant context, raw pg reaches ' +
          `${formatNumber(ratio(results, names.steps, names.bare))} of its rate step by step and ` +
          `${formatNumber(ratio(results, names.once, names.bare))} of its rate in one round trip.`,
        `MikroORM reaches ${formatNumber(ratio(results, names.ours, names.steps))} of the rate of raw pg step by step.`,
        'No service checks from its database yet. A service that does so would run this statement.',
      ],
      async close() {
        await Promise.all([...adminClients, ...runtimeClients, ...pipelinedClients].map((client) => client.end()));
        await orm.close();
        await betterAuth?.close();
      },
    };
  },
};

/** CHECK_SQL for MikroORM, which expects a question mark for each parameter and the values in the same order. */
const mikroOrmQuery = (() => {
  const order = [];
  const text = CHECK_SQL.replace(/\$(\d)/g, (_, number) => {
    order.push(Number(number) - 1);
    return '?';
  });
  return { text, order };
})();

function randomChecks(seed, organization, at) {
  const typeOf = new Map(organization.rows.products.products.map(({ productId, type }) => [productId, type]));
  const memberOf = new Map(organization.rows.people.people.map(({ accountId, memberId }) => [accountId, memberId]));
  const externalIds = new Set(
    organization.rows.people.people.filter(({ role }) => role === 'external').map(({ accountId }) => accountId),
  );
  return randomQuestions(seed + 3, organization, 5_000, { at, resourceShare: 0 }).map(
    ({ accountId, right, productId }) => ({
      tenantContext: { organizationId: organization.organizationId, accountId },
      values: [
        toUuid(organization.organizationId),
        toUuid(memberOf.get(accountId)),
        toUuid(productId),
        typeOf.get(productId),
        `{${[right, ...(WIDER_RIGHTS[right] ?? [])].join(',')}}`,
        at,
        externalIds.has(accountId),
      ],
    }),
  );
}

async function connections(connectionString, options = {}) {
  return Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      // Without a generic plan, PostgreSQL plans every call, which takes longer than the check.
      const client = new pg.Client({ connectionString, options: '-c plan_cache_mode=force_generic_plan', ...options });
      await client.connect();
      return client;
    }),
  );
}

/** Returns a check that runs on a free connection. */
function onFreeConnection(clients, check) {
  const idleClients = [...clients];
  return async (question) => {
    const client = idleClients.pop();
    try {
      return await check(client, question);
    } finally {
      idleClients.push(client);
    }
  };
}

/** Throws when the checks give different answers, or when all answers are the same. */
async function requireSameAnswers(checks, firstCheck, otherChecks) {
  let heldCount = 0;
  for (const question of checks) {
    const answer = await firstCheck(question);
    if (answer) heldCount += 1;
    for (const check of otherChecks)
      if ((await check(question)) !== answer)
        throw new Error(`two implementations give different answers: ${JSON.stringify(question)}`);
  }
  if (heldCount === 0 || heldCount === checks.length)
    throw new Error(`all ${checks.length} checks have the same answer, so the measurement is useless`);
}

async function measureChecks(check, checks, postgresPid) {
  const before = { process: ownCpu(), postgres: cpuOf(postgresPid) };
  const result = await keepInFlight(IN_FLIGHT, RUN_MS, (count) => check(checks[count % checks.length]));
  return { ...result, cpu: { process: ownCpu() - before.process, postgres: cpuOf(postgresPid) - before.postgres } };
}
