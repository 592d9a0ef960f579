import type { listDocuments } from '@cordee/contracts/billing/document';
import type { Input } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { LocalDate } from '@cordee/contracts/values';
import * as z from 'zod';
import { uuidList } from '@cordee/service/database/sql-values';
import { documentsOnDateSql, type DocumentId } from './stored-document.ts';

export type DocumentFilter = Pick<
  Input<typeof listDocuments>,
  'organizationId' | 'kind' | 'status' | 'from' | 'to' | 'productId' | 'addressId' | 'text'
> & { readonly documentIds?: readonly DocumentId[] | undefined };

/** A query with its parameters. */
interface SqlQuery {
  sql: string;
  parameters: unknown[];
}

/** Returns the query of the rows of `documentsOnDateSql` that match a filter. `from` and `to` are inclusive (DOC-1). */
export function filteredDocumentsQuery(filter: DocumentFilter, today: string): SqlQuery {
  const conditions: string[] = [];
  // The first two parameters are the parameters of `documentsOnDateSql`.
  const parameters: unknown[] = [today, toUuid(filter.organizationId)];
  const addCondition = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (filter.documentIds) addCondition('id = any(?::uuid[])', uuidList(filter.documentIds));
  if (filter.kind) addCondition('kind = ?', filter.kind);
  if (filter.status === 'overdue') addCondition(`status in ('open', 'part_paid') and due_on < ?`, today);
  else if (filter.status) addCondition('status = ?', filter.status);
  if (filter.from) addCondition('issued_on >= ?', filter.from);
  if (filter.to) addCondition('issued_on <= ?', filter.to);
  if (filter.productId)
    addCondition(
      `exists (
         select from document_line line
         where line.organization_id = ? and line.document_id = candidate.id and line.product_id = ?
       )`,
      toUuid(filter.organizationId),
      toUuid(filter.productId),
    );
  if (filter.addressId) addCondition('address_id = ?', toUuid(filter.addressId));
  if (filter.text) {
    const pattern = `%${filter.text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    // Documents print references with spaces; stored references have none.
    const compactPattern = pattern.replaceAll(/\s/g, '');
    addCondition(
      `(
         number ilike ? or reference ilike ? or pro_forma_number ilike ? or invoice_number ilike ?
         or buyer ->> 'name' ilike ?
         or exists (
           select from document_line line
           where line.organization_id = ? and line.document_id = candidate.id
             and (line.text ilike ? or line.cost_centre ilike ?)
         )
       )`,
      pattern,
      compactPattern,
      pattern,
      pattern,
      pattern,
      toUuid(filter.organizationId),
      pattern,
      pattern,
    );
  }
  const whereSql = conditions.length ? ` where ${conditions.join(' and ')}` : '';
  return { sql: `select * from (${documentsOnDateSql}) candidate${whereSql}`, parameters };
}

/** The cursor of a page: the date and id of its last document. New documents do not shift later pages. */
export const DocumentSortKey = z.tuple([LocalDate, z.uuid()]);
