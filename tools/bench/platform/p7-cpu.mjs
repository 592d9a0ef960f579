import pg from 'pg';
import { startChild } from '../harness/child.mjs';
import { ratio } from '../harness/goals.mjs';
import { SOURCE } from './bench-contracts.mjs';
import { createBenchDatabase } from './bench-databases.mjs';
import { useInstallation } from './installation.mjs';
import { signIn } from './people.mjs';
import { drainBacklog, writeBacklog } from './relay-backlog.mjs';
import { cpuBetween, cpuOfServers, databaseUrl } from './servers.mjs';

const IN_FLIGHT = 8;
const RUN_MS = 2_000;
const EVENTS = 20_000;
const MAX_RATIO = 1.3;
/** Reads over NATS, each with the service that answers it. */
const reads = [
  { name: 'document', title: 'one document', service: 'billing', inputs: documentInputs },
  { name: 'documents', title: '20 documents with sums', service: 'billing', inputs: ({ id }) => [pageOf(id)] },
  { name: 'teams', title: '20 teams', service: 'teams', inputs: ({ id }) => [pageOf(id)] },
  { name: 'members', title: '20 members', service: 'identity', inputs: ({ id }) => [{ organizationId: id }] },
];

function pageOf(organizationId) {
  return { organizationId, limit: 20 };
}

function documentInputs({ id, documentIds }) {
  return documentIds.map((documentId) => ({ organizationId: id, documentId }));
}

/**
 * P7: compares the CPU time of a service and of PostgreSQL per operation with a raw service, which uses the NATS and
 * PostgreSQL clients directly.
 */
export const cpuTime = {
  id: 'P7',
  title: 'CPU time of the service and PostgreSQL: reads over NATS, and the relay',
  async open(options) {
    const installation = await useInstallation(options, { isSeparate: true });
    const outbox = await createBenchDatabase(SOURCE);
    const databases = ['billing', 'teams', 'identity', 'products'];
    const start = (file, input) => startChild(new URL(file, import.meta.url), input, options);
    const raw = await start('raw-service.process.mjs', {
      databaseUrls: Object.fromEntries(databases.map((name) => [name, databaseUrl(name)])),
      outboxUrl: outbox.admin,
    });
    // The publisher creates the stream of the events.
    await start('publisher.process.mjs', {});
    const caller = await start('service-caller.process.mjs', {});
    const client = new pg.Client({ connectionString: outbox.admin });
    await client.connect();
    let source;

    const postgresCpu = () => cpuOfServers(options.folder).postgres;
    const rawCpu = async () => ({ service: await raw.ask('cpu'), postgres: postgresCpu() });
    const runRead = async ({ name, inputs, service }, isRaw) => {
      await signIn(installation.url, installation.people);
      const allInputs = installation.organizations.read.flatMap((organization) =>
        inputs(organization).map((input) => ({ input, token: organization.owner.token })),
      );
      const cpu = isRaw ? rawCpu : async () => ({ service: installation.cpu()[service], postgres: postgresCpu() });
      const cpuBefore = await cpu();
      const sample = await caller.ask('run', { name, isRaw, inputs: allInputs, inFlight: IN_FLIGHT, ms: RUN_MS });
      return withCpuAsValue({ ...sample, cpu: cpuBetween(cpuBefore, await cpu()) });
    };
    const runRawRelay = async () => {
      await source?.stop();
      source = undefined;
      await client.query('truncate outbox');
      await writeBacklog(client, EVENTS);
      const [cpuBefore, startedAt] = [await rawCpu(), performance.now()];
      await raw.ask('drain');
      const usedCpu = cpuBetween(cpuBefore, await rawCpu());
      return withCpuAsValue({ operations: EVENTS, ms: performance.now() - startedAt, cpu: usedCpu });
    };
    const runRelay = async () => {
      source ??= await start('source.process.mjs', { databaseUrl: outbox.runtime });
      const cpu = async () => ({ service: await source.ask('cpu'), postgres: postgresCpu() });
      return withCpuAsValue(await drainBacklog(client, EVENTS, cpu));
    };
    const workloads = [
      ...reads.map((read) => ({ title: read.title, raw: () => runRead(read, true), ours: () => runRead(read, false) })),
      { title: 'an event of the relay', raw: runRawRelay, ours: runRelay },
    ];
    const limitName = (title) => `${title}, raw service`;
    return {
      unit: 'CPU ms',
      subjects: workloads.flatMap((workload) => [
        { name: limitName(workload.title), role: 'limit', of: workload.title, run: workload.raw },
        { name: workload.title, role: 'ours', of: workload.title, run: workload.ours },
      ]),
      goals: workloads.map(({ title }) => ({
        goal: `≤ ${MAX_RATIO} × the raw service: ${title}`,
        ours: title,
        limit: limitName(title),
        read: (results) => ratio(results, title, limitName(title)),
        isMet: (reached) => reached <= MAX_RATIO,
      })),
      notes: () => ['The broker and the caller are not counted.'],
      close: () => client.end(),
    };
  },
};

const withCpuAsValue = (sample) => ({
  ...sample,
  value: Object.values(sample.cpu).reduce((sum, ms) => sum + ms, 0) / sample.operations,
});
