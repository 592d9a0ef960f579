// The limit of reads: Fastify and prepared statements of `pg`, without a service between them.
import { toUuid } from '@cordee/contracts/id';
import fastify from 'fastify';
import pg from 'pg';
import { handleRequests } from '../harness/handle-requests.mjs';
import { rawReads } from './raw-statements.mjs';

/** As many connections as a service of Cordée has for queries. */
const CONNECTIONS = 4;
const app = fastify();
const pools = new Map();
handleRequests({ start: () => {}, listen, stop });

/** Opens a pool for each database and listens on a free port. Returns the address. */
async function listen({ databaseUrls }) {
  for (const [database, connectionString] of Object.entries(databaseUrls))
    pools.set(database, new pg.Pool({ connectionString, max: CONNECTIONS }));
  const organization = '/v1/organizations/:organizationId';
  addRoute('/v1/product-types', rawReads.catalogue);
  addRoute(`${organization}/documents/:documentId`, rawReads.document);
  addRoute(`${organization}/documents`, rawReads.documents);
  addRoute(`${organization}/teams`, rawReads.teams);
  addRoute(`${organization}/members`, rawReads.members);
  return app.listen({ host: '127.0.0.1', port: 0 });
}

function addRoute(path, { database, text, values, view }) {
  const pool = pools.get(database);
  app.get(path, async ({ params: { organizationId, documentId } }) => {
    const ids = { organization: organizationId && toUuid(organizationId), id: documentId && toUuid(documentId) };
    const { rows } = await pool.query({ name: path, text, values: values(ids) });
    return view(rows);
  });
}

async function stop() {
  await app.close();
  await Promise.all([...pools.values()].map((pool) => pool.end()));
}
