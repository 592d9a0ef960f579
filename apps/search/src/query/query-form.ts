import { canonicalTree } from './canonical-tree.ts';
import { formatQuery } from './format-query.ts';
import { parseQuery } from './parse-query.ts';
import {
  fieldEntry,
  isOperator,
  type QueryCondition,
  type QueryField,
  type QueryFields,
  type QueryTree,
} from './query-tree.ts';

/** The fields of the advanced form in display order. Each has one value, and all given fields must match. */
export const FORM_FIELDS = [
  'kind',
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
  'body',
  'filename',
  'inMailbox',
  'list',
  'messageId',
  'hasAttachment',
  'minSize',
  'maxSize',
  'after',
  'before',
  'newerThan',
  'olderThan',
  'hasKeyword',
  'notKeyword',
] as const satisfies readonly QueryField[];

type FormField = (typeof FORM_FIELDS)[number];

/** The advanced form. `words` contains the rest as query text: words, alternatives, exclusions, a second sender. */
export type QueryForm = { [Field in FormField]?: QueryFields[Field] } & { words?: string };

const isFormField = (field: QueryField): field is FormField => FORM_FIELDS.some((each) => each === field);

export function queryForm(tree: QueryTree): QueryForm {
  const form: Record<string, unknown> = {};
  const rest: QueryTree[] = [];
  for (const condition of isOperator(tree) && tree.operator === 'AND' ? tree.conditions : [tree]) {
    const entry = isOperator(condition) ? undefined : fieldEntry(condition);
    if (entry && isFormField(entry.field) && !(entry.field in form)) form[entry.field] = entry.value;
    else rest.push(condition);
  }
  if (rest.length > 0) form['words'] = formatQuery(canonicalTree({ operator: 'AND', conditions: rest }));
  return form;
}

/** The tree of a form: its fields in display order, then its words. */
export function formTree(form: QueryForm): QueryTree {
  const fields = FORM_FIELDS.filter((field) => form[field] !== undefined).map(
    (field) => ({ [field]: form[field] }) as QueryCondition,
  );
  const words = form.words === undefined ? [] : [parseQuery(form.words).tree];
  return canonicalTree({ operator: 'AND', conditions: [...fields, ...words] });
}
