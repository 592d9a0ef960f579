import { toUuid, type Id } from '@cordee/contracts/id';
import type { Interval } from '@cordee/contracts/products/product-type';
import { sendAhead } from '@cordee/service/database/orm';
import { idOrNull, uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { DocumentLine } from './document-line.ts';

type DocumentId = Id<'pfm' | 'inv' | 'crn'>;

/** Inserts the lines of a document. Stored lines never change. */
export function storeLines(
  em: EntityManager,
  organizationId: `org_${string}`,
  documentId: DocumentId,
  lines: readonly (DocumentLine & { readonly creditedPosition?: number })[],
): void {
  const rows = lines.map((line, position) => ({ ...line, productId: uuidOrNull(line.productId), position }));
  sendAhead(
    em,
    `insert into document_line (
       organization_id, document_id, position, product_id, text, interval, net, vat_basis_points, vat,
       period_start, period_end, credited_position
     )
     select ?, ?, line.position, line."productId", line.text, line.interval, line.net, line."vatBasisPoints",
            line.vat, line."periodStart", line."periodEnd", line."creditedPosition"
     from jsonb_to_recordset(?::jsonb) as line (
       position integer, "productId" uuid, text text, interval text, net bigint, "vatBasisPoints" integer,
       vat bigint, "periodStart" date, "periodEnd" date, "creditedPosition" integer
     )`,
    [toUuid(organizationId), toUuid(documentId), JSON.stringify(rows)],
  );
}

export interface LineRow {
  product_id: string | null;
  text: string;
  interval: Interval | null;
  /** A number in JSON, a text in a row. */
  net: number | string;
  vat_basis_points: number;
  vat: number | string;
  period_start: string | null;
  period_end: string | null;
}

const lineColumns = 'product_id, text, interval, net, vat_basis_points, vat, period_start::text, period_end::text';

/** SQL that selects the lines of the row `document` as a JSON array of `LineRow`. */
export const linesOfDocument = `(
  select coalesce(json_agg(line), '[]') from (
    select ${lineColumns} from document_line
    where organization_id = document.organization_id and document_id = document.id order by position
  ) line
)`;

/** Reads the lines of several documents. */
export async function readLinesOf(
  em: EntityManager,
  organizationId: `org_${string}`,
  documentIds: readonly DocumentId[],
): Promise<Map<DocumentId, DocumentLine[]>> {
  const rows = await em.execute<(LineRow & { document_id: string })[]>(
    `select document_id, ${lineColumns} from document_line
     where organization_id = ? and document_id = any(?::uuid[]) order by document_id, position`,
    [toUuid(organizationId), uuidList(documentIds)],
  );
  const lines = new Map<string, DocumentLine[]>();
  for (const row of rows) lines.set(row.document_id, [...(lines.get(row.document_id) ?? []), toLine(row)]);
  return new Map(documentIds.map((id) => [id, lines.get(toUuid(id)) ?? []]));
}

/** Reads the lines of one document. */
export const readLines = async (
  em: EntityManager,
  organizationId: `org_${string}`,
  documentId: DocumentId,
): Promise<DocumentLine[]> => (await readLinesOf(em, organizationId, [documentId])).get(documentId)!;

export const toLine = (row: LineRow): DocumentLine => ({
  productId: idOrNull('prd', row.product_id),
  text: row.text,
  interval: row.interval,
  net: Number(row.net),
  vatBasisPoints: row.vat_basis_points,
  vat: Number(row.vat),
  periodStart: row.period_start,
  periodEnd: row.period_end,
});
