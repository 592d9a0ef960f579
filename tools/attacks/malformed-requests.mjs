import { fieldsOf, withField } from './fields.mjs';
import { bodies, headerSets, jsonValues, urlValues } from './mutations.mjs';
import { hasJsonBody, pathParametersOf, requestOf, withBody } from './routes.mjs';

/** Marks the place of the replaced value. No example contains this text. */
const PLACEHOLDER = '@@placeholder@@';
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];

/** Returns the malformed requests of a contract, as pairs of title and request. `valid` is a valid input. */
export async function malformedRequestsOf(contract, valid) {
  const fields = await fieldsOf(contract);
  return [
    ...fields.flatMap((field) => withOtherValues(contract, valid, field)),
    ...(hasJsonBody(contract) ? withOtherBodies(contract, valid) : []),
    ...withOtherHeaders(contract, valid),
    ...METHODS.filter((method) => method !== contract.http.method).map((method) => [
      `method ${method}`,
      { ...requestOf(contract, valid), method },
    ]),
  ];
}

function withOtherValues(contract, valid, { path, schema }) {
  const isInUrl = !hasJsonBody(contract) || pathParametersOf(contract).includes(path[0]);
  // The gateway sets the id of an uploaded file.
  if (contract.http.upload && path[0] === 'fileId') return [];
  const request = (replacement) => {
    const input = withField(valid, path, PLACEHOLDER);
    if (!isInUrl) return requestOf(contract, input, { replacements: { [`"${PLACEHOLDER}"`]: replacement } });
    const { path: url, ...rest } = requestOf(contract, input);
    return { ...rest, path: url.replace(encodeURIComponent(PLACEHOLDER), () => replacement) };
  };
  return Object.entries(isInUrl ? urlValues : jsonValues)
    .filter(([, value]) => !mayBeValid(schema, value))
    .map(([kind, value]) => [`${path.join('.')}: ${kind}`, request(value)]);
}

/** True for a digit in an integer field. The schema may accept it, and the request would then change data. */
const mayBeValid = ({ type }, value) => type === 'integer' && /^\d$/.test(value);

function withOtherBodies(contract, valid) {
  const request = requestOf(contract, valid);
  return Object.entries(bodies).map(([kind, bodyOf]) => [
    `body: ${kind}`,
    withBody(request, 'application/json', bodyOf(request.body)),
  ]);
}

function withOtherHeaders(contract, valid) {
  const request = requestOf(contract, valid);
  return Object.entries(headerSets).map(([kind, headers]) => [
    `headers: ${kind}`,
    { ...request, headers: { ...request.headers, ...headers } },
  ]);
}
