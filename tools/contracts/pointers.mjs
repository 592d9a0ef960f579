/** Returns the JSON pointer (RFC 6901) of a value in the value of a pointer. */
export const within = (pointer, ...keys) =>
  [pointer, ...keys.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');

/**
 * Returns the schema that a reference names, with the reference as `reference`. Keywords beside the reference override
 * those of the schema.
 */
export function resolve(schema, document) {
  if (!schema.$ref) return schema;
  const { $ref, ...siblings } = schema;
  const keys = $ref.slice(2).split('/');
  const referred = keys.reduce((value, key) => value[key.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  return { ...resolve(referred, document), ...siblings, reference: $ref };
}
