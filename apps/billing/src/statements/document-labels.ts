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
      start: string | null;
      end: string | null;
    }[]
  >(
    `select id, kind, number, order_id, period.start, period."end" from document, lateral (
       select min(period_start)::text as start, max(period_end)::text as "end" from document_line line
       where line.organization_id = document.organization_id and line.document_id = document.id
     ) period
     where organization_id = ? and id = any(?::uuid[])`,
    [toUuid(organizationId), uuidList(ids)],
  );
  return new Map(
    rows.map(({ id, kind, number, order_id, start, end }) => [
      toId(prefixOfKind[kind], id),
      // The pro forma of an order has no service period: the service starts at the payment.
      { number, period: (kind !== 'pro_forma' || order_id === null) && start && end ? { start, end } : null },
    ]),
  );
}
