import { compareSchemas } from './compare-schemas.mjs';
import { resolve, within } from './pointers.mjs';

/** Unknown values of enums in answers: callers of the API ignore them, as the guide for callers demands. */
const readers = 'tolerant';
const problemType = 'application/problem+json';

/** Compares two OpenAPI documents. Returns the changes that break callers, each with its operation. */
export function compareOperations(before, after) {
  return Object.entries(before.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, earlier]) => {
      const pointer = within('', 'paths', path, method);
      const later = after.paths[path]?.[method];
      const problems = later
        ? compareOperation(earlier, later, pointer, { before, after })
        : [{ pointer, sentence: 'the operation no longer exists' }];
      return problems.map((problem) => ({ owner: earlier.operationId, ...problem }));
    }),
  );
}

function compareOperation(before, after, pointer, documents) {
  return [
    ...(before.operationId === after.operationId
      ? []
      : [{ pointer: within(pointer, 'operationId'), sentence: `the operation is renamed to ${after.operationId}` }]),
    ...compareSecurity(before, after, within(pointer, 'security')),
    ...compareParameters(before, after, within(pointer, 'parameters'), documents),
    ...compareBodies(before.requestBody, after.requestBody, within(pointer, 'requestBody'), documents),
    ...compareAnswers(before.responses, after.responses, within(pointer, 'responses'), documents),
  ];
}

function compareSecurity(before, after, pointer) {
  if (before.security.length === 0)
    return after.security.length === 0 ? [] : [{ pointer, sentence: 'the operation requires authentication now' }];
  const accepted = after.security.map((alternative) => JSON.stringify(alternative));
  return before.security
    .filter((alternative) => accepted.length > 0 && !accepted.includes(JSON.stringify(alternative)))
    .map((alternative) => ({ pointer, sentence: `${JSON.stringify(alternative)} is no longer enough` }));
}

function compareParameters(before, after, pointer, documents) {
  const keyOf = ({ in: place, name }) => `${place} ${name}`;
  const [earlier, later] = [before, after].map(
    ({ parameters = [] }) => new Map(parameters.map((parameter) => [keyOf(parameter), parameter])),
  );
  return [...new Set([...earlier.keys(), ...later.keys()])].flatMap((key) => {
    const [old, current] = [earlier.get(key), later.get(key)];
    const at = within(pointer, key);
    if (!current) return [{ pointer: at, sentence: 'the parameter no longer exists' }];
    if (!old) return current.required ? [{ pointer: at, sentence: 'the new parameter is required' }] : [];
    if (current.required && !old.required) return [{ pointer: at, sentence: 'the parameter becomes required' }];
    return compareSchemas(old.schema, current.schema, within(at, 'schema'), { side: 'input', readers, ...documents });
  });
}

function compareBodies(before, after, pointer, documents) {
  if (!after) return before ? [{ pointer, sentence: 'the operation no longer has a body' }] : [];
  if (after.required && !before?.required) return [{ pointer, sentence: 'the body becomes required' }];
  if (!before) return [];
  return compareContents(before.content, after.content, pointer, { side: 'input', readers, ...documents });
}

function compareContents(before, after, pointer, context) {
  return Object.entries(before).flatMap(([type, { schema }]) => {
    const at = within(pointer, 'content', type);
    if (!after[type]) return [{ pointer: at, sentence: `the ${context.side} no longer has this media type` }];
    return compareSchemas(schema, after[type].schema, within(at, 'schema'), context);
  });
}

function compareAnswers(before, after, pointer, documents) {
  return Object.entries(before).flatMap(([status, earlierAnswer]) => {
    const at = within(pointer, status);
    if (!after[status]) return [{ pointer: at, sentence: 'the operation no longer answers with this status' }];
    const earlier = resolve(earlierAnswer, documents.before);
    const later = resolve(after[status], documents.after);
    const headers = Object.keys(earlier.headers ?? {})
      .filter((name) => !(name in (later.headers ?? {})))
      .map((name) => ({ pointer: within(at, 'headers', name), sentence: 'the answer no longer has the header' }));
    if (earlier.content?.[problemType]) return [...headers, ...compareCodes(earlier, later, at)];
    const context = { side: 'output', readers, ...documents };
    return [...headers, ...compareContents(earlier.content ?? {}, later.content ?? {}, at, context)];
  });
}

/** New error codes are allowed: callers treat an unknown code by its status. */
function compareCodes(before, after, pointer) {
  const codesOf = ({ content }) => content?.[problemType]?.schema.properties.code.enum ?? [];
  return codesOf(before)
    .filter((code) => !codesOf(after).includes(code))
    .map((code) => ({ pointer, sentence: `the operation no longer answers ${code}` }));
}
