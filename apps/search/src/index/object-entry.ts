import { addressTokens } from './address-tokens.ts';
import { fold } from './fold.ts';
import { numberCodes } from './number-codes.ts';
import { TextVector } from './text-vector.ts';
import type { Stems } from './word-forms.ts';

/** Something of an organization that can be found: a person, a product, an invoice. */
export interface OrganizationObject {
  organizationId: string;
  id: string;
  kind: string;
  title: string;
  /** What is said about it: description, comment. */
  body: string;
  /** Numbers, references, amounts (`1994.75`), telephone numbers, as they are shown. */
  codes: string[];
  addresses: string[];
  /** What a result shows and filters narrow by. */
  facets: Record<string, unknown>;
  /** Who may see it; see `ObjectScope`. */
  audiences: string[];
  occurredAt: string | null;
  /** Of the entity it shows: an older one that arrives late changes nothing. */
  revision: number;
}

export interface ObjectEntry {
  row: Record<string, unknown>;
  vector: TextVector;
}

export function objectEntry(object: OrganizationObject): ObjectEntry {
  const codes = object.codes.flatMap((code) => [fold(code), ...numberCodes(code)]);
  const row = {
    organization_id: object.organizationId,
    id: object.id,
    kind: object.kind,
    title: object.title,
    body: object.body,
    facets: object.facets,
    audiences: object.audiences,
    occurred_at: object.occurredAt,
    revision: object.revision,
    match_text: `\n ${[fold(object.title), ...new Set(codes), ...object.addresses.flatMap(addressTokens)].join('\n ')} `,
  };
  const vector = new TextVector().add(object.title, 'A');
  for (const code of object.codes) vector.add(code, 'B');
  for (const address of object.addresses)
    vector.add(address, 'B').addTokens(
      addressTokens(address).filter((token) => /^[\p{L}\p{N}]+$/u.test(token)),
      'B',
    );
  return { row, vector: vector.add(object.body, 'D') };
}

const COLUMNS = `organization_id uuid, id uuid, kind text, title text, body text, facets jsonb, audiences text[], occurred_at timestamptz,
  revision bigint, match_text text, tsv text`;
const NAMES = COLUMNS.split(',').map((column) => column.trim().split(' ')[0]!);

/** Writes any number of entries in one statement; events that arrive out of order leave the newest. */
export function upsertObjects(entries: readonly ObjectEntry[], stems: Stems): { sql: string; parameters: unknown[] } {
  const rows = entries.map(({ row, vector }) => ({ ...row, tsv: vector.literal(stems) }));
  const values = NAMES.map((name) => (name === 'tsv' ? 'tsv::tsvector' : name)).join(', ');
  const changes = NAMES.slice(2)
    .map((name) => `${name} = excluded.${name}`)
    .join(', ');
  const sql = `insert into object_entry (${NAMES.join(', ')})
select ${values} from json_to_recordset($1::json) as entry(${COLUMNS})
on conflict (organization_id, id) do update set ${changes} where object_entry.revision <= excluded.revision`;
  return { sql, parameters: [JSON.stringify(rows)] };
}
