import { fieldEntry, isBooleanNode, type FieldEntry, type QueryTree } from '../query/query-tree.ts';
import { ageInWords, isInstant } from '../query/query-values.ts';
import type { SqlParameters } from './sql-parameters.ts';

/** A local date in a query is a day in the time zone `zone`. An age is relative to `now`. */
export interface QueryTime {
  now: Date;
  zone: string;
}

/**
 * Joins the conditions of a tree. A compiled condition must never be NULL: then neither the condition nor its negation
 * would find the row.
 */
export function compileTree(tree: QueryTree, compileCondition: (entry: FieldEntry) => string): string {
  if (!isBooleanNode(tree)) return compileCondition(fieldEntry(tree));
  if (tree.conditions.length === 0) return 'true';
  const parts = tree.conditions.map((child) => compileTree(child, compileCondition));
  if (tree.operator === 'NOT') return `not (${parts.join(' or ')})`;
  return `(${parts.join(tree.operator === 'AND' ? ' and ' : ' or ')})`;
}

/** Returns the SQL expression for an instant, or for the start of a local date. */
export function instantSql(moment: string, time: QueryTime, parameters: SqlParameters): string {
  if (isInstant(moment)) return `${parameters.add(moment)}::timestamptz`;
  return `(${parameters.add(moment)}::date::timestamp at time zone ${parameters.add(time.zone)})`;
}

/** Returns the SQL expression for the instant that is the age before `now`. */
export function ageSql(age: string, now: Date, parameters: SqlParameters): string {
  return `(${parameters.add(now.toISOString())}::timestamptz - ${parameters.add(ageInWords(age))}::interval)`;
}

/** Returns a LIKE pattern that finds texts that contain the part. Escapes the wildcards in the part. */
export function likePattern(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
