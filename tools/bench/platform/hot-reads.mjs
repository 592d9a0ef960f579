import { startChild } from '../harness/child.mjs';
import { databaseUrl } from './servers.mjs';
import { signIn } from './people.mjs';

const DATABASES = ['billing', 'teams', 'identity', 'products'];

/** The reads of the measurements. `paths` returns the paths of an organization; the requests are sent in turn. */
export const hotReads = [
  { name: 'document', title: 'one document', goal: 0.5, paths: documentPaths },
  {
    name: 'documents',
    title: '20 documents with sums',
    goal: 0.45,
    paths: ({ path }) => [`${path}/documents?limit=20`],
  },
  { name: 'teams', title: '20 teams', goal: 0.45, paths: ({ path }) => [`${path}/teams?limit=20`] },
  { name: 'members', title: '20 members', goal: 0.5, paths: ({ path }) => [`${path}/members`] },
  { name: 'catalogue', title: 'the catalogue', goal: 0.45, paths: () => ['/v1/product-types'] },
];

function documentPaths({ path, documentIds }) {
  return documentIds.map((id) => `${path}/documents/${id}`);
}

/** Returns the requests of a read, for all organizations, with a new access token where the old one is about to end. */
export async function readRequests({ paths }, { url, people, organizations }) {
  await signIn(url, people);
  return organizations.read.flatMap((organization) =>
    paths(organization).map((path) => ({ method: 'GET', path, token: organization.owner.token })),
  );
}

/** Starts the server of the limit. With `port`, the server reaches PostgreSQL through the proxy on this port. */
export async function startRawReads(options, port) {
  const child = await startChild(new URL('raw-reads.process.mjs', import.meta.url), {}, options);
  const url = await child.ask('listen', {
    databaseUrls: Object.fromEntries(DATABASES.map((name) => [name, atPort(databaseUrl(name), port)])),
  });
  return { url, cpu: () => child.ask('cpu'), stop: () => child.stop() };
}

export function atPort(address, port) {
  const url = new URL(address);
  if (port) url.port = String(port);
  return url.href;
}

/** Throws when the two servers give different answers to a request. */
export async function requireSameAnswers(caller, requests, url, otherUrl) {
  for (const request of requests) {
    const [ours, raw] = [
      await caller.ask('sendOnce', { url, request }),
      await caller.ask('sendOnce', { url: otherUrl, request }),
    ];
    const [ourBody, rawBody] = [canonicalJson(ours.body), canonicalJson(raw.body)];
    if (ours.status !== 200 || ourBody !== rawBody)
      throw new Error(
        `different answers to ${request.path}:\n${ours.status} ${textAtDifference(ourBody, rawBody)}\n` +
          `${raw.status} ${textAtDifference(rawBody, ourBody)}`,
      );
  }
}

/** Returns the part of a text that starts just before its first difference from another text. */
function textAtDifference(text, other) {
  const index = [...text].findIndex((character, position) => character !== other[position]);
  return text.slice(Math.max(0, index - 50), index + 150);
}

/** Returns the text of a JSON value with the fields of every object in order. */
const canonicalJson = (text) =>
  JSON.stringify(JSON.parse(text), (_, value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
