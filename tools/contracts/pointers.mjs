import { isDeepStrictEqual } from 'node:util';

/** Appends keys to a JSON pointer (RFC 6901). */
export const within = (pointer, ...keys) =>
  [pointer, ...keys.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');

/** Returns the object that a reference names, with the reference as `reference` and the keywords beside it. */
export function resolve(object, document) {
  if (!object.$ref) return object;
  const { $ref, ...siblings } = object;
  const keys = $ref.slice(2).split('/');
  const referred = keys.reduce((value, key) => value[key.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  return { ...combine(resolve(referred, document), siblings), reference: $ref };
}

/** Returns a schema whose values match both schemas. The default of the second schema has precedence. */
export function combine(schema, other) {
  const hasConflict = Object.keys(other).some(
    (key) => key !== 'default' && key in schema && !isDeepStrictEqual(schema[key], other[key]),
  );
  return hasConflict ? { ...schema, allOf: [...(schema.allOf ?? []), other] } : { ...schema, ...other };
}
