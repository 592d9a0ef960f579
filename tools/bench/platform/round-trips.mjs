import { startChild } from '../harness/child.mjs';
import { progress } from '../harness/progress.mjs';
import { median } from '../../measurement/statistics.mjs';
import { hotReads, readRequests, startRawReads } from './hot-reads.mjs';
import { hotWrites, writeRequests } from './hot-writes.mjs';
import { useInstallation } from './installation.mjs';

const CALLS = 15;
const WARM_UP_CALLS = 6;
/**
 * Statements of exchanges that no call waits for: the relay, reactions to events, leases, and sweeps of jobs and old
 * rows.
 */
const backgroundPatterns = [/\bpublished_at\b/, /\binbox\b/, /\baccess_lease\b/, /set local role cordee_\w+_sweep/];

let counts;

/**
 * Counts the round trips to PostgreSQL of each call, with a proxy between the services and PostgreSQL. The calls run
 * one after the other and several times; the count is the median. Returns `{ ours, limit }` by the name of the call; a
 * write has no `limit`. Both are `{ all, inTransaction, writes, statements }`: round trips in total and in the longest
 * transaction, writes of the client to its socket, and statements. Later calls return the same counts.
 */
export async function countRoundTrips(options) {
  counts ??= await countAll(options);
  return counts;
}

async function countAll(options) {
  progress('counting round trips to PostgreSQL');
  const installation = await useInstallation(options, { isCounted: true });
  const caller = await startChild(new URL('http-caller.process.mjs', import.meta.url), {}, options);
  const { proxy, url } = installation;
  const raw = await startRawReads(options, proxy.port);
  const result = {};
  for (const read of hotReads) {
    const requests = await readRequests(read, installation);
    result[read.name] = {
      ours: await countCalls(caller, proxy, url, requests),
      limit: await countCalls(caller, proxy, raw.url, requests),
    };
  }
  for (const write of hotWrites) {
    const requests = await writeRequests(write, installation, { isOneOrganization: true });
    result[write.name] = { ours: await countCalls(caller, proxy, url, requests) };
  }
  await raw.stop();
  await caller.stop();
  return result;
}

async function countCalls(caller, proxy, url, requests) {
  const calls = [];
  for (let index = 0; index < WARM_UP_CALLS + CALLS; index += 1) {
    await proxy.take();
    const { status, body } = await caller.ask('sendOnce', { url, request: requests[index % requests.length] });
    if (status >= 300) throw new Error(`${requests[0].method} ${requests[0].path}: ${status} ${body}`);
    const exchanges = (await proxy.take()).filter(
      ({ statements }) => !statements.some((text) => backgroundPatterns.some((pattern) => pattern.test(text))),
    );
    const sum = (read) => exchanges.reduce((total, exchange) => total + read(exchange), 0);
    if (index >= WARM_UP_CALLS)
      calls.push({
        all: sum(({ roundTrips }) => roundTrips),
        inTransaction: Math.max(0, ...exchanges.filter(isTransaction).map(({ roundTrips }) => roundTrips)),
        writes: sum(({ writes }) => writes),
        statements: sum(({ statements }) => statements.length),
      });
  }
  return Object.fromEntries(
    ['all', 'inTransaction', 'writes', 'statements'].map((name) => [name, median(calls.map((call) => call[name]))]),
  );
}

const isTransaction = ({ hasTransaction, statements }) =>
  hasTransaction || statements.some((text) => /^begin/i.test(text));
