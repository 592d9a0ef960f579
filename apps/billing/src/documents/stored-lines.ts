import { toUuid, type Id } from '@cordee/contracts/id';
import type { Interval } from '@cordee/contracts/products/product-type';
import { sendAhead } from '@cordee/service/database/orm';
import { idOrNull, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
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
  const rows = documents.flatMap(({ organizationId, id, lines }) =>
    lines.map((line, position) => ({
      ...line,
      organizationId: toUuid(organizationId),
      documentId: toUuid(id),
      productId: uuidOrNull(line.productId),
      position,
    })),
  );
  sendAhead(
    em,
    `insert into document_line (
       organization_id, document_id, position, product_id, text, interval, net, vat_basis_points, vat,
       period_start, period_end, credited_position, cost_centre
     )
     select line."organizationId", line."documentId", line.position, line."productId", line.text, line.interval,
            line.net, line."vatBasisPoints", line.vat, line."periodStart", line."periodEnd", line."creditedPosition",
            line."costCentre"
     from jsonb_to_recordset(?::jsonb) as line (
       "organizationId" uuid, "documentId" uuid, position integer, "productId" uuid, text text, interval text,
       net bigint, "vatBasisPoints" integer, vat bigint, "periodStart" date, "periodEnd" date,
       "creditedPosition" integer, "costCentre" text
     )`,
    [JSON.stringify(rows)],
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
  vat: number | string;
  period_start: string | null;
  period_end: string | null;
}

const lineColumnsSql =
  'product_id, text, cost_centre, interval, net, vat_basis_points, vat, period_start::text, period_end::text';

/** SQL that selects the lines of the row `document` as a JSON array of `LineRow`. */
export const linesOfDocumentSql = `(
  select coalesce(json_agg(line), '[]') from (
    select ${lineColumnsSql} from document_line
    where organization_id = document.organization_id and document_id = document.id order by position
  ) line
)`;

/** The key of a document. */
export interface DocumentKey {
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

/** Reads the lines of one document. */
export const readLines = async (
  em: EntityManager,
  organizationId: `org_${string}`,
  id: DocumentId,
): Promise<DocumentLine[]> => (await readLinesOf(em, [{ organizationId, id }])).get(id)!;

export const toLine = (row: LineRow): DocumentLine => ({
  productId: idOrNull('prd', row.product_id),
  text: row.text,
  costCentre: row.cost_centre,
  interval: row.interval,
  net: Number(row.net),
  vatBasisPoints: row.vat_basis_points,
  vat: Number(row.vat),
  periodStart: row.period_start,
  periodEnd: row.period_end,
});
