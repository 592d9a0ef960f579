import { openOrm } from '@cordee/service/database/orm';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { toUuid } from '@cordee/contracts/id';
import pg from 'pg';
import { keepInFlight } from '../harness/closed-loop.mjs';
import { cpuOf, ownCpu } from '../harness/cpu.mjs';
import { atLeast, ratio } from '../harness/goals.mjs';
import { notInstalled } from '../harness/peers.mjs';
import { serverPid } from '../harness/server-pid.mjs';
import { formatNumber } from '../harness/table.mjs';
import { openBetterAuth } from './better-auth.mjs';
import { CHECK_SQL } from './check-from-database.mjs';
import { randomOrganization } from './random-organization.mjs';
import { randomQuestions } from './random-questions.mjs';
import { teamsDatabase } from './teams-database.mjs';

const IN_FLIGHT = 4;
const RUN_MS = 1_500;
const COMPARED_CHECKS = 100;
const WIDER_RIGHTS = { user: ['admin'], view: ['change', 'manage'], change: ['manage'] };
const SET_TENANT_CONTEXT = `select
  set_config('cordee.organization_id', $1, true), set_config('cordee.account_id', $2, true)`;

/** P1b: checks in the teams service from PostgreSQL. */
export const checkFromDatabase = {
  id: 'P1b',
  title: 'access check in the owning service, from PostgreSQL, four in flight',
  async open({ seed, scale, folder }) {
    const at = new Date();
    const organizations = [
      randomOrganization(seed, { scale, now: at }),
      randomOrganization(seed + 1, { scale, now: at }),
    ];
    const urls = await teamsDatabase('bench_check', organizations);
    const checks = organizations.flatMap((organization) => randomChecks(seed, organization, at));
    const postgres = serverPid(folder, 'postgres');

    const adminClients = await connections(urls.admin);
    const runtimeClients = await connections(urls.runtime);
    const pipelinedClients = await connections(urls.runtime, { pipeline: true });
    const orm = await openOrm({ url: urls.runtime, entities: [], poolSize: IN_FLIGHT });
    const auth = await openBetterAuth(process.env.DATABASE_ADMIN_URL);

    const bare = onFreeConnection(
      adminClients,
      async (client, { values }) => (await client.query({ name: 'check', text: CHECK_SQL, values })).rows[0].is_held,
    );
    const inTransaction = onFreeConnection(runtimeClients, async (client, { values }) => {
      await client.query('begin');
      await client.query({ name: 'tenant context', text: SET_TENANT_CONTEXT, values: values.slice(0, 2) });
      const { rows } = await client.query({ name: 'check', text: CHECK_SQL, values });
      await client.query('commit');
      return rows[0].is_held;
    });
    const inOneRoundTrip = onFreeConnection(pipelinedClients, async (client, { values }) => {
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
        await setTenantContext(em, tenantContext);
        const [row] = await em.execute(
          mikroOrmQuery.text,
          mikroOrmQuery.order.map((index) => values[index]),
        );
        return row.is_held;
      });
    await requireSameAnswers(checks.slice(0, COMPARED_CHECKS), bare, [inTransaction, inOneRoundTrip, checkInService]);

    const names = {
      bare: 'raw pg, prepared',
      steps: 'raw pg with tenant context, step by step',
      once: 'raw pg with tenant context, in one round trip',
      ours: 'EntityManager with tenant context',
      auth: 'better-auth hasPermission',
    };
    const subject = (name, role, check) => ({ name, role, run: () => timed(check, checks, postgres) });
    return {
      unit: 'checks/s',
      subjects: [
        subject(names.bare, 'limit', bare),
        subject(names.steps, 'variant', inTransaction),
        subject(names.once, 'variant', inOneRoundTrip),
        subject(names.ours, 'ours', checkInService),
        auth
          ? { name: names.auth, role: 'peer', run: () => timed(auth.hasPermission, checks, postgres) }
          : { name: names.auth, role: 'peer', missing: notInstalled },
      ],
      goals: [
        atLeast(0.8, 'of raw pg', names.ours, names.bare),
        atLeast(15, '× better-auth hasPermission', names.ours, names.auth),
      ],
      notes: (results) => [
        'Tenant context: begin, set_config, commit and row-level security. With it raw pg reaches ' +
          `${formatNumber(ratio(results, names.steps, names.bare))} of its rate step by step and ` +
          `${formatNumber(ratio(results, names.once, names.bare))} in one round trip.`,
        `MikroORM reaches ${formatNumber(ratio(results, names.ours, names.steps))} of raw pg step by step.`,
        'No service checks from its database yet; a service would run this statement.',
      ],
      async close() {
        await Promise.all([...adminClients, ...runtimeClients, ...pipelinedClients].map((client) => client.end()));
        await orm.close(true);
        await auth?.close();
      },
    };
  },
};

/** MikroORM expects a question mark for each parameter, in order. */
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
  const external = new Set(
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
        external.has(accountId),
      ],
    }),
  );
}

async function connections(connectionString, options = {}) {
  return Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      // Otherwise PostgreSQL plans every call, which takes longer than the check.
      const client = new pg.Client({ connectionString, options: '-c plan_cache_mode=force_generic_plan', ...options });
      await client.connect();
      return client;
    }),
  );
}

/** Runs each check on a free connection. */
function onFreeConnection(clients, check) {
  const free = [...clients];
  return async (question) => {
    const client = free.pop();
    try {
      return await check(client, question);
    } finally {
      free.push(client);
    }
  };
}

async function requireSameAnswers(checks, bare, others) {
  let heldCount = 0;
  for (const question of checks) {
    const answer = await bare(question);
    if (answer) heldCount += 1;
    for (const check of others)
      if ((await check(question)) !== answer)
        throw new Error(`two implementations differ: ${JSON.stringify(question)}`);
  }
  if (heldCount === 0 || heldCount === checks.length)
    throw new Error(`all of ${checks.length} checks have the same answer: the measurement is useless`);
}

async function timed(check, checks, postgres) {
  const before = { process: ownCpu(), postgres: cpuOf(postgres) };
  const done = await keepInFlight(IN_FLIGHT, RUN_MS, (count) => check(checks[count % checks.length]));
  return { ...done, cpu: { process: ownCpu() - before.process, postgres: cpuOf(postgres) - before.postgres } };
}
