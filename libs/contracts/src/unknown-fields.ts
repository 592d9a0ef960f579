/**
 * Returns the paths of the fields that a schema does not declare, such as `lines.0.note`. `given` is a JSON value and
 * `parsed` is the output of the schema, which omits these fields.
 */
export function unknownFields(given: unknown, parsed: unknown): string[] {
  if (!isContainer(given) || !isContainer(parsed)) return [];
  return Object.entries(given).flatMap(([field, value]) => {
    if (value === undefined) return [];
    if (!Object.hasOwn(parsed, field)) return [field];
    return unknownFields(value, (parsed as Record<string, unknown>)[field]).map((path) => `${field}.${path}`);
  });
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
