import { addressTokens, compactForms } from './address-tokens.ts';
import { fold } from './fold.ts';
import { WEIGHT } from './lexeme.ts';
import { numberTokens } from './number-tokens.ts';
import { TextVector } from './text-vector.ts';
import type { Stems } from './word-forms.ts';

/** A searchable object of an organization: a person, a product, an invoice. */
export interface OrganizationObject {
  organizationId: string;
  id: string;
  kind: string;
  title: string;
  /** Description or comment. */
  body: string;
  /** Names, numbers, references and amounts (`1994.75`). A search finds them with any separators. */
  namesAndNumbers: string[];
  addresses: string[];
  /** Attributes for filters. */
  facets: Record<string, unknown>;
  /** A viewer with one of these tokens can see the object; see `ObjectScope`. */
  aclTokens: string[];
  occurredAt: string | null;
  /** Sequence of the event about the entity. An entry with a lower revision than the stored entry is ignored. */
  revision: number;
}

interface ObjectEntry {
  row: Record<string, unknown>;
  vector: TextVector;
}

export function objectEntry(object: OrganizationObject): ObjectEntry {
  const namesAndNumbers = object.namesAndNumbers.flatMap((text) => [fold(text), ...numberTokens(text)]);
  const matchableTexts = [fold(object.title), ...new Set(namesAndNumbers), ...object.addresses.flatMap(addressTokens)];
  const row = {
    organization_id: object.organizationId,
    id: object.id,
    kind: object.kind,
    title: object.title,
    body: object.body,
    facets: object.facets,
    acl_tokens: object.aclTokens,
    occurred_at: object.occurredAt,
    revision: object.revision,
    // Each text has its own line between spaces, so that a pattern can match whole words, and never two texts.
    match_text: `\n ${matchableTexts.join('\n ')} `,
  };
  const vector = new TextVector().add(object.title, WEIGHT.title);
  for (const text of object.namesAndNumbers) vector.add(text, WEIGHT.namesAndNumbers);
  for (const address of object.addresses)
    vector.add(address, WEIGHT.namesAndNumbers).addTokens(compactForms(address), WEIGHT.namesAndNumbers);
  return { row, vector: vector.add(object.body, WEIGHT.body) };
}

const COLUMN_DEFINITIONS = `organization_id uuid, id uuid, kind text, title text, body text, facets jsonb,
  acl_tokens text[], occurred_at timestamptz, revision bigint, match_text text, tsv text`;
const COLUMN_NAMES = COLUMN_DEFINITIONS.split(',').map((column) => column.trim().split(' ')[0]!);

/** Returns one statement that inserts or updates entries. A stored entry with a higher revision does not change. */
export function upsertObjects(entries: readonly ObjectEntry[], stems: Stems): { sql: string; parameters: unknown[] } {
  const rows = entries.map(({ row, vector }) => ({ ...row, tsv: vector.literal(stems) }));
  const selectList = COLUMN_NAMES.map((name) => (name === 'tsv' ? 'tsv::tsvector' : name)).join(', ');
  // All columns except the first two, which are the primary key.
  const assignments = COLUMN_NAMES.slice(2)
    .map((name) => `${name} = excluded.${name}`)
    .join(', ');
  const sql = `insert into object_entry (${COLUMN_NAMES.join(', ')})
select ${selectList} from json_to_recordset($1::json) as entry(${COLUMN_DEFINITIONS})
on conflict (organization_id, id) do update set ${assignments} where object_entry.revision <= excluded.revision`;
  return { sql, parameters: [JSON.stringify(rows)] };
}
