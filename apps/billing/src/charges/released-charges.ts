import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList } from '@cordee/service/database/sql-values';
import type { BillingContext } from '../billing-context.ts';
import type { CreditedLine } from '../credit-notes/credited-lines.ts';
import { productIdsOf, type DocumentLine } from '../documents/document-line.ts';
import type { NewInvoice } from '../documents/invoice-rows.ts';
import type { Invoice } from '../documents/invoice.entity.ts';

/**
 * Releases the periods that a credit note credits in full, so that they can be charged again. `lines` are the lines
 * of the invoice with the amounts that earlier credit notes have left.
 */
export function releaseCharges(
  { em, now }: BillingContext,
  { organizationId, id }: Pick<Invoice, 'organizationId' | 'id'>,
  lines: readonly DocumentLine[],
  creditedLines: readonly CreditedLine[],
): void {
  const isOpen = ({ net, vat }: DocumentLine, position: number): boolean => {
    const parts = creditedLines.filter(({ creditedPosition }) => creditedPosition === position);
    return parts.reduce((rest, part) => rest - part.net - part.vat, net + vat) !== 0;
  };
  const openProductIds = new Set(productIdsOf(lines.filter(isOpen)));
  const productIds = productIdsOf(creditedLines).filter((productId) => !openProductIds.has(productId));
  if (productIds.length === 0) return;
  sendAhead(
    em,
    `update charge set released_at = ?
     where organization_id = ? and invoice_id = ? and product_id = any(?::uuid[]) and released_at is null`,
    [now, toUuid(organizationId), toUuid(id), uuidList(productIds)],
  );
}

/** Assigns the released charges of a credited invoice to the invoice that replaces it. */
export function moveCharges(
  { em }: BillingContext,
  replacedId: `inv_${string}`,
  { organizationId, id, status, dueOn }: Pick<NewInvoice, 'organizationId' | 'id' | 'status' | 'dueOn'>,
  lines: readonly DocumentLine[],
): void {
  const totals = productIdsOf(lines).map((productId) => ({
    product: toUuid(productId),
    total: lines.filter((line) => line.productId === productId).reduce((sum, { net, vat }) => sum + net + vat, 0),
  }));
  sendAhead(
    em,
    `update charge set released_at = null, invoice_id = ?, status = ?, due_on = ?, total = line.total
     from jsonb_to_recordset(?::jsonb) as line (product uuid, total bigint)
     where organization_id = ? and invoice_id = ? and product_id = line.product`,
    [
      toUuid(id),
      status === 'paid' ? 'paid' : 'issued',
      dueOn,
      JSON.stringify(totals),
      toUuid(organizationId),
      toUuid(replacedId),
    ],
  );
}
