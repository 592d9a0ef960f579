import { newId, toUuid } from '@cordee/contracts/id';
import pg from 'pg';
import { progress } from '../harness/progress.mjs';
import { captureWrites } from './capture-writes.mjs';
import { hotWrites, writeRequests } from './hot-writes.mjs';
import { stopInstallation, useInstallation } from './installation.mjs';
import { databaseUrl } from './servers.mjs';

/**
 * Captures calls of each write in all organizations that are written, stops the services, and copies the databases, so
 * that the services do not notice the replays. Returns the captured calls by the name of the write.
 */
export async function captureWritesOfCalls(caller, options) {
  const installation = await useInstallation(options);
  const captures = new Map();
  for (const write of hotWrites) {
    progress(`capturing the rows that "${write.title}" writes`);
    captures.set(write.name, await captureCalls(write, installation, caller));
  }
  // PostgreSQL copies a database only when it has no connections.
  await stopInstallation();
  for (const { database } of hotWrites) await copyDatabase(database);
  return captures;
}

/** Returns the name of the copy of a database, in which calls are replayed. */
export const copyNameOf = (database) => `${database}_copy`;

async function captureCalls(write, installation, caller) {
  const allRequests = await writeRequests(write, installation);
  const paths = new Set(allRequests.map(({ path }) => path));
  const captures = [];
  for (const path of paths) {
    const requests = allRequests.filter((request) => request.path === path);
    const request = requests[0];
    // The first write in an organization also creates rows that later writes change.
    await caller.ask('sendOnce', { url: installation.url, request: requests.at(-1) });
    // The time is the first part of a UUID, so the UUIDs that the call creates are not less than this UUID.
    const firstNewUuid = toUuid(newId('evt', new Date()));
    let answer;
    const changes = await captureWrites(databaseUrl(write.database), async () => {
      const { status, body } = await caller.ask('sendOnce', { url: installation.url, request });
      if (status >= 300) throw new Error(`${request.method} ${request.path}: ${status} ${body}`);
      answer = JSON.parse(body);
    });
    if (changes.length === 0) throw new Error(`"${write.title}" has written nothing`);
    const organization = installation.organizations.written.find((written) => path.startsWith(`${written.path}/`));
    const context = { organizationId: organization.id, accountId: organization.owner.accountId };
    captures.push({ changes, firstNewUuid, answer, context });
  }
  return captures;
}

async function copyDatabase(database) {
  const [from, to] = [`cordee_${database}`, `cordee_${copyNameOf(database)}`].map((name) => pg.escapeIdentifier(name));
  const admin = new pg.Client({ connectionString: process.env.DATABASE_ADMIN_URL });
  await admin.connect();
  try {
    await admin.query(`drop database if exists ${to} with (force)`);
    await admin.query(`create database ${to} template ${from}`);
  } finally {
    await admin.end();
  }
}
