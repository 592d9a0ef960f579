import type { Receipt } from '@cordee/contracts/billing/receipt';
import { toId, toUuid } from '@cordee/contracts/id';
import type { Currency, Locale } from '@cordee/contracts/values';
import { DomainError } from '@cordee/contracts/domain-error';
import { money } from '@cordee/money/money';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { BuyerCopy } from '../addresses/address.entity.ts';
import { addressOf, printedSeller } from '../documents/printed-document.ts';
import type { SellerCopy } from '../seller/seller.ts';
import type { ReceiptContent } from './receipt-pdf.ts';

/** The key of the booking of a top-up. */
export interface BookingKey {
  readonly organizationId: `org_${string}`;
  readonly bookingId: `bkg_${string}`;
}

/** The payer: a copy of the default address, or the name of the organization when it has no address. */
export type ReceiptBuyer = BuyerCopy | { readonly name: string };

export interface ReceiptRow {
  booking_id: string;
  number: string;
  issued_on: string;
  currency: Currency;
  amount: string;
  valued_on: string;
  method: 'bank_transfer' | 'card';
  language: Locale;
  seller: SellerCopy;
  buyer: ReceiptBuyer;
  reversed_on: string | null;
  /** The part of the amount that the bank took back. */
  reversed_amount: string;
}

/** Reads a receipt. Throws RECEIPT_NOT_FOUND. */
export async function readReceipt(em: EntityManager, { organizationId, bookingId }: BookingKey): Promise<ReceiptRow> {
  const [row] = await em.execute<ReceiptRow[]>(
    `select receipt.booking_id, number, issued_on::text, receipt.currency, receipt.amount, receipt.valued_on::text,
            method, language, seller, buyer,
            coalesce(reversal.valued_on, case when payment.unreturned_amount > 0 then payment.charged_back_on end)::text
              as reversed_on,
            case when reversal.id is not null then receipt.amount else coalesce(payment.unreturned_amount, 0) end
              as reversed_amount
     from receipt
     left join ledger_booking reversal
       on reversal.organization_id = receipt.organization_id and reversal.reverses = receipt.booking_id
     left join lateral (
       select charged_back_on, charged_back_amount - returned_amount as unreturned_amount from card_payment
       where card_payment.organization_id = receipt.organization_id and card_payment.booking_id = receipt.booking_id
     ) payment on true
     where receipt.organization_id = ? and receipt.booking_id = ?`,
    [toUuid(organizationId), toUuid(bookingId)],
  );
  if (!row) throw new DomainError('RECEIPT_NOT_FOUND');
  return row;
}

/** Converts a row to the shape of the contract. */
export const viewReceipt = (row: ReceiptRow): z.output<typeof Receipt> => ({
  bookingId: toId('bkg', row.booking_id),
  number: row.number,
  issuedOn: row.issued_on,
  amount: { amount: Number(row.amount), currency: row.currency },
  valuedOn: row.valued_on,
  method: row.method,
  buyerName: row.buyer.name,
  language: row.language,
  reversedOn: row.reversed_on,
  reversed: { amount: Number(row.reversed_amount), currency: row.currency },
});

/** Returns the content of the PDF. */
export const printedReceipt = (row: ReceiptRow): ReceiptContent => ({
  kind: 'receipt',
  language: row.language,
  number: row.number,
  issuedOn: row.issued_on,
  valuedOn: row.valued_on,
  reversal:
    row.reversed_on === null ? null : { on: row.reversed_on, amount: money(Number(row.reversed_amount), row.currency) },
  method: row.method,
  amount: money(Number(row.amount), row.currency),
  seller: printedSeller(row.seller),
  buyer: 'street' in row.buyer ? addressOf(row.buyer) : { name: row.buyer.name },
});
