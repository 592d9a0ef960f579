import type { listDocuments } from '@cordee/contracts/billing/document';
import type { Input } from '@cordee/contracts/contract';
import type { Currency } from '@cordee/contracts/values';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { DocumentSortKey, selectFiltered } from './document-filter.ts';
import { documentColumns, type DocumentWithLines } from './stored-document.ts';
import { linesOfDocument } from './stored-lines.ts';

interface DocumentPage {
  documents: DocumentWithLines[];
  /** The sums of all matching documents, also of those on other pages. */
  sums: { currency: Currency; total: string; open: string }[];
  nextCursor: string | null;
}

/** Reads a page of documents with their lines, newest first, and the sums of all matching documents. */
export async function readDocumentPage(
  em: EntityManager,
  { limit, cursor, ...filter }: Input<typeof listDocuments>,
  today: string,
): Promise<DocumentPage> {
  const matching = selectFiltered(filter, today);
  const previousPageEnd = readCursor(DocumentSortKey, cursor);
  // Not materialized: the page is read from the index on the date, without the documents that follow it.
  const [row] = await em.execute<Pick<DocumentPage, 'documents' | 'sums'>[]>(
    `with matching as not materialized (${matching.sql}),
     page as (
       select * from matching${previousPageEnd ? ' where (issued_on, id) < (?, ?)' : ''}
       order by issued_on desc, id desc limit ?
     )
     select (
       select coalesce(json_agg(listed), '[]') from (
         select ${documentColumns}, ${linesOfDocument} as lines from page document
         order by document.issued_on desc, document.id desc
       ) listed
     ) as documents, (
       select coalesce(json_agg(sums), '[]') from (
         select currency, sum(total)::text as total, sum(open_amount)::text as open
         from matching group by currency order by currency
       ) sums
     ) as sums`,
    // One row more than the page, to find out whether a next page exists.
    [...matching.parameters, ...(previousPageEnd ?? []), limit + 1],
  );
  const { documents, sums } = row!;
  const page = documents.slice(0, limit);
  const last = page.at(-1);
  return {
    documents: page,
    sums,
    nextCursor:
      documents.length > limit && last
        ? writeCursor([last.issued_on, last.id] satisfies z.output<typeof DocumentSortKey>)
        : null,
  };
}
