import * as fc from 'fast-check';
import { canonicalTree } from '../src/query/canonical-tree.ts';
import { readField, ValueError } from '../src/query/query-fields.ts';
import { QUERY_KINDS, type QueryCondition, type QueryField, type QueryTree } from '../src/query/query-tree.ts';

/** Difficult texts: accents, quotes, operators, keywords such as OR, spaces, other scripts. */
const text = fc.oneof(
  fc.constantFrom(
    "l'équipe",
    '@domaine.fr',
    'Needs action',
    'OR',
    'AND',
    'NOT',
    '-x',
    'from:x',
    'fact*',
    '*x',
    'a"b',
    'a\\b',
    '\\"',
    '(x)',
    '“x”',
    'İstanbul',
    '請求書',
    'https://a.b/c?d=e:f',
    'x ',
    ':x',
    'a\\',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }),
);

const VALUES: { [Field in QueryField]: fc.Arbitrary<unknown> } = {
  text,
  from: text,
  to: text,
  cc: text,
  bcc: text,
  subject: text,
  body: text,
  filename: text,
  inMailbox: text,
  list: text,
  messageId: text,
  header: fc.oneof(
    fc.constant(['X-Mailer']),
    text.map((value) => ['List-Post', value]),
  ),
  hasAttachment: fc.constant(true),
  minSize: fc.nat(),
  maxSize: fc.oneof(fc.nat(), fc.constantFrom(1024, 5 * 1024 ** 2, 3 * 1024 ** 3)),
  before: fc.constantFrom('2026-02-28', '2026-01-01T10:00:00.000Z', '0999-12-31'),
  after: fc.constantFrom('2024-02-29', '1.3.2026', '2026'),
  olderThan: fc.constantFrom('7d', '1y', '12h'),
  newerThan: fc.constantFrom('6m', '2w'),
  hasKeyword: fc.constantFrom('$seen', '$flagged'),
  notKeyword: fc.constantFrom('$seen', '$flagged'),
  kind: fc.constantFrom(...QUERY_KINDS),
};

const condition: fc.Arbitrary<QueryCondition> = fc
  .constantFrom(...(Object.keys(VALUES) as QueryField[]))
  .chain((field) => VALUES[field].map((value) => readField(field, value)))
  .filter((result): result is QueryCondition => !(result instanceof ValueError));

const { tree } = fc.letrec<{ tree: QueryTree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    condition,
    fc.record({
      operator: fc.constantFrom('AND' as const, 'OR' as const),
      conditions: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      operator: fc.constant('NOT' as const),
      conditions: fc.array(tie('tree'), { minLength: 1, maxLength: 2 }),
    }),
  ),
}));

/** Generates canonical trees for property tests. */
export const arbitraryTree: fc.Arbitrary<QueryTree> = tree.map(canonicalTree);
