import type { listDocuments } from '@cordee/contracts/billing/document';
import type { Input } from '@cordee/contracts/contract';
import type { Currency } from '@cordee/contracts/values';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { DocumentSortKey, filteredDocumentsQuery } from './document-filter.ts';
import { documentColumnsSql, type DocumentWithLines } from './stored-document.ts';
import { linesOfDocumentSql } from './stored-lines.ts';

/** Amounts in minor units. */
interface DocumentSums {
  currency: Currency;
  net: string;
  vat: string;
  total: string;
  open: string;
  overdue: string;
}

interface DocumentPage {
  documents: DocumentWithLines[];
  /** The sums of all matching documents, also of the documents on other pages. */
  sums: DocumentSums[];
  nextCursor: string | null;
}

/** Reads a page of documents with their lines, newest first, and the sums of all matching documents. */
export async function readDocumentPage(
  em: EntityManager,
  { limit, cursor, ...filter }: Input<typeof listDocuments>,
  today: string,
): Promise<DocumentPage> {
  const query = filteredDocumentsQuery(filter, today);
  const previousPageEnd = readCursor(DocumentSortKey, cursor);
  // A pro forma and its invoice are about the same money, so the sums do not count the pro forma.
  const countedConditionSql = filter.kind === 'pro_forma' ? '' : `where kind <> 'pro_forma'`;
  // Not materialized: the page is read from the index on the date, without the documents that follow it.
  const [row] = await em.execute<Pick<DocumentPage, 'documents' | 'sums'>[]>(
    `with matching_document as not materialized (${query.sql}),
     page as (
       select * from matching_document${previousPageEnd ? ' where (issued_on, id) < (?, ?)' : ''}
       order by issued_on desc, id desc limit ?
     )
     select (
       select coalesce(json_agg(listed_document), '[]') from (
         select ${documentColumnsSql}, ${linesOfDocumentSql} as lines from page document
         order by document.issued_on desc, document.id desc
       ) listed_document
     ) as documents, (
       select coalesce(json_agg(sums), '[]') from (
         select currency, sum(sign * net)::text as net, sum(sign * vat)::text as vat, sum(sign * total)::text as total,
                coalesce(sum(open_amount) filter (where kind = 'invoice'), 0)::text as open,
                coalesce(sum(open_amount) filter (where kind = 'invoice' and due_on < ?), 0)::text as overdue
         from matching_document, lateral (select case kind when 'credit_note' then -1 else 1 end as sign) sign_of_kind
         ${countedConditionSql} group by currency order by currency
       ) sums
     ) as sums`,
    [...query.parameters, ...(previousPageEnd ?? []), limit + 1, today],
  );
  const { rows, nextCursor } = cutPage(row!.documents, limit, ({ issued_on, id }): z.output<typeof DocumentSortKey> => [
    issued_on,
    id,
  ]);
  return { documents: rows, sums: row!.sums, nextCursor };
}
