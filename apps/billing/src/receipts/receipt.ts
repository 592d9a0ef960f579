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
}

/** Reads a receipt. Throws RECEIPT_NOT_FOUND. */
export async function readReceipt(em: EntityManager, { organizationId, bookingId }: BookingKey): Promise<ReceiptRow> {
  const [row] = await em.execute<ReceiptRow[]>(
    `select booking_id, number, issued_on::text, currency, amount, valued_on::text, method, language, seller, buyer, (
       select valued_on::text from ledger_booking reversal
       where reversal.organization_id = receipt.organization_id and reversal.reverses = receipt.booking_id
     ) as reversed_on
     from receipt where organization_id = ? and booking_id = ?`,
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
});

/** Returns the content of the PDF. */
export const printedReceipt = (row: ReceiptRow): ReceiptContent => ({
  kind: 'receipt',
  language: row.language,
  number: row.number,
  issuedOn: row.issued_on,
  valuedOn: row.valued_on,
  reversedOn: row.reversed_on,
  method: row.method,
  amount: money(Number(row.amount), row.currency),
  seller: printedSeller(row.seller),
  buyer: 'street' in row.buyer ? addressOf(row.buyer) : { name: row.buyer.name },
});
