import { toUuid } from '@cordee/contracts/id';
import pg from 'pg';
import { keepInFlight } from '../harness/closed-loop.mjs';
import { startChild } from '../harness/child.mjs';
import { atLeast } from '../harness/goals.mjs';
import { captureWritesOfCalls, copyNameOf } from './capture-calls.mjs';
import { hotReads } from './hot-reads.mjs';
import { hotWrites } from './hot-writes.mjs';
import { useInstallation } from './installation.mjs';
import { rawReads } from './raw-statements.mjs';
import { REPLAY_STEP, replayOf } from './replay-writes.mjs';
import { cpuBetween, cpuOfServers, databaseUrl } from './servers.mjs';

const IN_FLIGHT = 4;
const RUN_MS = 2_000;
const WITH_SECURITY = 'with row-level security';
const WITHOUT_SECURITY = 'without row-level security';
/** The catalogue has no row-level security, because it belongs to no organization. */
const reads = hotReads.filter(({ name }) => name !== 'catalogue');
const MEASURED_CALLS = [...reads, ...hotWrites];

/**
 * P2i: measures the CPU time of PostgreSQL for the statements of hot reads and writes as the runtime role, which
 * row-level security limits, against the same statements as a role that bypasses row-level security. Both set the
 * tenant context in the same round trip.
 */
export const rowLevelSecurityMeasurement = {
  id: 'P2i',
  title: `statements with and without row-level security, ${IN_FLIGHT} connections`,
  async open(options) {
    const { organizations } = await useInstallation(options);
    const caller = await startChild(new URL('http-caller.process.mjs', import.meta.url), {}, options);
    const captures = await captureWritesOfCalls(caller, options);
    await caller.stop();
    const connections = new Map();
    for (const call of MEASURED_CALLS)
      for (const variant of [WITH_SECURITY, WITHOUT_SECURITY])
        connections.set(`${call.title}, ${variant}`, await openConnections(databaseOf(call), variant));

    const callFunctions = new Map([
      ...reads.map((read) => [read.title, readWork(read, organizations)]),
      ...hotWrites.map((write) => [write.title, writeWork(captures.get(write.name))]),
    ]);
    const subjectOf = ({ title }, variant) => ({
      name: `${title}, ${variant}`,
      role: variant === WITH_SECURITY ? 'ours' : 'limit',
      of: title,
      async run() {
        const idle = [...connections.get(`${title}, ${variant}`)];
        const postgres = () => ({ postgres: cpuOfServers(options.folder).postgres });
        const cpuBefore = postgres();
        const sample = await keepInFlight(IN_FLIGHT, RUN_MS, async (count) => {
          const client = idle.pop();
          await callFunctions.get(title)(client, count);
          idle.push(client);
        });
        const cpu = cpuBetween(cpuBefore, postgres());
        return { ...sample, cpu, value: sample.operations / (cpu.postgres / 1_000) };
      },
    });
    return {
      unit: 'calls per CPU second of PostgreSQL',
      subjects: MEASURED_CALLS.flatMap((call) =>
        [WITHOUT_SECURITY, WITH_SECURITY].map((variant) => subjectOf(call, variant)),
      ),
      goals: MEASURED_CALLS.map(({ title }) =>
        atLeast(
          0.7,
          `of the same statements without row-level security: ${title}`,
          `${title}, ${WITH_SECURITY}`,
          `${title}, ${WITHOUT_SECURITY}`,
          `${title}, ${WITHOUT_SECURITY}`,
        ),
      ),
      notes: () => [
        'Reads are prepared statements; writes replay the rows of a call of the service in one transaction.',
        'Both sides set the tenant context in the same round trip.',
      ],
      close: () => Promise.all([...connections.values()].flat().map((client) => client.end())),
    };
  },
};

const databaseOf = ({ name, database }) => (database ? copyNameOf(database) : rawReads[name].database);

/** Opens connections that act as the runtime role of the service, or as a role that bypasses row-level security. */
async function openConnections(database, variant) {
  const runtime = `cordee_${database.replace(/_copy$/, '')}`;
  const bypass = `bench_${runtime}`;
  const admin = await connect(database, false);
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [bypass]);
  if (!rowCount) await admin.query(`create role ${bypass} bypassrls`);
  // The captured rows also contain columns that other roles write. Rights on tables are no part of the measurement.
  for (const role of [runtime, bypass]) {
    await admin.query(`grant usage on schema public to ${role}`);
    await admin.query(`grant select, insert, update on all tables in schema public to ${role}`);
  }
  await admin.end();
  return Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      const client = await connect(database, true);
      await client.query(`set role ${variant === WITH_SECURITY ? runtime : bypass}`);
      return client;
    }),
  );
}

async function connect(database, pipeline) {
  const client = new pg.Client({ connectionString: databaseUrl(database), pipeline });
  await client.connect();
  return client;
}

/** The context lasts until the end of the transaction, or without a transaction until the next context. */
const tenantContext = ({ organizationId, accountId }, isInTransaction) => ({
  name: `tenant context ${isInTransaction}`,
  text: `select set_config('cordee.organization_id', $1, ${isInTransaction}),
                set_config('cordee.account_id', $2, ${isInTransaction})`,
  values: [toUuid(organizationId), toUuid(accountId)],
});

function readWork({ name }, organizations) {
  const { text, values } = rawReads[name];
  const inputs = organizations.read.flatMap(({ id: organizationId, owner: { accountId }, documentIds }) =>
    documentIds.map((documentId) => ({
      context: { organizationId, accountId },
      values: values({ organization: toUuid(organizationId), id: toUuid(documentId) }),
    })),
  );
  return async (client, count) => {
    const input = inputs[count % inputs.length];
    const [, { rowCount }] = await Promise.all([
      client.query(tenantContext(input.context, false)),
      client.query({ name, text, values: input.values }),
    ]);
    if (rowCount === 0) throw new Error(`${name} returns no row`);
  };
}

/** Replays a captured call with new ids and numbers. */
function writeWork(captures) {
  let replayNumber = 1e9;
  return async (client, count) => {
    const { changes, firstNewUuid, context } = captures[count % captures.length];
    const statements = replayOf(changes, (replayNumber += REPLAY_STEP), (uuid) => uuid >= firstNewUuid);
    const results = await Promise.all([
      client.query('begin'),
      client.query(tenantContext(context, true)),
      ...statements.map((statement) => client.query(statement)),
      client.query('commit'),
    ]);
    for (const { rowCount } of results.slice(2, -1)) if (rowCount !== 1) throw new Error('a replay wrote no row');
  };
}
