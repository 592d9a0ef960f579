import { toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import type { DocumentLine } from '../documents/document-line.ts';
import type { NewInvoice } from '../documents/invoice-rows.ts';
import type { ProForma } from '../documents/pro-forma.entity.ts';
import { releaseReservedPrepaid } from '../payments/prepaid-reservation.ts';

export interface ProductPeriod {
  readonly productId: `prd_${string}`;
  readonly periodStart: string;
  readonly periodEnd: string;
}

/** Returns the period of each product. A period with two VAT rates has two lines. */
export function periodsOf(lines: readonly DocumentLine[]): ProductPeriod[] {
  const periods = new Map<string, ProductPeriod>();
  for (const { productId, periodStart, periodEnd } of lines) {
    if (productId === null || periodStart === null || periodEnd === null) continue;
    const earlierPeriod = periods.get(productId);
    periods.set(productId, { productId, periodStart: earlierPeriod?.periodStart ?? periodStart, periodEnd });
  }
  return [...periods.values()];
}

type ChargedDocument = Pick<NewInvoice, 'organizationId' | 'id' | 'currency' | 'dueOn'>;

/** The invoice of a renewal pro forma, and the periods that it charges. */
interface ChargedInvoice {
  readonly invoice: ChargedDocument;
  readonly periods: ProductPeriod[];
}

/**
 * Stores the charges of paid renewal pro formas, without waiting for the reply. Returns the invoices with their
 * periods. An existing charge of the same period stays: another organization was charged, because the product was
 * transferred just before the payment, and billing has not handled the event that cancels the pro forma.
 */
export function storeProFormaCharges(
  { em, now }: BillingContext,
  invoices: readonly { readonly invoice: ChargedDocument; readonly lines: readonly DocumentLine[] }[],
): ChargedInvoice[] {
  if (invoices.length === 0) return [];
  const chargedInvoices = invoices.map(({ invoice, lines }) => ({ invoice, lines, periods: periodsOf(lines) }));
  const rows = chargedInvoices.flatMap(({ invoice, lines, periods }) =>
    periods.map((period) => ({
      ...period,
      organizationId: toUuid(invoice.organizationId),
      productId: toUuid(period.productId),
      invoiceId: toUuid(invoice.id),
      currency: invoice.currency,
      dueOn: invoice.dueOn,
      total: lines
        .filter(({ productId }) => productId === period.productId)
        .reduce((sum, { net, vat }) => sum + net + vat, 0),
    })),
  );
  sendAhead(
    em,
    `insert into charge (
       organization_id, product_id, period_start, period_end, id, status, invoice_id, total, currency, due_on,
       created_at
     )
     select period."organizationId", period."productId", period."periodStart", period."periodEnd", gen_random_uuid(),
            'paid', period."invoiceId", period.total, period.currency, period."dueOn", ?
     from jsonb_to_recordset(?::jsonb) as period (
       "organizationId" uuid, "productId" uuid, "periodStart" date, "periodEnd" date, "invoiceId" uuid, total bigint,
       currency text, "dueOn" date
     )
     on conflict do nothing`,
    [now, JSON.stringify(rows)],
  );
  return chargedInvoices;
}

/** Returns the ids of the products whose periods are already charged. */
export async function findChargedProductIds(
  em: EntityManager,
  organizationId: `org_${string}`,
  periods: readonly ProductPeriod[],
): Promise<Set<string>> {
  const rows = await em.execute<{ product_id: string; period_start: string }[]>(
    `select product_id, period_start::text from charge
     where organization_id = ? and product_id = any(?::uuid[]) and released_at is null`,
    [toUuid(organizationId), uuidList(periods.map(({ productId }) => productId))],
  );
  const chargedKeys = new Set(rows.map((row) => `${row.product_id} ${row.period_start}`));
  return new Set(
    periods.flatMap(({ productId, periodStart }) =>
      chargedKeys.has(`${toUuid(productId)} ${periodStart}`) ? [productId] : [],
    ),
  );
}

/**
 * Cancels the unpaid renewal pro formas of the products and releases the reserved money. `reservedRenewals` is the
 * result of `findReservedRenewals`, read after the caller has locked the prepaid account. Returns the currencies of the
 * released money, in which the caller pays open invoices.
 */
export async function cancelRenewals(
  context: BillingContext,
  organizationId: `org_${string}`,
  productIds: readonly `prd_${string}`[],
  reservedRenewals: readonly ProForma[],
): Promise<Set<Currency>> {
  for (const proForma of reservedRenewals) await releaseReservedPrepaid(context, proForma);
  for (const productId of productIds) cancelRenewalProFormas(context.em, organizationId, productId);
  return new Set(reservedRenewals.map(({ currency }) => currency));
}

/** The prepaid account is locked, so no payment converts one of the pro formas at the same time. */
function cancelRenewalProFormas(em: EntityManager, organizationId: `org_${string}`, productId: `prd_${string}`): void {
  sendAhead(
    em,
    `update pro_forma set status = 'cancelled', reservation_id = null, reserved_amount = 0
     where organization_id = ? and status = 'issued' and order_id is null and exists (
       select from document_line line
       where line.organization_id = pro_forma.organization_id and line.document_id = pro_forma.id
         and line.product_id = ?
     )`,
    [toUuid(organizationId), toUuid(productId)],
  );
}
