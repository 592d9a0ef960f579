import { isDeepStrictEqual } from 'node:util';
import { compareSchemas } from './compare-schemas.mjs';
import { resolve, within } from './pointers.mjs';

/** Programs that call the API ignore unknown values of enums and unknown error codes: the guide for callers says so. */
const readers = 'tolerant';

/** Compares two OpenAPI documents. Returns the changes that break callers, each with its operation or component. */
export function compareDocuments(before, after) {
  return [
    ...compareOperations(before, after),
    // Generated clients have the names of schemas: `components['schemas']['Team']`.
    ...compareComponents('schemas', before, after, () => undefined),
    ...compareComponents('securitySchemes', before, after, (earlier, later) =>
      isDeepStrictEqual(earlier, later) ? undefined : 'the security scheme changes',
    ),
  ];
}

/** Compares the components of a section by their names. `sentenceOf` describes the change of a component. */
function compareComponents(section, before, after, sentenceOf) {
  const [earlier, later] = [before, after].map(({ components = {} }) => components[section] ?? {});
  return Object.keys(earlier).flatMap((name) => {
    const sentence = later[name] ? sentenceOf(earlier[name], later[name]) : 'the component no longer exists';
    return sentence ? [{ owner: name, pointer: within('', 'components', section, name), sentence }] : [];
  });
}

function compareOperations(before, after) {
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
  const keyOf = ({ in: location, name }) => `${location} ${name}`;
  const byKey = ({ parameters = [] }, document) =>
    new Map(parameters.map((each) => resolve(each, document)).map((parameter) => [keyOf(parameter), parameter]));
  const [earlier, later] = [byKey(before, documents.before), byKey(after, documents.after)];
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
    return compareSchemas(schema ?? {}, after[type].schema ?? {}, within(at, 'schema'), context);
  });
}

function compareAnswers(before, after, pointer, documents) {
  const context = { side: 'output', readers, ...documents };
  return Object.entries(before).flatMap(([status, answer]) => {
    const at = within(pointer, status);
    if (!after[status]) return [{ pointer: at, sentence: 'the operation no longer answers with this status' }];
    const [earlier, later] = [resolve(answer, documents.before), resolve(after[status], documents.after)];
    const answerPointer = later.reference?.slice(1) ?? at;
    return [
      ...compareHeaders(earlier.headers ?? {}, later.headers ?? {}, within(answerPointer, 'headers'), context),
      ...compareContents(earlier.content ?? {}, later.content ?? {}, answerPointer, context),
    ];
  });
}

function compareHeaders(before, after, pointer, context) {
  return Object.entries(before).flatMap(([name, header]) => {
    const at = within(pointer, name);
    if (!after[name]) return [{ pointer: at, sentence: 'the answer no longer has the header' }];
    const [earlier, later] = [resolve(header, context.before), resolve(after[name], context.after)];
    const headerPointer = later.reference?.slice(1) ?? at;
    if (earlier.required && !later.required)
      return [{ pointer: headerPointer, sentence: 'the header can be absent now' }];
    return compareSchemas(earlier.schema ?? {}, later.schema ?? {}, within(headerPointer, 'schema'), context);
  });
}
