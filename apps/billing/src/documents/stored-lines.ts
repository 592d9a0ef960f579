import { toUuid, type Id } from '@cordee/contracts/id';
import type { Interval } from '@cordee/contracts/products/product-type';
import { sendAhead } from '@cordee/service/database/orm';
import { idOrNull, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { DocumentLine } from './document-line.ts';

type DocumentId = Id<'pfm' | 'inv'>;

/** Inserts the lines of a document. Stored lines never change. */
export function storeLines(
  em: EntityManager,
  organizationId: `org_${string}`,
  documentId: DocumentId,
  lines: readonly DocumentLine[],
): void {
  const rows = lines.map((line, position) => ({ ...line, productId: uuidOrNull(line.productId), position }));
  sendAhead(
    em,
    `insert into document_line (
       organization_id, document_id, position, product_id, text, interval, net, vat_basis_points,
       period_start, period_end
     )
     select ?, ?, line.position, line."productId", line.text, line.interval, line.net, line."vatBasisPoints",
            line."periodStart", line."periodEnd"
     from jsonb_to_recordset(?::jsonb) as line (
       position integer, "productId" uuid, text text, interval text, net bigint, "vatBasisPoints" integer,
       "periodStart" date, "periodEnd" date
     )`,
    [toUuid(organizationId), toUuid(documentId), JSON.stringify(rows)],
  );
}

interface LineRow {
  document_id: string;
  product_id: string | null;
  text: string;
  interval: Interval | null;
  net: string;
  vat_basis_points: number;
  period_start: string | null;
  period_end: string | null;
}

/** Reads the lines of several documents. The key of the map is the UUID of the document. */
export async function readLinesOf(
  em: EntityManager,
  organizationId: `org_${string}`,
  documentUuids: readonly string[],
): Promise<Map<string, DocumentLine[]>> {
  const rows = await em.execute<LineRow[]>(
    `select document_id, product_id, text, interval, net, vat_basis_points, period_start::text, period_end::text
     from document_line where organization_id = ? and document_id = any(?::uuid[]) order by document_id, position`,
    [toUuid(organizationId), `{${documentUuids.join(',')}}`],
  );
  const lines = new Map<string, DocumentLine[]>();
  for (const row of rows) {
    const line: DocumentLine = {
      productId: idOrNull('prd', row.product_id),
      text: row.text,
      interval: row.interval,
      net: Number(row.net),
      vatBasisPoints: row.vat_basis_points,
      periodStart: row.period_start,
      periodEnd: row.period_end,
    };
    lines.set(row.document_id, [...(lines.get(row.document_id) ?? []), line]);
  }
  return lines;
}

/** Reads the lines of one document. */
export const readLines = async (
  em: EntityManager,
  organizationId: `org_${string}`,
  documentId: DocumentId,
): Promise<DocumentLine[]> =>
  (await readLinesOf(em, organizationId, [toUuid(documentId)])).get(toUuid(documentId)) ?? [];
