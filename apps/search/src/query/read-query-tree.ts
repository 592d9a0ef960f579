import { canonicalTree } from './canonical-tree.ts';
import { checkComplexity } from './query-complexity.ts';
import { filterInvalid, queryTooComplex } from './query-errors.ts';
import { isQueryField, readField, ValueError } from './query-fields.ts';
import { QUERY_LIMITS, type QueryTree } from './query-tree.ts';

/**
 * Reads a JSON filter into a canonical tree. Accepts the JMAP forms: several fields in one condition mean all of them,
 * `NOT` of several conditions means none of them, and `hasAttachment: false`.
 */
export function readQueryTree(json: unknown, pointer = '/filter'): QueryTree {
  const tree = canonicalTree(readNode(json, pointer, 0));
  checkComplexity(tree, pointer);
  return tree;
}

function readNode(json: unknown, pointer: string, depth: number): QueryTree {
  if (depth > QUERY_LIMITS.depth)
    throw queryTooComplex('QUERY_TOO_DEEP', `A filter has at most ${QUERY_LIMITS.depth} nested levels.`, pointer);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw filterInvalid(pointer, 'FILTER_INVALID', 'A filter is an object.');
  return 'operator' in json ? readOperator(json, pointer, depth) : readConditions(json, pointer, depth);
}

function readOperator(json: object, pointer: string, depth: number): QueryTree {
  const { operator, conditions, ...rest } = json as Record<string, unknown>;
  if (operator !== 'AND' && operator !== 'OR' && operator !== 'NOT') {
    throw filterInvalid(`${pointer}/operator`, 'OPERATOR_UNKNOWN', 'The operator is AND, OR or NOT.');
  }
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw filterInvalid(`${pointer}/${escapePointer(unknown)}`, 'FIELD_UNKNOWN', 'An operator has conditions only.');
  const isEverything = depth === 0 && operator === 'AND';
  if (!Array.isArray(conditions) || (conditions.length === 0 && !isEverything)) {
    throw filterInvalid(`${pointer}/conditions`, 'CONDITIONS_MISSING', 'An operator needs a list of conditions.');
  }
  if (conditions.length > QUERY_LIMITS.terms) {
    throw queryTooComplex(
      'QUERY_TOO_MANY_TERMS',
      `A filter has at most ${QUERY_LIMITS.terms} terms.`,
      `${pointer}/conditions`,
    );
  }
  return {
    operator,
    conditions: conditions.map((child, index) => readNode(child, `${pointer}/conditions/${index}`, depth + 1)),
  };
}

function readConditions(json: object, pointer: string, depth: number): QueryTree {
  const fields = Object.entries(json);
  if (fields.length === 0 && depth > 0) throw filterInvalid(pointer, 'CONDITIONS_MISSING', 'A condition has a field.');
  return {
    operator: 'AND',
    conditions: fields.map(([name, value]) => readCondition(name, value, `${pointer}/${escapePointer(name)}`)),
  };
}

function readCondition(name: string, value: unknown, pointer: string): QueryTree {
  if (!isQueryField(name)) throw filterInvalid(pointer, 'FIELD_UNKNOWN', 'There is no such field.');
  if (name === 'hasAttachment' && value === false) return { operator: 'NOT', conditions: [{ hasAttachment: true }] };
  if (typeof value === 'string' && value.length > QUERY_LIMITS.length) {
    throw queryTooComplex('QUERY_TOO_LONG', `A value has at most ${QUERY_LIMITS.length} characters.`, pointer);
  }
  const read = readField(name, value);
  if (read instanceof ValueError) throw filterInvalid(pointer, read.code, read.detail);
  return read;
}

const escapePointer = (name: string) => name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
