import { toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { sendAhead } from '@cordee/service/database/orm';
import { idOrNull, sqlArray, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BuyerCopy } from '../addresses/address.entity.ts';
import type { DocumentLanguage } from '../documents/pdf/document-content.ts';
import type { OrderLine } from '../orders/order.entity.ts';
import { numberCheckOf, type CheckRow } from '../vat/number-checks.ts';
import type { VatDecision } from '../vat/vat-decision.ts';
import type { Conversion, PayableProForma } from './convert-pro-forma.ts';

interface ProFormaRow {
  organization_id: string;
  id: string;
  number: string;
  status: PayableProForma['proForma']['status'];
  issued_on: string;
  valid_until: string;
  currency: Currency;
  net: string;
  vat: string;
  total: string;
  order_id: string | null;
  invoice_id: string | null;
  language: DocumentLanguage;
  is_reverse_charge: boolean;
  vat_decision: VatDecision | null;
  buyer: BuyerCopy;
  address_id: string | null;
  number_check: CheckRow | null;
  reservation_id: string | null;
  reserved_amount: string;
  order_status: 'pending' | 'paid' | 'cancelled' | null;
  order_lines: OrderLine[] | null;
}

/** Reads the pro formas with the references and their orders, in a transaction that may read all organizations. */
export async function readPayableProFormas(
  em: EntityManager,
  references: readonly string[],
  now: Date,
): Promise<Omit<PayableProForma, 'lines'>[]> {
  if (references.length === 0) return [];
  const rows = await em.execute<ProFormaRow[]>(
    `select pro_forma.organization_id, pro_forma.id, number, pro_forma.status, issued_on::text, valid_until::text,
            pro_forma.currency, net, vat, pro_forma.total, order_id, pro_forma.invoice_id, language,
            is_reverse_charge, vat_decision, buyer, address_id, reservation_id, reserved_amount,
            to_json(checked) as number_check,
            "order".status as order_status, "order".lines as order_lines
     from pro_forma left join "order"
       on pro_forma.status = 'issued' and "order".pro_forma_id = pro_forma.id
     left join vat_number_check checked on is_reverse_charge and pro_forma.status = 'issued'
       and checked.organization_id = pro_forma.organization_id and checked.vat_number = buyer ->> 'vatNumber'
     where reference = any(?::text[])`,
    [sqlArray(references)],
  );
  return rows.map((row) => toPayable(row, now));
}

function toPayable(row: ProFormaRow, now: Date): Omit<PayableProForma, 'lines'> {
  const check = row.number_check;
  const organizationId = toId('org', row.organization_id);
  const orderId = idOrNull('ord', row.order_id);
  return {
    proForma: {
      organizationId,
      id: toId('pfm', row.id),
      number: row.number,
      status: row.status,
      issuedOn: row.issued_on,
      validUntil: row.valid_until,
      currency: row.currency,
      net: Number(row.net),
      vat: Number(row.vat),
      total: Number(row.total),
      orderId,
      invoiceId: idOrNull('inv', row.invoice_id),
      language: row.language,
      isReverseCharge: row.is_reverse_charge,
      vatDecision: row.vat_decision,
      buyer: row.buyer,
      addressId: idOrNull('adr', row.address_id),
      reservationId: idOrNull('bkg', row.reservation_id),
      reservedAmount: Number(row.reserved_amount),
    },
    order:
      orderId && row.order_status && row.order_lines
        ? { organizationId, id: orderId, status: row.order_status, lines: row.order_lines, invoiceId: null }
        : null,
    numberCheck: check && numberCheckOf(check.vat_number, new Map([[check.vat_number, check]]), now),
  };
}

/** Marks converted pro formas and their paid orders, without waiting for the reply. */
export function updateConvertedProFormas(em: EntityManager, conversions: readonly Conversion[]): void {
  if (conversions.length === 0) return;
  const columnsOf = (
    documents: readonly { organizationId: `org_${string}`; id: `pfm_${string}` | `ord_${string}` }[],
  ) => [
    sqlArray(documents.map(({ organizationId }) => toUuid(organizationId))),
    sqlArray(documents.map(({ id }) => toUuid(id))),
  ];
  sendAhead(
    em,
    `update pro_forma
     set status = 'converted', invoice_id = conversion.invoice_id, reservation_id = null, reserved_amount = 0
     from unnest(?::uuid[], ?::uuid[], ?::uuid[]) as conversion (organization_id, id, invoice_id)
     where pro_forma.organization_id = conversion.organization_id and pro_forma.id = conversion.id`,
    [
      ...columnsOf(conversions.map(({ proForma }) => proForma)),
      sqlArray(conversions.map(({ proForma }) => uuidOrNull(proForma.invoiceId))),
    ],
  );
  const orders = conversions.flatMap(({ order }) => order ?? []);
  if (orders.length === 0) return;
  sendAhead(
    em,
    `update "order" set status = 'paid', invoice_id = payment.invoice_id
     from unnest(?::uuid[], ?::uuid[], ?::uuid[]) as payment (organization_id, id, invoice_id)
     where "order".organization_id = payment.organization_id and "order".id = payment.id`,
    [...columnsOf(orders), sqlArray(orders.map(({ invoiceId }) => uuidOrNull(invoiceId)))],
  );
}
