import { startChild } from '../harness/child.mjs';
import { captureWritesOfCalls, copyNameOf } from './capture-calls.mjs';
import { hotWrites } from './hot-writes.mjs';
import { cpuOfServers, databaseUrl } from './servers.mjs';

/**
 * Captures calls of each write in all organizations that are written, and starts the processes that replay the calls in
 * copies of the databases. Returns the processes by the name of the write.
 */
export async function startRawWrites(caller, options) {
  const captures = await captureWritesOfCalls(caller, options);
  const limits = new Map();
  for (const write of hotWrites) limits.set(write.name, await startServers(write, captures.get(write.name), options));
  return limits;
}

async function startServers({ database }, captures, options) {
  const servers = [];
  for (const isPipelined of [false, true]) {
    // Two servers write to one copy, so each server has its own numbers, far above the numbers of the
    // service.
    const child = await startChild(
      new URL('raw-writes.process.mjs', import.meta.url),
      { captures, firstNumber: isPipelined ? 1.5e9 : 1e9 },
      options,
    );
    const url = await child.ask('listen', { databaseUrl: databaseUrl(copyNameOf(database)), isPipelined });
    const cpu = async () => ({ server: await child.ask('cpu'), postgres: cpuOfServers(options.folder).postgres });
    servers.push({ isPipelined, url, cpu });
  }
  return { captureCount: captures.length, statementCount: captures[0].changes.length, servers };
}
