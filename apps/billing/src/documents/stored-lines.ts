import { toId, toUuid, type Id } from '@cordee/contracts/id';
import type { Interval } from '@cordee/contracts/products/product-type';
import { sendAhead } from '@cordee/service/database/orm';
import { idOrNull, sqlArray, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { VatCategory } from '../vat/vat-decision.ts';
import type { DocumentLine } from './document-line.ts';

type DocumentId = Id<'pfm' | 'inv' | 'crn'>;

type NewLine = DocumentLine & { readonly creditedPosition?: number };

/** Inserts the lines of a document. Stored lines never change. */
export const storeLines = (
  em: EntityManager,
  organizationId: `org_${string}`,
  id: DocumentId,
  lines: readonly NewLine[],
): void => storeLinesOf(em, [{ organizationId, id, lines }]);

/** Inserts the lines of many documents in one statement, without waiting for the reply. */
export function storeLinesOf(
  em: EntityManager,
  documents: readonly { organizationId: `org_${string}`; id: DocumentId; lines: readonly NewLine[] }[],
): void {
  const rows = documents.flatMap(({ organizationId, id, lines }) => {
    const [organization, document] = [toUuid(organizationId), toUuid(id)];
    return lines.map((line, position) => ({ organization, document, line, position }));
  });
  const columnOf = (valueOf: (line: NewLine) => string | number | null | undefined): string =>
    sqlArray(rows.map(({ line }) => valueOf(line)));
  sendAhead(
    em,
    `insert into document_line (
       organization_id, document_id, position, product_id, text, interval, net, vat_basis_points, vat,
       period_start, period_end, credited_position, cost_centre, vat_category
     )
     select * from unnest(
       ?::uuid[], ?::uuid[], ?::integer[], ?::uuid[], ?::text[], ?::text[], ?::bigint[], ?::integer[], ?::bigint[],
       ?::date[], ?::date[], ?::integer[], ?::text[], ?::text[]
     )`,
    [
      sqlArray(rows.map(({ organization }) => organization)),
      sqlArray(rows.map(({ document }) => document)),
      sqlArray(rows.map(({ position }) => position)),
      columnOf(({ productId }) => uuidOrNull(productId)),
      columnOf(({ text }) => text),
      columnOf(({ interval }) => interval),
      columnOf(({ net }) => net),
      columnOf(({ vatBasisPoints }) => vatBasisPoints),
      columnOf(({ vat }) => vat),
      columnOf(({ periodStart }) => periodStart),
      columnOf(({ periodEnd }) => periodEnd),
      columnOf(({ creditedPosition }) => creditedPosition),
      columnOf(({ costCentre }) => costCentre),
      columnOf(({ vatCategory }) => vatCategory),
    ],
  );
}

export interface LineRow {
  product_id: string | null;
  text: string;
  cost_centre: string | null;
  interval: Interval | null;
  /** A number in JSON, a text in a row. */
  net: number | string;
  vat_basis_points: number;
  /** Null for a line that an earlier version has stored. */
  vat_category: VatCategory | null;
  vat: number | string;
  period_start: string | null;
  period_end: string | null;
}

const lineColumnsSql = `
  product_id, text, cost_centre, interval, net, vat_basis_points, vat_category, vat, period_start::text,
  period_end::text`;

/** SQL that selects the lines of the row `document` as a JSON array of `LineRow`. */
export const linesOfDocumentSql = `(
  select coalesce(json_agg(line), '[]') from (
    select ${lineColumnsSql} from document_line
    where organization_id = document.organization_id and document_id = document.id order by position
  ) line
)`;

/** The key of a document. */
interface DocumentKey {
  readonly organizationId: `org_${string}`;
  readonly id: DocumentId;
}

/** Reads the lines of several documents. */
export async function readLinesOf(
  em: EntityManager,
  documents: readonly DocumentKey[],
): Promise<Map<DocumentId, DocumentLine[]>> {
  if (documents.length === 0) return new Map();
  const rows = await em.execute<(LineRow & { document_id: string })[]>(
    `select document_id, ${lineColumnsSql}
     from jsonb_to_recordset(?::jsonb) as document (organization_id uuid, document_id uuid)
     join document_line line using (organization_id, document_id)
     order by document_id, position`,
    [
      JSON.stringify(
        documents.map(({ organizationId, id }) => ({
          organization_id: toUuid(organizationId),
          document_id: toUuid(id),
        })),
      ),
    ],
  );
  const lines = new Map<string, DocumentLine[]>();
  for (const row of rows) {
    const earlierLines = lines.get(row.document_id);
    if (earlierLines) earlierLines.push(toLine(row));
    else lines.set(row.document_id, [toLine(row)]);
  }
  return new Map(documents.map(({ id }) => [id, lines.get(toUuid(id)) ?? []]));
}

/**
 * Reads the lines of the documents that can be paid and have one of the references: issued pro formas and open
 * invoices.
 */
export async function readLinesByReference(
  em: EntityManager,
  references: readonly string[],
): Promise<Map<DocumentId, DocumentLine[]>> {
  if (references.length === 0) return new Map();
  const rows = await em.execute<(LineRow & { document_id: string; kind: 'pfm' | 'inv' })[]>(
    `with wanted as (select unnest(?::text[]) as reference), payable as (
       select organization_id, id, 'pfm' as kind from pro_forma join wanted using (reference) where status = 'issued'
       union all
       select organization_id, id, 'inv' from invoice join wanted using (reference)
       where status in ('open', 'part_paid')
     )
     select kind, document_id, ${lineColumnsSql}
     from payable join document_line line on line.organization_id = payable.organization_id
       and line.document_id = payable.id
     order by document_id, position`,
    [sqlArray(references)],
  );
  const lines = new Map<DocumentId, DocumentLine[]>();
  let lastUuid: string | undefined;
  let lastLines: DocumentLine[] = [];
  for (const row of rows) {
    if (row.document_id !== lastUuid) {
      lastUuid = row.document_id;
      lastLines = [];
      lines.set(toId(row.kind, row.document_id), lastLines);
    }
    lastLines.push(toLine(row));
  }
  return lines;
}

/** Reads the lines of one document. */
export const readLines = async (
  em: EntityManager,
  organizationId: `org_${string}`,
  id: DocumentId,
): Promise<DocumentLine[]> => (await readLinesOf(em, [{ organizationId, id }])).get(id)!;

/** Earlier versions stored lines without a category: they had Swiss VAT or reverse charge. */
const categoryOfEarlierVersion = (vatBasisPoints: number): VatCategory => (vatBasisPoints > 0 ? 'S' : 'AE');

export const toLine = (row: LineRow): DocumentLine => ({
  productId: idOrNull('prd', row.product_id),
  text: row.text,
  costCentre: row.cost_centre,
  interval: row.interval,
  net: Number(row.net),
  vatBasisPoints: row.vat_basis_points,
  vatCategory: row.vat_category ?? categoryOfEarlierVersion(row.vat_basis_points),
  vat: Number(row.vat),
  periodStart: row.period_start,
  periodEnd: row.period_end,
});
