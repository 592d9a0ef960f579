import type { Document as DocumentContract } from '@cordee/contracts/billing/document';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid, type Id } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { idOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { completeBuyer, type BuyerCopy } from '../addresses/address.entity.ts';
import type { SellerCopy } from '../seller/seller.ts';
import type { VatDecision } from '../vat/vat-decision.ts';
import { vatTotalsOf } from './document-figures.ts';
import { roundingOf, type DocumentLine } from './document-line.ts';
import type { DocumentLanguage } from './pdf/document-content.ts';
import { linesOfDocumentSql, toLine, type LineRow } from './stored-lines.ts';

type DocumentView = z.output<typeof DocumentContract>;
export type DocumentId = Id<'pfm' | 'inv' | 'crn'>;

/** A document as stored, with its status on a date. */
export interface StoredDocument {
  id: string;
  kind: 'pro_forma' | 'invoice' | 'credit_note';
  number: string;
  status: DocumentView['status'];
  issued_on: string;
  /** Null for a credit note. */
  due_on: string | null;
  paid_on: string | null;
  held_until: string | null;
  currency: Currency;
  net: string;
  vat: string;
  total: string;
  paid_amount: string;
  credited_amount: string;
  refunded_amount: string;
  open_amount: string;
  /** Prepaid money that is reserved for a pro forma. */
  reserved_amount: string;
  /** Null for a credit note. */
  reference: string | null;
  order_id: string | null;
  /** The pro forma that was converted into the invoice. */
  pro_forma_id: string | null;
  pro_forma_number: string | null;
  /** The invoice of a converted pro forma, or the invoice that a credit note corrects. */
  invoice_id: string | null;
  /** The number of the corrected invoice; null for other documents than a credit note. */
  invoice_number: string | null;
  reason: string | null;
  product_effect: 'continues' | 'ends' | null;
  /** The last day of the products of a credit note; null when they continue. */
  products_end_on: string | null;
  language: DocumentLanguage;
  is_reverse_charge: boolean;
  /** Null for a document of an earlier version. */
  vat_decision: VatDecision | null;
  seller: SellerCopy;
  buyer: BuyerCopy;
}

/**
 * SQL that selects the documents of an organization with their status on a date. Parameters: date, organization. The
 * query computes the status `expired`; the table does not contain this status. Only an issued pro forma has an open
 * amount.
 */
export const documentsOnDateSql = `
  select organization_id, id, kind, number, status, issued_on, due_on, paid_on, held_until,
         currency, net, vat, total, paid_amount, credited_amount, refunded_amount,
         case when kind <> 'pro_forma' or status = 'issued' then open_amount else 0 end as open_amount, reserved_amount,
         reference, order_id, pro_forma_id, pro_forma_number, invoice_id, invoice_number, reason, product_effect,
         products_end_on, address_id,
         language, is_reverse_charge, vat_decision, seller, buyer
  from (
    select *, case when kind = 'pro_forma' and stored_status = 'issued' and due_on < ? then 'expired'
                   else stored_status end as status
    from document where organization_id = ?
  ) document_on_date`;

/** The columns of a `StoredDocument`. Dates and amounts are text, in rows as well as in JSON. */
export const documentColumnsSql = `
  id, kind, number, status, issued_on::text, due_on::text, paid_on::text, held_until::text, currency, net::text,
  vat::text, total::text, paid_amount::text, credited_amount::text, refunded_amount::text, open_amount::text,
  reserved_amount::text, reference, order_id, pro_forma_id, pro_forma_number, invoice_id, invoice_number, reason,
  product_effect, products_end_on::text, language, is_reverse_charge, vat_decision, seller, buyer`;

/** A document with its lines. */
export type DocumentWithLines = StoredDocument & { lines: LineRow[] };

/**
 * Reads the row of a document and its lines. The kind is part of the text, so that the prepared plan reads one table of
 * the view. Throws DOCUMENT_NOT_FOUND.
 */
export async function readDocument(
  em: EntityManager,
  organizationId: `org_${string}`,
  documentId: DocumentId,
  today: string,
): Promise<{ row: StoredDocument; lines: DocumentLine[] }> {
  const [row] = await em.execute<DocumentWithLines[]>(
    `select ${documentColumnsSql}, ${linesOfDocumentSql} as lines
     from (${documentsOnDateSql}) document where id = ? and kind = '${kindOf(documentId)}'`,
    [today, toUuid(organizationId), toUuid(documentId)],
  );
  if (!row) throw new DomainError('DOCUMENT_NOT_FOUND');
  return { row, lines: row.lines.map(toLine) };
}

export const prefixOfKind = { pro_forma: 'pfm', invoice: 'inv', credit_note: 'crn' } as const;

/** The kind of a document by the prefix of its id. */
const kindOf = (id: DocumentId): keyof typeof prefixOfKind =>
  (['pro_forma', 'invoice', 'credit_note'] as const).find((kind) => id.startsWith(prefixOfKind[kind]))!;

/** The fields that pro formas and credit notes have in common. */
interface NewDocument {
  readonly id: DocumentId;
  readonly number: string;
  readonly issuedOn: string;
  readonly currency: Currency;
  readonly net: number;
  readonly vat: number;
  readonly total: number;
  readonly language: DocumentLanguage;
  readonly isReverseCharge: boolean;
  readonly vatDecision?: VatDecision | null;
  readonly seller: SellerCopy;
  readonly buyer: BuyerCopy;
}

/** Returns the row of a new document. The fields that only some kinds of documents have are null or zero. */
export const rowOfNewDocument = (document: NewDocument): Omit<StoredDocument, 'kind' | 'status'> => ({
  id: toUuid(document.id),
  number: document.number,
  issued_on: document.issuedOn,
  due_on: null,
  paid_on: null,
  held_until: null,
  currency: document.currency,
  net: String(document.net),
  vat: String(document.vat),
  total: String(document.total),
  paid_amount: '0',
  credited_amount: '0',
  refunded_amount: '0',
  open_amount: '0',
  reserved_amount: '0',
  reference: null,
  order_id: null,
  pro_forma_id: null,
  pro_forma_number: null,
  invoice_id: null,
  invoice_number: null,
  reason: null,
  product_effect: null,
  products_end_on: null,
  language: document.language,
  is_reverse_charge: document.isReverseCharge,
  vat_decision: document.vatDecision ?? null,
  seller: document.seller,
  buyer: document.buyer,
});

/** Returns the cash rounding of a stored document. */
export const storedRoundingOf = ({ net, vat, total }: Pick<StoredDocument, 'net' | 'vat' | 'total'>): number =>
  roundingOf({ net: Number(net), vat: Number(vat), total: Number(total) });

/** Converts a row to the shape of the contract. */
export function viewDocument(row: StoredDocument, lines: readonly DocumentLine[]): DocumentView {
  const { currency } = row;
  const toMoney = (amount: string | number): { amount: number; currency: Currency } => ({
    amount: Number(amount),
    currency,
  });
  return {
    id: toId(prefixOfKind[row.kind], row.id),
    kind: row.kind,
    number: row.number,
    status: row.status,
    issuedOn: row.issued_on,
    dueOn: row.due_on,
    paidOn: row.paid_on,
    net: toMoney(row.net),
    vat: toMoney(row.vat),
    rounding: toMoney(storedRoundingOf(row)),
    total: toMoney(row.total),
    paid: toMoney(row.paid_amount),
    credited: toMoney(row.credited_amount),
    refunded: toMoney(row.refunded_amount),
    vatTotals: vatTotalsOf(lines, currency),
    open: toMoney(row.open_amount),
    reserved: toMoney(row.reserved_amount),
    heldUntil: row.held_until,
    reference: row.reference,
    orderId: idOrNull('ord', row.order_id),
    proFormaId: idOrNull('pfm', row.pro_forma_id),
    proFormaNumber: row.pro_forma_number,
    invoiceId: idOrNull('inv', row.invoice_id),
    invoiceNumber: row.invoice_number,
    correction:
      row.reason !== null && row.product_effect !== null
        ? { reason: row.reason, productEffect: row.product_effect, productsEndOn: row.products_end_on }
        : null,
    buyer: completeBuyer(row.buyer),
    lines: lines.map((line) => ({
      productId: line.productId,
      text: line.text,
      costCentre: line.costCentre,
      net: toMoney(line.net),
      vatRate: String(line.vatBasisPoints / 100),
      vatCategory: line.vatCategory,
      vat: toMoney(line.vat),
      periodStart: line.periodStart,
      periodEnd: line.periodEnd,
    })),
  };
}
