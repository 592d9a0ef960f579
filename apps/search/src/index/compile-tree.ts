import { fieldEntry, isOperator, type FieldEntry, type QueryTree } from '../query/query-tree.ts';
import { ageInWords, isInstant } from '../query/query-values.ts';
import type { SqlParameters } from './sql-parameters.ts';

/** Local dates of a query are days in `zone`; ages are relative to `now`. */
export interface QueryTime {
  now: Date;
  zone: string;
}

/** Joins the conditions of a tree. A compiled condition must never be NULL: its negation would exclude the row too. */
export function compileTree(tree: QueryTree, compileCondition: (entry: FieldEntry) => string): string {
  if (!isOperator(tree)) return compileCondition(fieldEntry(tree));
  if (tree.conditions.length === 0) return 'true';
  const parts = tree.conditions.map((child) => compileTree(child, compileCondition));
  if (tree.operator === 'NOT') return `not (${parts.join(' or ')})`;
  return `(${parts.join(tree.operator === 'AND' ? ' and ' : ' or ')})`;
}

export function instantSql(moment: string, at: QueryTime, parameters: SqlParameters): string {
  if (isInstant(moment)) return `${parameters.add(moment)}::timestamptz`;
  return `(${parameters.add(moment)}::date::timestamp at time zone ${parameters.add(at.zone)})`;
}

export function ageSql(age: string, at: QueryTime, parameters: SqlParameters): string {
  return `(${parameters.add(at.now.toISOString())}::timestamptz - ${parameters.add(ageInWords(age))}::interval)`;
}

/** A LIKE pattern for a part of a text, with escaped wildcards. */
export function containing(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
