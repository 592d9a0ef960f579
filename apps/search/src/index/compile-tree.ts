import { fieldEntry, isOperator, type FieldEntry, type QueryTree } from '../query/query-tree.ts';
import { isInstant } from '../query/query-values.ts';
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
  if (!isOperator(tree)) return compileCondition(fieldEntry(tree));
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

/** Returns a LIKE pattern that finds texts that contain the part. Escapes the wildcards in the part. */
export function likePattern(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
