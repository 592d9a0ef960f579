export type Json = Record<string, unknown>;

/** Replaces every object of a JSON value, the inner objects first. */
export function mapObjects(value: Json, replace: (object: Json) => Json): Json {
  const visit = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(visit);
    if (typeof each !== 'object' || each === null) return each;
    return replace(Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, visit(inner)])));
  };
  return visit(value) as Json;
}

/** `createTeam` → `CreateTeam`. */
export const capitalize = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
