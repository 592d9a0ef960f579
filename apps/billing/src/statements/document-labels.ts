import { toId, toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { prefixOfKind, type DocumentId } from '../documents/stored-document.ts';

interface DocumentLabel {
  readonly number: string;
  /** From the first to the last day of the lines; `end` is exclusive. Null for a document without a period. */
  readonly period: { readonly start: string; readonly end: string } | null;
}

/** Reads the numbers and service periods of documents. The ledger has only the ids of the documents. */
export async function readDocumentLabels(
  em: EntityManager,
  organizationId: `org_${string}`,
  ids: readonly DocumentId[],
): Promise<Map<string, DocumentLabel>> {
  if (ids.length === 0) return new Map();
  const rows = await em.execute<
    {
      id: string;
      kind: keyof typeof prefixOfKind;
      number: string;
      order_id: string | null;
      invoice_id: string | null;
      start: string | null;
      end: string | null;
    }[]
  >(
    `select id, kind, number, order_id, invoice_id, period.start, period."end" from document, lateral (
       select min(period_start)::text as start, max(period_end)::text as "end" from document_line line
       where line.organization_id = document.organization_id
         -- The period of a converted pro forma is the period of its invoice.
         and line.document_id = case when kind = 'pro_forma' then coalesce(invoice_id, id) else id end
     ) period
     where organization_id = ? and id = any(?::uuid[])`,
    [toUuid(organizationId), uuidList(ids)],
  );
  return new Map(
    rows.map(({ id, kind, number, order_id, invoice_id, start, end }) => {
      // The unpaid pro forma of an order has no service period: the service starts at the payment.
      const hasPeriod = kind !== 'pro_forma' || order_id === null || invoice_id !== null;
      return [toId(prefixOfKind[kind], id), { number, period: hasPeriod && start && end ? { start, end } : null }];
    }),
  );
}
