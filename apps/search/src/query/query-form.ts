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

/** Fields of the advanced form in its order; each holds one value, and all that are filled in must match. */
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

/** The advanced form. What has no field of its own (words, alternatives, exclusions, a second sender) stands in `words` as query text. */
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

/** The tree of a filled-in form: its fields in the form's order, then its words. */
export function formTree(form: QueryForm): QueryTree {
  const fields = FORM_FIELDS.filter((field) => form[field] !== undefined).map(
    (field) => ({ [field]: form[field] }) as QueryCondition,
  );
  const words = form.words === undefined ? [] : [parseQuery(form.words).tree];
  return canonicalTree({ operator: 'AND', conditions: [...fields, ...words] });
}
