import type { EntityManager } from '@mikro-orm/postgresql';
import type { z } from 'zod';
import { csvStart, type CsvFormat } from '../csv/csv-row.ts';
import { filteredDocumentsQuery, type DocumentFilter, type DocumentSortKey } from './document-filter.ts';
import { csvHeader, documentAsCsv, type CsvDocument } from './documents-as-csv.ts';

/** The number of documents of a page. A larger page could exceed the size limit of a message. */
const DOCUMENTS_PER_PAGE = 1_500;
/** The first page is small, so that a download starts at once. */
const DOCUMENTS_ON_FIRST_PAGE = 200;

/** The date and id of the last document of a page. */
export type CsvPosition = z.output<typeof DocumentSortKey>;

export interface CsvPage {
  readonly text: string;
  readonly documentCount: number;
  /** Undefined after the last document. */
  readonly next: CsvPosition | undefined;
}

/** The tax point is the earlier of the dates of the invoice and of its payment (DOC-7). A pro forma has none. */
const taxPointSql = `case kind when 'pro_forma' then null when 'invoice' then least(issued_on, paid_on)
  else issued_on end::text`;

/** The columns of `CsvDocument`, of rows `document` of `documentsOnDateSql`. */
export const exportedColumnsSql = `document.id, kind, number, status, issued_on::text, due_on::text, paid_on::text,
  ${taxPointSql} as tax_point, document.currency,
  net, vat, total, open_amount, reference, pro_forma_number, invoice_number, language,
  buyer ->> 'name' as buyer_name, buyer ->> 'town' as town, buyer ->> 'country' as country,
  buyer ->> 'buyerReference' as buyer_reference, buyer ->> 'purchaseOrder' as purchase_order,
  buyer ->> 'vatNumber' as vat_number, (
    select string_agg(mailbox, ', ') from jsonb_array_elements_text(nullif(buyer -> 'mailboxes', 'null')) mailbox
  ) as mailboxes, buyer ->> 'delivery' as delivery, amounts, cost_centres, rate::text as official_rate`;

/** Lines of earlier versions have no category. */
const vatCategorySql = `coalesce(vat_category, case when vat_basis_points > 0 then 'S' else 'AE' end)`;

/** The amounts and the cost centres of the lines of the row `document`. */
export const exportedLinesSql = `lateral (
  select coalesce(string_agg(concat_ws(':', vat_basis_points, net, vat, ${vatCategorySql}), ' '), '') as amounts,
         string_agg(distinct cost_centre, ', ') as cost_centres
  from document_line line where line.organization_id = document.organization_id and line.document_id = document.id
) lines`;

/** The monthly rate of the Federal Tax Administration for the row `document`: staff enters it (DOC-7). */
export const exportedRateSql = `official_rate on authority = 'swiss' and official_rate.currency = document.currency
  and period = to_char(issued_on, 'YYYY-MM')`;

/** Reads the next documents that match a filter, newest first, as rows of a CSV. The first page has the header. */
export async function readCsvPage(
  em: EntityManager,
  filter: DocumentFilter,
  { today, format, after }: { today: string; format: CsvFormat; after: CsvPosition | undefined },
): Promise<CsvPage> {
  const query = filteredDocumentsQuery(filter, today);
  const limit = after ? DOCUMENTS_PER_PAGE : DOCUMENTS_ON_FIRST_PAGE;
  const rows = await em.execute<CsvDocument[]>(
    `with document as (
       select * from (${query.sql}) matching_document ${after ? 'where (issued_on, id) < (?::date, ?::uuid)' : ''}
       order by issued_on desc, id desc limit ?
     )
     select ${exportedColumnsSql} from document left join ${exportedRateSql}, ${exportedLinesSql}
     order by document.issued_on desc, document.id desc`,
    [...query.parameters, ...(after ?? []), limit],
  );
  let text = after ? '' : csvStart(format) + csvHeader(format);
  for (const row of rows) text += documentAsCsv(row, format);
  const last = rows.at(-1);
  return { text, documentCount: rows.length, next: rows.length === limit ? [last!.issued_on, last!.id] : undefined };
}
