import { randomUUID } from 'node:crypto';

/** Returns the contracts with a route, as pairs of name and contract. The function needs a build. */
export async function loadRoutes() {
  const { contracts } = await import('@cordee/contracts/catalogue');
  return [...contracts].filter(([, { http }]) => http);
}

export const hasJsonBody = ({ http }) => http.method !== 'GET' && http.method !== 'DELETE' && !http.upload;

/** Names of the input fields that are parts of the path. */
export const pathParametersOf = ({ http }) => [...http.path.matchAll(/:(\w+)/g)].map(([, name]) => name);

/**
 * Returns the HTTP request of a contract. `replacements` replaces texts of the JSON body, so that a body can contain
 * text that `JSON.stringify` does not write.
 */
export function requestOf(contract, input, { token, replacements = {} } = {}) {
  const { method, path, upload } = contract.http;
  const rest = { ...input };
  const filledPath = path.replaceAll(/:(\w+)/g, (_, name) => {
    const value = rest[name];
    delete rest[name];
    return encode(value);
  });
  const headers = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
  };
  if (upload) return withBody({ method, path: filledPath, headers }, upload[0], 'From nobody');
  if (!hasJsonBody(contract)) return { method, path: `${filledPath}${queryOf(rest)}`, headers };
  let body = JSON.stringify(rest);
  for (const [text, replacement] of Object.entries(replacements)) body = body.replace(text, () => replacement);
  return withBody({ method, path: filledPath, headers }, 'application/json', body);
}

/** Returns the request with this body. */
export const withBody = ({ headers, ...request }, contentType, body) => ({
  ...request,
  headers: { ...headers, 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) },
  body,
});

function queryOf(fields) {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((each) => `${encode(name)}=${encode(each)}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Encodes a value for a URL. Replaces lone surrogates, which `encodeURIComponent` refuses, by U+FFFD. */
const encode = (value) => encodeURIComponent(String(value).toWellFormed());
