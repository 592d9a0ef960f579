/** A longer path exists only in recursive schemas. */
const MAX_DEPTH = 6;

/**
 * Returns the fields of the input of a contract, also of its objects and lists. A field has `path`, the names and
 * indexes from the root, and `schema`, its JSON schema.
 */
export async function fieldsOf({ input }) {
  const { toJSONSchema } = await import('zod');
  const root = toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  const resolve = (schema) => (schema.$ref ? root.$defs[schema.$ref.split('/').at(-1)] : schema);
  const walk = (unresolved, path) => {
    if (path.length > MAX_DEPTH) return [];
    const schema = resolve(unresolved);
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (alternatives) return alternatives.flatMap((each) => walk(each, path));
    const self = path.length === 0 || schema.type === 'null' ? [] : [{ path, schema }];
    if (schema.type === 'array') return [...self, ...walk(schema.items ?? {}, [...path, 0])];
    const properties = Object.entries(schema.properties ?? {});
    return [...self, ...properties.flatMap(([name, each]) => walk(each, [...path, name]))];
  };
  const byPath = new Map(walk(root, []).map((field) => [JSON.stringify(field.path), field]));
  return [...byPath.values()];
}

/** True for a field that accepts a text. The type of a field that can be null is a list. */
export const isText = ({ schema }) => [schema.type].flat().includes('string');

/** True for a field that accepts text which people write. */
export const isFreeText = ({ schema }) =>
  isText({ schema }) && !schema.enum && !schema.const && !schema.format && acceptsNames(schema.pattern);

/** True without a pattern, and for the pattern of names, which only requires a visible character. */
const acceptsNames = (pattern) => pattern === undefined || pattern.startsWith('[^\\p{Z}');

/** Returns a copy of the input with another value of a field. Missing objects and lists around the field are added. */
export function withField(input, path, value) {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const copy = typeof name === 'number' ? [...(Array.isArray(input) ? input : [])] : { ...input };
  copy[name] = withField(copy[name], rest, value);
  return copy;
}
