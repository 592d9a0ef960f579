import { newId, toUuid } from '@cordee/contracts/id';
import pg from 'pg';
import { startChild } from '../harness/child.mjs';
import { progress } from '../harness/progress.mjs';
import { captureWrites } from './capture-writes.mjs';
import { hotWrites, writeRequests } from './hot-writes.mjs';
import { stopInstallation, useInstallation } from './installation.mjs';
import { cpuOfServers, databaseUrl } from './servers.mjs';

/**
 * Captures calls of each write in all organizations that are written, copies the databases, and starts the processes
 * that replay the calls in the copies. The services do not notice the replays. Returns the processes by the name of
 * the write.
 */
export async function startRawWrites(caller, options) {
  const installation = await useInstallation(options);
  const captures = new Map();
  for (const write of hotWrites) {
    progress(`capturing the rows that "${write.title}" writes`);
    captures.set(write.name, await captureCalls(write, installation, caller));
  }
  // PostgreSQL copies a database only when it has no connections.
  await stopInstallation();
  for (const { database } of hotWrites) await copyDatabase(database);
  const limits = new Map();
  for (const write of hotWrites) limits.set(write.name, await startServers(write, captures.get(write.name), options));
  return limits;
}

const copyOf = (database) => `${database}_copy`;

async function captureCalls(write, installation, caller) {
  const allRequests = await writeRequests(write, installation);
  const paths = new Set(allRequests.map(({ path }) => path));
  const captures = [];
  for (const path of paths) {
    const requests = allRequests.filter((request) => request.path === path);
    const request = requests[0];
    // The first write in an organization also creates rows that later writes change.
    await caller.ask('once', { url: installation.url, request: requests.at(-1) });
    const newSince = toUuid(newId('evt', new Date()));
    let answer;
    const changes = await captureWrites(databaseUrl(write.database), async () => {
      const { status, body } = await caller.ask('once', { url: installation.url, request });
      if (status >= 300) throw new Error(`${request.method} ${request.path}: ${status} ${body}`);
      answer = JSON.parse(body);
    });
    if (changes.length === 0) throw new Error(`"${write.title}" has written nothing`);
    captures.push({ changes, newSince, answer });
  }
  return captures;
}

async function copyDatabase(database) {
  const [from, to] = [`cordee_${database}`, `cordee_${copyOf(database)}`].map((name) => pg.escapeIdentifier(name));
  const admin = new pg.Client({ connectionString: process.env.DATABASE_ADMIN_URL });
  await admin.connect();
  try {
    await admin.query(`drop database if exists ${to} with (force)`);
    await admin.query(`create database ${to} template ${from}`);
  } finally {
    await admin.end();
  }
}

async function startServers({ database }, captures, options) {
  const servers = [];
  for (const isPipelined of [false, true]) {
    // Two servers write to one copy, so each has its own numbers. They are far above the numbers of the service.
    const child = await startChild(
      new URL('raw-writes.process.mjs', import.meta.url),
      { captures, firstNumber: isPipelined ? 1.5e9 : 1e9 },
      options,
    );
    const url = await child.ask('listen', { databaseUrl: databaseUrl(copyOf(database)), isPipelined });
    const cpu = async () => ({ server: await child.ask('cpu'), postgres: cpuOfServers(options.folder).postgres });
    servers.push({ isPipelined, url, cpu });
  }
  return { captureCount: captures.length, statementCount: captures[0].changes.length, servers };
}
